import { type N8n, openSink, type Sink } from '../../../../host';
import {
	callEndedCall,
	callScalerCall,
	isDelivered,
	OLDER_RETRY_AFTER_IN_SECONDS,
	qCallCall,
} from '../../../../host/simulators';
import { oneN8n } from '../support/one-n8n';
import { callScalerScene, qCallScene } from '../support/scene';

/** Both providers' guides call for a receiver that may be told of a call more than once. */
describe('a call that comes again', () => {
	let n8n: N8n;
	let sink: Sink;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([oneN8n(), openSink()]);
	});
	afterEach(() => sink.clear());
	afterAll(async () => {
		await sink.close();
	});

	test.each([
		['a post-call webhook', callScalerCall()],
		['an older payload, without delivery id and attempt', callEndedCall()],
	])('CallScaler, %s, each attempt with its own number, time and delivery id: once', async (_, call) => {
		const { callFlow, workflow } = await callScalerScene(n8n, sink);
		const flow = callFlow({ newDeliveryIdPerAttempt: 'delivery_id' in call });
		const attempts = [await flow.attempt(call, 1), await flow.attempt(call, 2), await flow.attempt(call, 3)];
		expect(attempts.every(isDelivered)).toBe(true);
		expect(new Set(attempts.map(({ payload }) => JSON.stringify(payload))).size).toBeGreaterThan(
			'attempt' in call ? 2 : 0,
		);
		expect(await n8n.executions.settled(workflow.id)).toHaveLength(1);
		expect(sink.items()).toMatchObject([{ call_id: call.call_id }]);
	});

	test('CallScaler, by its older and longer schedule, after failures: once', async () => {
		const { callFlow, workflow } = await callScalerScene(n8n, sink, { respond: 'lastNode' });
		sink.failWith(503);
		const flow = callFlow({ retryAfterInSeconds: OLDER_RETRY_AFTER_IN_SECONDS, timeScale: 0.001 });
		const call = callScalerCall();
		const fired = flow.fire(call);
		await sink.waitFor(2);
		sink.answerNormally();
		const attempts = await fired;
		expect(attempts.map(isDelivered)).toEqual([...attempts.slice(1).map(() => false), true]);
		expect(isDelivered(await flow.attempt(call, attempts.length + 1))).toBe(true);
		const executions = await n8n.executions.settled(workflow.id);
		expect(executions.filter(({ status }) => status === 'success')).toHaveLength(1);
		expect(executions).toHaveLength(attempts.length);
	});

	test('QCall, two webhook tools with one URL, whose texts an AI wrote anew: once', async () => {
		const { assistant, workflow } = await qCallScene(n8n, sink);
		const call = qCallCall();
		const [first, second] = await assistant(2).endCall(call);
		expect(first?.payload.call_summary).not.toBe(second?.payload.call_summary);
		expect([first, second].every((made) => made && isDelivered(made))).toBe(true);
		expect(await n8n.executions.settled(workflow.id)).toHaveLength(1);
		expect(sink.items()).toMatchObject([{ recording_url: call.recording_url }]);
	});

	test('QCall, two tools, and no recording: told by caller, date and duration: once', async () => {
		const { assistant, workflow } = await qCallScene(n8n, sink);
		await assistant(2).endCall(qCallCall({ recording_url: '' }));
		expect(await n8n.executions.settled(workflow.id)).toHaveLength(1);
		expect(sink.items()).toHaveLength(1);
	});
});
