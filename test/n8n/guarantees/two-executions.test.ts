import { boot, type N8n, openSink, type Sink } from '../../../host';
import { callScalerCall, isDelivered } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { enqueueAgain, entriesOf } from '../support/database';
import { type CallScalerScene, callScalerScene } from './support/scene';

/** n8n itself sometimes starts a run twice; a user does it by retrying one. */
describe.each(['onReceived', 'lastNode'])('one delivery, two executions, answering %s', (respond) => {
	let n8n: N8n;
	let sink: Sink;
	let scene: CallScalerScene;

	beforeAll(async () => {
		// One execution at a time, so that n8n queues the next one.
		[n8n, sink] = await Promise.all([boot({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' } }), openSink()]);
		scene = await callScalerScene(n8n, sink, { respond });
	});
	afterEach(() => {
		sink.answerNormally();
		sink.clear();
	});
	afterAll(async () => {
		await Promise.all([n8n.stop(), sink.close()]);
	});

	async function bootAgain(): Promise<void> {
		await n8n.bootAgain();
		await n8n.workflows.registered(scene.workflow.id);
	}

	async function newest() {
		const [execution] = await n8n.executions.list(scene.workflow.id);
		if (!execution) throw new Error('There is no execution.');
		return execution;
	}

	test('n8n starts it a second time: the second one ends empty', async () => {
		const release = sink.hold();
		const answer = scene.callFlow().attempt(callScalerCall(), 1);
		await sink.waitFor(1);
		const second = enqueueAgain(n8n, (await newest()).id);
		release();
		expect(isDelivered(await answer)).toBe(true);
		// What the last node has answered is recorded a moment later.
		const [trigger] = scene.workflow.nodes;
		await waitUntil('its call is recorded', () => entriesOf(n8n, trigger?.id ?? '') > 0);
		await n8n.stopAndKeep();
		await bootAgain();

		const executions = await n8n.executions.settled(scene.workflow.id);
		expect(executions.map(({ status }) => status)).toEqual(['success', 'success']);
		expect((await n8n.executions.get(second)).nodesRun).not.toContain('Sink');
		expect(sink.items()).toHaveLength(1);
	});

	test('a user retries it after a crash: it is not dropped, and its redelivery is', async () => {
		const call = callScalerCall();
		const release = sink.hold();
		const answer = scene.callFlow().attempt(call, 1);
		await sink.waitFor(1);
		await n8n.kill();
		release();
		await answer;
		await bootAgain();
		const [crashed] = await n8n.executions.settled(scene.workflow.id);
		expect(crashed?.status).toBe('crashed');

		sink.clear();
		const retried = await n8n.executions.retry(crashed?.id ?? '', scene.workflow.id);
		expect(sink.calls()).toMatchObject([{ item: { call_id: call.call_id }, executionId: retried }]);
		expect(isDelivered(await scene.callFlow().attempt(call, 2))).toBe(true);
		await n8n.executions.settled(scene.workflow.id);
		expect(sink.items()).toHaveLength(1);
	});

	test('a user retries it after it failed: it is not dropped', async () => {
		const call = callScalerCall();
		sink.failWith(500);
		await scene.callFlow().attempt(call, 1);
		const [failed] = await n8n.executions.settled(scene.workflow.id);
		expect(failed?.status).toBe('error');

		sink.clear();
		sink.answerNormally();
		const retried = await n8n.executions.retry(failed?.id ?? '', scene.workflow.id);
		expect(sink.calls()).toMatchObject([{ item: { call_id: call.call_id }, executionId: retried }]);
	});

	// Where the last node answers, n8n tells nobody how an execution ended whose caller is gone: a redelivery after its begin runs too.
	const times = respond === 'lastNode' ? [1, 2] : [1];
	test(`n8n was killed with it queued, begins it at its start, and it is delivered again: runs ${times.join(' or ')} times`, async () => {
		const [running, queued] = [callScalerCall(), callScalerCall()];
		const release = sink.hold();
		const attempts = [scene.callFlow().attempt(running, 1)];
		await sink.waitFor(1);
		attempts.push(scene.callFlow().attempt(queued, 1));
		await waitUntil('the second call is queued', async () => {
			const executions = await n8n.executions.list(scene.workflow.id);
			return executions.some(({ status }) => status === 'new');
		});
		await n8n.kill();
		release();
		await Promise.all(attempts);
		sink.clear();

		await bootAgain();
		expect(isDelivered(await scene.callFlow().attempt(queued, 2))).toBe(true);
		await n8n.executions.settled(scene.workflow.id);
		expect(times).toContain(sink.items().length);
		expect(new Set(sink.items().map(({ call_id }) => call_id))).toEqual(new Set([queued.call_id]));
	});
});
