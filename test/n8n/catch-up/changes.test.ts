import { boot, type N8n, type WorkflowNode, workflowOf } from '../../../host';
import { clockAhead, openProbe, type Probe } from '../../../host/probe';
import type { CallScalerCall } from '../../../host/simulators';
import { verdictOf } from '../support/verdict';
import { idsOf, Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

/** A workflow that is edited goes on where it had stopped; one that is activated anew starts from now. */
describe('a workflow that is changed', () => {
	let n8n: N8n;
	let probe: Probe;
	const scenes: Scene[] = [];

	beforeAll(async () => {
		probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
	});
	afterAll(async () => {
		await n8n.stop();
		await Promise.all(scenes.map(async (scene) => await scene.close()));
	});

	async function publish({ workflow }: Scene, changeNode: (node: WorkflowNode) => WorkflowNode): Promise<void> {
		const { nodes } = await n8n.workflows.get(workflow.id);
		const { nodes: changed, connections } = workflowOf(...nodes.map(changeNode));
		await n8n.workflows.update(workflow.id, { nodes: changed, connections });
		await n8n.workflows.activate(workflow.id);
	}

	const onTrigger = (change: (node: WorkflowNode) => Partial<WorkflowNode>) => (node: WorkflowNode) =>
		node.webhookId ? { ...node, ...change(node) } : node;

	// Each has to hear of the API's clock before that jumps again.
	const CHANGES: Record<string, (scene: Scene) => Promise<CallScalerCall[]>> = {
		renamed: async (scene) => {
			await publish(
				scene,
				onTrigger(() => ({ name: 'Calls' })),
			);
			await scene.asked();
			return [];
		},
		edited: async (scene) => {
			await publish(
				scene,
				onTrigger(({ parameters }) => ({ parameters: { ...parameters, output: 'simplified' } })),
			);
			await scene.asked();
			return [];
		},
		'deactivated, and activated again': async (scene) => {
			await n8n.workflows.deactivate(scene.workflow.id);
			const meanwhile = scene.calls(3);
			scene.makeDue();
			await probe.shiftClock(scene.ahead());
			await n8n.workflows.activate(scene.workflow.id);
			await scene.asked();
			return meanwhile;
		},
	};

	it('goes on where it had stopped, and starts from now where it was activated anew', async () => {
		const open = async (change: string) => {
			const scene = await Scene.open(n8n);
			scenes.push(scene);
			const expected = [await scene.prove(), scene.call()];
			scene.makeDue();
			await scene.ran(2);
			// Not due before the change, and with it.
			const before = change.startsWith('deactivated') ? [] : scene.calls(1);
			const notExpected = (await CHANGES[change]?.(scene)) ?? [];
			expected.push(...before, scene.call());
			scene.makeDue();
			await scene.ran(expected.length);
			await scene.asked();
			return { change, scene, expected, notExpected };
		};
		const changed = await Promise.all(Object.keys(CHANGES).map(open));

		await n8n.stopAndKeep();
		for (const { scene, expected } of changed) {
			expected.push(...scene.calls(2));
			scene.makeDue();
		}
		await n8n.bootAgain(clockAhead(Math.max(...changed.map(({ scene }) => scene.ahead()))));
		const ran = changed.map(async ({ change, scene, expected, notExpected }) => {
			await scene.ran(expected.length);
			for (const { call_id } of [...expected, ...notExpected]) scene.api.business.change(call_id, { ai_score: 1 });
			await scene.asked(2);
			return [change, scene.ids()];
		});
		expect(await Promise.all(ran)).toEqual(changed.map(({ change, expected }) => [change, idsOf(expected)]));
	});

	it('leaves calls alone that are held, for a setting or a field, until somebody retries them', async () => {
		const scene = await Scene.open(n8n, { options: { onInvalidFields: 'reject' } });
		scenes.push(scene);
		const withMinimum = async (minDuration: string | number) => {
			await probe.shiftClock(scene.ahead());
			const filters = { minDuration };
			await publish(
				scene,
				onTrigger(({ parameters }) => ({ parameters: { ...parameters, filters } })),
			);
		};
		const expected = await scene.begin();
		await withMinimum('={{ $("No such node").item.json.value }}');
		const held = scene.call({ gclid: 'as delivered' });
		expect(verdictOf(await scene.deliver(held))).toBe('200 held');
		const failed = (await n8n.executions.settled(scene.workflow.id)).find(({ status }) => status === 'error');
		if (failed === undefined) throw new Error('No execution holds the call.');
		await withMinimum(5);
		expect(verdictOf(await scene.deliver({ ...scene.call(), gclid: { of: 'two' } }))).toBe('422 rejected');
		scene.makeDue();
		await scene.asked(3);
		expected.push(scene.call());
		scene.makeDue();
		await scene.ran(3);
		expect(scene.ids()).toEqual(idsOf(expected));

		await n8n.stopAndKeep();
		await n8n.bootAgain(clockAhead(scene.ahead()));
		expected.push(scene.call());
		scene.makeDue();
		await scene.ran(4);
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf(expected));

		await n8n.executions.retry(failed.id, scene.workflow.id, { asSavedNow: true });
		await scene.ran(5);
		expect(scene.sink.items().at(-1)).toMatchObject({ call_id: held.call_id, gclid: 'as delivered' });
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([...expected, held]));
	});
});
