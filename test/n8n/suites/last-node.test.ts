import { boot, deliver, deliverAndHangUp, type N8n, openSink, type Sink } from '../../../host';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { TriggerUnderTest } from './support/trigger-under-test';

describe('Where the last node answers', () => {
	let n8n: N8n;
	let sink: Sink;
	let trigger: TriggerUnderTest;

	beforeAll(async () => {
		n8n = await boot();
	});
	afterAll(async () => await n8n.stop());
	beforeEach(async () => {
		sink = await openSink();
		trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { respond: 'lastNode' },
			next: [sink.node()],
		});
	});
	afterEach(async () => await sink.close());

	/** What the last node puts out is the answer's body, which need not look like an answer of this package. */
	async function send(json: unknown) {
		return await deliver(trigger.url, { json, headers: trigger.secretHeader });
	}

	test('its first item is the body', async () => {
		const answer = await send(callScalerCall());
		expect(answer.status).toBe(200);
		expect(answer.json).toEqual({ handled: true, position: 1 });
	});

	test('for QCall too, by any method', async () => {
		const qCall = await TriggerUnderTest.deploy(n8n, 'qCall', {
			parameters: { respond: 'lastNode', triggerOn: 'duringCall' },
			next: [sink.node()],
		});
		const headers = qCall.secretHeader;
		expect((await deliver(qCall.url, { json: qCallCall(), headers })).json).toEqual({ handled: true, position: 1 });
		const query = { first_name: 'Kapil' };
		expect((await deliver(qCall.url, { method: 'GET', query, headers })).json).toEqual({ handled: true, position: 2 });
	});

	test('a redelivery after success is a duplicate and runs nothing', async () => {
		const call = callScalerCall();
		await send(call);
		expect((await trigger.call(call)).verdict).toBe('200 duplicate');
		expect(await trigger.executionCount()).toBe(1);
		expect(sink.items()).toHaveLength(1);
	});

	test('a failed workflow is answered as a failure, and its redelivery runs', async () => {
		const call = callScalerCall();
		sink.failWith(500);
		const failed = await send(call);
		expect(failed.status).toBeGreaterThanOrEqual(500);
		expect(failed.text).not.toMatch(/\bat .*\.js|node_modules/);

		sink.answerNormally();
		const again = await send(call);
		expect(again.status).toBe(200);
		expect(again.json).toMatchObject({ handled: true });
		expect((await trigger.call(call)).verdict).toBe('200 duplicate');
		expect((await trigger.executions()).map(({ status }) => status).sort()).toEqual(['error', 'success']);
	});

	test('a failed workflow’s redelivery runs after a restart of n8n too', async () => {
		const call = callScalerCall();
		sink.failWith(500);
		expect((await send(call)).status).toBeGreaterThanOrEqual(500);
		await trigger.executions();
		await n8n.kill();
		await n8n.bootAgain();
		await n8n.workflows.registered(trigger.workflow.id);
		sink.answerNormally();
		sink.clear();
		expect((await send(call)).json).toMatchObject({ handled: true });
		expect(sink.items()).toHaveLength(1);
	});

	describe('and the caller has hung up', () => {
		const hangUp = async (call: object) =>
			await deliverAndHangUp(trigger.url, { json: call, headers: trigger.secretHeader }, sink.waitFor(1));

		test('while the first still works: waits, then 409, no second run', async () => {
			const call = callScalerCall();
			const release = sink.hold();
			await hangUp(call);
			expect((await trigger.call(call)).verdict).toBe('409 in_progress');
			release();
			expect(await trigger.executionCount()).toBe(1);
			expect(sink.items()).toHaveLength(1);
		});

		test('waiting turns into a duplicate when the first one ends well meanwhile', async () => {
			const call = callScalerCall();
			const release = sink.hold();
			await hangUp(call);
			const second = trigger.call(call);
			release();
			expect((await second).verdict).toBe('200 duplicate');
			expect(sink.items()).toHaveLength(1);
		});

		test('it succeeded: no second run', async () => {
			const call = callScalerCall();
			const release = sink.hold();
			await hangUp(call);
			release();
			await trigger.executions();
			expect((await trigger.call(call)).verdict).toBe('200 duplicate');
			expect(sink.items()).toHaveLength(1);
		});

		test('it failed: a new run', async () => {
			const call = callScalerCall();
			sink.failWith(500);
			const release = sink.hold();
			await hangUp(call);
			release();
			await trigger.executions();
			sink.answerNormally();
			expect((await send(call)).json).toMatchObject({ handled: true });
			expect((await trigger.executions()).map(({ status }) => status).sort()).toEqual(['error', 'success']);
		});
	});
});

describe('A failed workflow that had been acknowledged', () => {
	let n8n: N8n;
	let sink: Sink;
	beforeAll(async () => {
		n8n = await boot();
		sink = await openSink();
	});
	afterAll(async () => {
		await n8n.stop();
		await sink.close();
	});

	test('is n8n’s to retry: its redelivery is a duplicate, a retry by the user is not', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { next: [sink.node()] });
		const call = callScalerCall();
		sink.failWith(500);
		await trigger.call(call);
		const [failed] = await trigger.executions();
		expect(failed).toMatchObject({ status: 'error', mode: 'webhook' });
		expect((await trigger.call(call)).verdict).toBe('200 duplicate');
		sink.answerNormally();
		sink.clear();
		const retried = await n8n.executions.retry(failed?.id ?? '', trigger.workflow.id);
		expect(await n8n.executions.get(retried)).toMatchObject({ mode: 'retry', status: 'success' });
		expect(sink.items()).toHaveLength(1);
		expect(sink.items()[0]).toMatchObject({ call_id: call.call_id });
	});
});
