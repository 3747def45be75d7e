import { boot, type N8n, type WorkflowNode, workflowOf } from '../../../host';
import { openProbe } from '../../../host/probe';
import { idsOf, Scene, TRIGGER } from './support/scene';

/** A workflow that is edited goes on where it had stopped; one that is activated anew starts from now. */
describe('a workflow that is changed', () => {
	let n8n: N8n;
	let scene: Scene;

	beforeEach(async () => {
		const probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
		scene = await Scene.open(n8n);
	});
	afterEach(async () => {
		await n8n.stop();
		await scene.close();
	});

	async function publish(changeNode: (node: WorkflowNode) => WorkflowNode): Promise<void> {
		const { id } = scene.workflow;
		const { nodes } = await n8n.workflows.get(id);
		const { nodes: changed, connections } = workflowOf(...nodes.map(changeNode));
		await n8n.workflows.update(id, { nodes: changed, connections });
		await n8n.workflows.activate(id);
	}

	/** A while without n8n; what is missed then is due when it is back. */
	async function whileDown<Result>(happens: () => Result): Promise<Result> {
		await n8n.stopAndKeep();
		const result = happens();
		scene.makeDue();
		await n8n.bootAgain();
		return result;
	}

	const named = (name: string) => (node: WorkflowNode) =>
		node.type.endsWith('callScalerTrigger') ? { ...node, name } : node;
	const edited = (node: WorkflowNode) => ({
		...node,
		...(node.name === TRIGGER ? { parameters: { ...node.parameters, output: 'simplified' } } : {}),
	});

	it.each([
		['renamed', named('Calls')],
		['edited', edited],
	])('%s: goes on where it had stopped, and hands nothing on again', async (_, change) => {
		const proof = await scene.prove();
		const first = await whileDown(() => scene.calls(3));
		await scene.ran(4);
		await publish(change);
		const notYetDue = scene.call();
		await scene.asked(2);
		scene.makeDue();
		await scene.ran(5);
		const second = await whileDown(() => scene.calls(3));
		await scene.ran(8);
		for (const call of [proof, ...first, notYetDue, ...second])
			scene.api.business.change(call.call_id, { ai_score: 1 });
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, ...first, notYetDue, ...second]));
	});

	it('renamed while n8n could not ask: what was missed meanwhile is caught up under the new name', async () => {
		const proof = await scene.prove();
		const caughtUp = scene.call();
		scene.makeDue();
		await scene.ran(2);
		const missed = scene.calls(2);
		await publish(named('Calls'));
		scene.makeDue();
		await scene.ran(4);
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, caughtUp, ...missed]));
	});

	it('deactivated and activated again: starts from now', async () => {
		const proof = await scene.prove();
		await n8n.workflows.deactivate(scene.workflow.id);
		const meanwhile = scene.calls(3);
		scene.makeDue();
		await n8n.workflows.activate(scene.workflow.id);
		await scene.asked(2);
		const missed = scene.calls(2);
		scene.makeDue();
		await scene.ran(3);
		for (const { call_id } of meanwhile) scene.api.business.change(call_id, { ai_score: 1 });
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, ...missed]));
	});
});
