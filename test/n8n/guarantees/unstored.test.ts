import { boot, type N8n } from '../../../host';
import { waitUntil } from '../../../lib/wait-until';
import { callScalerCall, isDelivered, PROVIDERS_PATIENCE_IN_MILLISECONDS } from '../../../host/simulators';
import { lockDatabase, refuseWrites } from '../support/database';
import { both, inBothModes, type Mode, type SceneInMode } from './support/modes';
import { ofEach } from './support/of-each';

/** Each obstacle is in the way of both modes at once. */
describe('n8n cannot write', () => {
	let n8n: N8n;
	let scenes: Record<Mode, SceneInMode>;

	beforeAll(async () => {
		n8n = await boot();
		scenes = await inBothModes(n8n);
	});
	afterEach(() => Object.values(scenes).forEach(({ sink }) => sink.clear()));
	afterAll(async () => {
		await n8n.stop();
		await ofEach(scenes, async ({ sink }) => await sink.close());
	});

	const obstacles: Array<[string, () => () => void]> = [
		['another process keeps the database locked', () => lockDatabase(n8n)],
		['the database refuses new executions', () => refuseWrites(n8n, 'INSERT ON execution_entity')],
		['the database refuses to start them', () => refuseWrites(n8n, 'UPDATE ON execution_entity')],
	];

	/** All that n8n could begin has ended. What 1.x stored and could not begin stays in its list until it starts again. */
	async function settled({ workflow }: SceneInMode): Promise<void> {
		await waitUntil('all executions that began have ended', async () => {
			const executions = await n8n.executions.list(workflow.id);
			return executions.every(({ status }) => status !== 'running' && (status !== 'new' || n8n.version === '1.x'));
		});
	}

	const reached = async () => await ofEach(scenes, async ({ sink }) => sink.items().map(({ call_id }) => call_id));

	test.each(obstacles)('%s: no 2xx, and the redelivery is let through', async (_, obstruct) => {
		const call = callScalerCall();
		const clear = obstruct();
		const first = await ofEach(scenes, async ({ callFlow }) => {
			// What n8n still does when the provider has given up comes too late.
			const provider = callFlow({ timeoutMs: PROVIDERS_PATIENCE_IN_MILLISECONDS });
			return isDelivered(await provider.attempt(call, 1));
		}).finally(clear);
		expect(first).toEqual(both(false));
		expect(await reached()).toEqual(both([]));

		const again = await ofEach(scenes, async (scene) => {
			const flow = scene.callFlow();
			const attempts = [await flow.attempt(call, 2), await flow.attempt(call, 3)];
			await settled(scene);
			return attempts.map(isDelivered);
		});
		expect(again).toEqual(both([true, true]));
		expect(await reached()).toEqual(both([call.call_id]));
	});

	test('the first delivery after a start, and nothing that was left before it runs beside it', async () => {
		await n8n.stopAndKeep();
		await n8n.bootAgain();
		await ofEach(scenes, async ({ workflow: { id } }) => {
			await n8n.workflows.registered(id);
			await n8n.executions.settled(id);
		});
		const call = callScalerCall();
		const deliver = async (number: number) =>
			await ofEach(scenes, async ({ callFlow }) => isDelivered(await callFlow().attempt(call, number)));
		const clear = refuseWrites(n8n, 'INSERT ON execution_entity');
		expect(await deliver(1).finally(clear)).toEqual(both(false));
		expect(await deliver(2)).toEqual(both(true));
		await ofEach(scenes, async ({ workflow }) => await n8n.executions.settled(workflow.id));
		expect(await reached()).toEqual(both([call.call_id]));
	});

	test('its list of calls cannot be written: the call runs all the same, once as long as n8n runs', async () => {
		const call = callScalerCall();
		const clear = (['INSERT', 'UPDATE'] as const).map((writing) => refuseWrites(n8n, `${writing} ON processed_data`));
		const became = await ofEach(scenes, async (scene) => {
			const flow = scene.callFlow();
			const attempts = [await flow.attempt(call, 1), await flow.attempt(call, 2)];
			await settled(scene);
			const [execution] = await n8n.executions.list(scene.workflow.id);
			return { delivered: attempts.map(isDelivered), status: execution?.status };
		});
		for (const each of clear) each();
		expect(became).toEqual(both({ delivered: [true, true], status: 'success' }));
		expect(await reached()).toEqual(both([call.call_id]));
	});
});
