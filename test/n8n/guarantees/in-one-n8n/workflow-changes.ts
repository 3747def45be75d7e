import {
	callScalerTrigger,
	connect,
	deliver,
	type N8n,
	openSink,
	qCallTrigger,
	type Sink,
	type StoredWorkflow,
	type WorkflowNode,
	workflowOf,
} from '../../../../host';
import { callScalerCall, type CallScalerCall, qCallCall } from '../../../../host/simulators';
import { oneN8n } from '../support/one-n8n';
import { live } from '../support/scene';

/** A call that a trigger has handled. */
interface Handled {
	workflow: StoredWorkflow;
	call: CallScalerCall;
	trigger?: string;
}

/** What a user does to a workflow, and whose memory of calls is whose afterwards. */
describe('the memory of a trigger', () => {
	let n8n: N8n;
	let sink: Sink;
	const handled: Handled[] = [];

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([oneN8n(), openSink()]);
	});
	afterAll(async () => {
		await sink.close();
	});

	/** How often the workflow runs for a delivery of the call. */
	async function runsFor({ workflow, call, trigger }: Handled): Promise<number> {
		const before = sink.items().length;
		const answer = await deliver(n8n.productionUrl(workflow, trigger), { json: call });
		expect(answer.status).toBe(200);
		await n8n.executions.settled(workflow.id);
		return sink.items().length - before;
	}

	async function expectKnown(memory: Handled): Promise<void> {
		expect(await runsFor(memory)).toBe(0);
		handled.push(memory);
	}

	/** A trigger that has handled a call, in a workflow of its own. */
	async function triggerWithMemory(trigger: WorkflowNode): Promise<Handled> {
		const workflow = await live(n8n, workflowOf(trigger, sink.node()));
		const memory = { workflow, call: callScalerCall() };
		expect(await runsFor(memory)).toBe(1);
		return memory;
	}

	async function publish({ workflow }: Handled, trigger: WorkflowNode): Promise<void> {
		const { nodes, connections } = workflowOf(trigger, sink.node());
		await n8n.workflows.update(workflow.id, { nodes, connections });
		await n8n.workflows.activate(workflow.id);
	}

	test('is its own among several triggers of one workflow, also of one kind', async () => {
		const [a, b] = [callScalerTrigger({ name: 'A' }), callScalerTrigger({ name: 'B' })];
		const q = qCallTrigger({ name: 'Q', parameters: { deduplicateBy: 'customField', dedupeField: 'call_id' } });
		const joined = connect(connect(workflowOf(a, sink.node()), 'B', 'Sink'), 'Q', 'Sink');
		const workflow = await live(n8n, { ...joined, nodes: [...joined.nodes, b, q] });
		const call = { ...qCallCall(), ...callScalerCall() };
		for (const trigger of ['A', 'B', 'Q']) expect(await runsFor({ workflow, call, trigger })).toBe(1);
		for (const trigger of ['A', 'B', 'Q']) await expectKnown({ workflow, call, trigger });
	});

	test('survives renaming the node', async () => {
		const trigger = callScalerTrigger();
		const memory = await triggerWithMemory(trigger);
		await publish(memory, { ...trigger, name: 'After each call' });
		await expectKnown(memory);
	});

	test.each([
		['output and filters', {}, { output: 'unified', filters: { minDuration: 1 } }],
		['the answer, to the last node', { respond: 'onReceived' }, { respond: 'lastNode' }],
		['the answer, to on receipt', { respond: 'lastNode' }, { respond: 'onReceived' }],
	])('survives changing %s and publishing again', async (_, before, after) => {
		const trigger = callScalerTrigger({ parameters: before });
		const memory = await triggerWithMemory(trigger);
		await publish(memory, { ...trigger, parameters: { ...trigger.parameters, ...after } });
		await expectKnown(memory);
	});

	test('does not take a call for handled that a kill cut off, when the answer is changed to on receipt after it', async () => {
		const trigger = callScalerTrigger({ parameters: { respond: 'lastNode' } });
		const workflow = await live(n8n, workflowOf(trigger, sink.node()));
		const memory = { workflow, call: callScalerCall() };
		const before = sink.items().length;
		const letGo = sink.hold();
		const cutOff = deliver(n8n.productionUrl(workflow), { json: memory.call });
		await sink.waitFor(before + 1);
		await n8n.kill();
		await expect(cutOff).rejects.toThrow('No answer');
		letGo();

		await n8n.bootAgain();
		await publish(memory, { ...trigger, parameters: { ...trigger.parameters, respond: 'onReceived' } });
		expect(await runsFor(memory)).toBe(1);
		await expectKnown(memory);
	});

	test('survives switching the workflow off and on', async () => {
		const memory = await triggerWithMemory(callScalerTrigger());
		await n8n.workflows.deactivate(memory.workflow.id);
		await n8n.workflows.activate(memory.workflow.id);
		await expectKnown(memory);
	});

	test('is not inherited by a duplicated workflow', async () => {
		const memory = await triggerWithMemory(callScalerTrigger());
		const copy = await n8n.workflows.duplicate(memory.workflow.id);
		const inCopy = { ...memory, workflow: await n8n.workflows.activate(copy.id) };
		expect(await runsFor(inCopy)).toBe(1);
		await expectKnown(inCopy);
		await expectKnown(memory);
	});

	test('is not inherited by a new trigger with the name of a deleted one', async () => {
		const memory = await triggerWithMemory(callScalerTrigger());
		await publish(memory, callScalerTrigger());
		const ofNewTrigger = { ...memory, workflow: await n8n.workflows.get(memory.workflow.id) };
		expect(await runsFor(ofNewTrigger)).toBe(1);
		await expectKnown(ofNewTrigger);
	});

	test('survives a restart, after each of these', async () => {
		expect(handled.length).toBeGreaterThan(0);
		await n8n.stopAndKeep();
		await n8n.bootAgain();
		for (const memory of handled) {
			await n8n.workflows.registered(memory.workflow.id);
			expect(await runsFor(memory)).toBe(0);
			expect(await runsFor({ ...memory, call: callScalerCall() })).toBe(1);
		}
	});
});
