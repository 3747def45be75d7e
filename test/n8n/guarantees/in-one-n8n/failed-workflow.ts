import { deliverAndHangUp, type N8n, openSink, type Sink } from '../../../../host';
import { callScalerCall, isDelivered } from '../../../../host/simulators';
import { sideBySide } from '../../support/side-by-side';
import { tally, verdictOf } from '../../support/verdict';
import { oneN8n } from '../support/one-n8n';
import { type CallScalerScene, callScalerScene } from '../support/scene';

/** Where the last node answers, a call counts as handled once its workflow succeeded. */
describe('the last node answers, and the workflow', () => {
	let n8n: N8n;
	let sink: Sink;
	let scene: CallScalerScene;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([oneN8n(), openSink()]);
		scene = await callScalerScene(n8n, sink, { respond: 'lastNode' });
	});
	afterEach(() => {
		sink.answerNormally();
		sink.clear();
	});
	afterAll(async () => {
		await sink.close();
	});

	async function bootAgain(): Promise<void> {
		await n8n.stopAndKeep();
		await n8n.bootAgain();
		await n8n.workflows.registered(scene.workflow.id);
	}

	/** Delivers it as a caller who is gone before the workflow has ended, which it does once the returned function is called. */
	async function hangUp(call: object): Promise<() => void> {
		const release = sink.hold();
		await deliverAndHangUp(scene.url, { json: call, headers: scene.headers }, sink.waitFor(1));
		return release;
	}

	async function newestExecution(): Promise<string> {
		const [newest] = await n8n.executions.list(scene.workflow.id);
		return newest?.id ?? '';
	}

	const sinkCallIds = () => sink.items().map(({ call_id }) => call_id);

	test('fails for many calls side by side: each redelivery runs until it succeeds, and none after', async () => {
		const calls = Array.from({ length: 30 }, () => callScalerCall());
		const ids = calls.map(({ call_id }) => call_id).sort();
		const flow = scene.callFlow({ newDeliveryIdPerAttempt: true });
		const deliverAll = async (number: number) => {
			sink.clear();
			return tally(await sideBySide(calls, 10, async (call) => await flow.attempt(call, number)));
		};
		sink.failWith(500);
		expect(await deliverAll(1)).toEqual({ '500 -': calls.length });
		expect(sinkCallIds().sort()).toEqual(ids);
		expect(await deliverAll(2)).toEqual({ '500 -': calls.length });
		expect(sinkCallIds().sort()).toEqual(ids);
		sink.answerNormally();
		expect(await deliverAll(3)).toEqual({ '200 -': calls.length });
		expect(sinkCallIds().sort()).toEqual(ids);
		expect(await deliverAll(4)).toEqual({ '200 duplicate': calls.length });
		expect(sinkCallIds()).toEqual([]);
	});

	test('is stopped by a user: a failure, and the redelivery runs', async () => {
		const call = callScalerCall();
		const release = sink.hold();
		const first = scene.callFlow().attempt(call, 1);
		await sink.waitFor(1);
		await n8n.request('POST', `/rest/executions/${await newestExecution()}/stop`, {});
		expect(isDelivered(await first)).toBe(false);
		release();
		expect(isDelivered(await scene.callFlow().attempt(call, 2))).toBe(true);
		expect(sinkCallIds()).toEqual([call.call_id, call.call_id]);
	});

	describe('outlives its caller’s patience', () => {
		test('still works when the call comes again: no second run, and a 409', async () => {
			const call = callScalerCall();
			const release = await hangUp(call);
			expect(verdictOf(await scene.callFlow().attempt(call, 2))).toBe('409 in_progress');
			release();
			await n8n.executions.settled(scene.workflow.id);
			expect(verdictOf(await scene.callFlow().attempt(call, 3))).toBe('200 duplicate');
			expect(sinkCallIds()).toEqual([call.call_id]);
		});

		test('succeeds while the call comes again: a duplicate', async () => {
			const call = callScalerCall();
			const release = await hangUp(call);
			const again = scene.callFlow().attempt(call, 2);
			release();
			expect(verdictOf(await again)).toBe('200 duplicate');
			expect(sinkCallIds()).toEqual([call.call_id]);
		});

		test('fails while the call comes again: a new run', async () => {
			const call = callScalerCall();
			sink.failWith(500);
			const release = await hangUp(call);
			const again = scene.callFlow().attempt(call, 2);
			sink.answerNormally();
			release();
			expect(verdictOf(await again)).toBe('200 -');
			expect(sinkCallIds()).toEqual([call.call_id, call.call_id]);
		});
	});

	test('succeeded, also for a caller who was gone, or failed before n8n is stopped: only what failed runs again', async () => {
		const [unheard, good, bad] = [callScalerCall(), callScalerCall(), callScalerCall()];
		const release = await hangUp(unheard);
		release();
		await n8n.executions.settled(scene.workflow.id);
		expect(isDelivered(await scene.callFlow().attempt(good, 1))).toBe(true);
		sink.failWith(500);
		expect(isDelivered(await scene.callFlow().attempt(bad, 1))).toBe(false);
		sink.answerNormally();
		await bootAgain();
		for (const call of [unheard, good, bad]) {
			expect(isDelivered(await scene.callFlow().attempt(call, 2))).toBe(true);
		}
		expect(sinkCallIds()).toEqual([unheard, good, bad, bad].map(({ call_id }) => call_id));
	});
});
