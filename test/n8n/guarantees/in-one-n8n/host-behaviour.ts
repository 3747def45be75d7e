import { z } from 'zod';

import {
	callScalerTrigger,
	deliver,
	deliverAndHangUp,
	type N8n,
	node,
	openSink,
	type Sink,
	workflowOf,
} from '../../../../host';
import { callScalerCall, isDelivered } from '../../../../host/simulators';
import { entriesOf, storedStatus } from '../../support/database';
import { verdictOf } from '../../support/verdict';
import { oneN8n } from '../support/one-n8n';
import { callScalerScene, live } from '../support/scene';

const accepted = z.object({ status: z.literal('accepted'), execution_id: z.string() });

/** What the guarantees rest on. n8n promises none of it: these tests tell when it changes. */
describe('n8n', () => {
	let n8n: N8n;
	let sink: Sink;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([oneN8n(), openSink()]);
		// The first answer of a process waits for its execution's id only a moment, those after it as long as is needed.
		const { callFlow, workflow } = await callScalerScene(n8n, sink);
		await callFlow().attempt(callScalerCall(), 1);
		await n8n.executions.settled(workflow.id);
		sink.clear();
	});
	afterEach(() => sink.clear());
	afterAll(async () => {
		await sink.close();
	});

	test('answers on receipt only when the execution is stored', async () => {
		const { url, headers, workflow } = await callScalerScene(n8n, sink);
		const release = sink.hold();
		const answer = await deliver(url, { json: callScalerCall(), headers });
		const { execution_id } = accepted.parse(answer.json);
		expect(storedStatus(n8n, execution_id)).toBe('running');
		release();
		await n8n.executions.settled(workflow.id);
	});

	test('runs a trigger’s execute() as the first step, with what its webhook() returned', async () => {
		const { url, headers, workflow } = await callScalerScene(n8n, sink);
		const call = callScalerCall();
		const answer = await deliver(url, { json: call, headers });
		await n8n.executions.settled(workflow.id);
		const execution = await n8n.executions.get(accepted.parse(answer.json).execution_id);
		expect(execution.nodesRun).toEqual(['CallScaler Trigger', 'Sink']);
		const [item, ...more] = execution.items('CallScaler Trigger');
		expect(item).toMatchObject(call);
		expect(item).not.toHaveProperty('postCall');
		expect(more).toEqual([]);
	});

	test.each([
		[200, '200 duplicate'],
		[500, '200 -'],
	])('ends the response when the last node has answered %d, also of a caller who is gone', async (status, then) => {
		const { callFlow, url, headers, workflow } = await callScalerScene(n8n, sink, { respond: 'lastNode' });
		const call = callScalerCall();
		sink.failWith(status);
		const release = sink.hold();
		await deliverAndHangUp(url, { json: call, headers }, sink.waitFor(1));
		release();
		await n8n.executions.settled(workflow.id);
		sink.answerNormally();
		// A response that stayed open would be a call in progress.
		expect(verdictOf(await callFlow().attempt(call, 2))).toBe(then);
	});

	test('takes a last node that puts out nothing for a failure, so that the redelivery runs again', async () => {
		const nothing = node('n8n-nodes-base.limit', 1, 'Nothing', { maxItems: 0 });
		const trigger = callScalerTrigger({ parameters: { respond: 'lastNode' } });
		const workflow = await live(n8n, workflowOf(trigger, sink.node(), nothing));
		const call = callScalerCall();
		for (let attempt = 1; attempt <= 2; attempt++) {
			const answer = await deliver(n8n.productionUrl(workflow), { json: call });
			expect(answer.status).toBe(500);
			expect(answer.json).toMatchObject({ message: 'No item to return was found' });
		}
		expect(sink.items()).toHaveLength(2);
		const executions = await n8n.executions.settled(workflow.id);
		expect(executions.map(({ status }) => status)).toEqual(['success', 'success']);
	});

	test('keeps a node’s list over a restart, and answers 200 where the trigger puts out nothing at all', async () => {
		const { callFlow, workflow } = await callScalerScene(n8n, sink, { respond: 'lastNode' });
		const call = callScalerCall();
		const [trigger] = workflow.nodes;
		expect(isDelivered(await callFlow().attempt(call, 1))).toBe(true);
		await n8n.stopAndKeep();
		const entries = entriesOf(n8n, trigger?.id ?? '');
		expect(entries).toBeGreaterThan(0);
		await n8n.bootAgain();
		await n8n.workflows.registered(workflow.id);
		expect(entriesOf(n8n, trigger?.id ?? '')).toBe(entries);

		expect(verdictOf(await callFlow().attempt(call, 2))).toBe('200 -');
		const [second] = await n8n.executions.settled(workflow.id);
		expect(second?.status).toBe('success');
		expect(sink.items()).toHaveLength(1);
	});
});
