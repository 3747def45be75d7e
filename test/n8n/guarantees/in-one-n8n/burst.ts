import { type N8n, openSink, type Sink } from '../../../../host';
import { type Attempt, callScalerCall, qCallCall } from '../../../../host/simulators';
import { sideBySide } from '../../support/side-by-side';
import { tally } from '../../support/verdict';
import { oneN8n } from '../support/one-n8n';
import { callScalerScene, qCallScene } from '../support/scene';

const TIMES = 5;
/** BURST_CALLS=200 for figures. */
const CALLS = Number(process.env.BURST_CALLS ?? 40);
const QCALL_CALLS = Math.ceil(CALLS / 4);
/** So many calls are under way at any moment, each delivered all its times at once. */
const WIDTH = 4;

describe(`a burst, each call delivered ${TIMES} times at once`, () => {
	let n8n: N8n;
	let sink: Sink;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([oneN8n(), openSink()]);
	});
	afterEach(() => sink.clear());
	afterAll(async () => {
		await sink.close();
	});

	function expectEachOnce(key: string, ids: unknown[]): void {
		const counts = sink.countBy((item) => String(item[key]));
		expect(counts).toEqual(new Map([...counts.keys()].map((id) => [id, 1])));
		expect([...counts.keys()].sort()).toEqual(ids.map(String).sort());
	}

	function expectNoneFailed(attempts: Attempt[]): void {
		const verdicts = tally(attempts);
		process.stdout.write(`${attempts.length} deliveries: ${JSON.stringify(verdicts)}\n`);
		expect(Object.keys(verdicts).filter((verdict) => !/^200 |^409 in_progress$/.test(verdict))).toEqual([]);
	}

	test(`CallScaler, ${CALLS} calls, answering on receipt: each runs once`, async () => {
		const { callFlow, workflow } = await callScalerScene(n8n, sink);
		const flow = callFlow({ newDeliveryIdPerAttempt: true });
		const calls = Array.from({ length: CALLS }, () => callScalerCall());
		const attempts = await sideBySide(calls, WIDTH, async (call) => {
			return await Promise.all(Array.from({ length: TIMES }, async (_, at) => await flow.attempt(call, at + 1)));
		});
		expectNoneFailed(attempts.flat());
		expect(await n8n.executions.settled(workflow.id)).toHaveLength(calls.length);
		expectEachOnce(
			'call_id',
			calls.map(({ call_id }) => call_id),
		);
	});

	test(`QCall, ${QCALL_CALLS} calls, the last node answering: each runs once`, async () => {
		const { assistant, workflow } = await qCallScene(n8n, sink, { respond: 'lastNode' });
		const calls = Array.from({ length: QCALL_CALLS }, () => qCallCall());
		const attempts = await sideBySide(calls, WIDTH, async (call) => await assistant(TIMES).endCall(call));
		expectNoneFailed(attempts.flat());
		expect(await n8n.executions.settled(workflow.id)).toHaveLength(calls.length);
		expectEachOnce(
			'recording_url',
			calls.map(({ recording_url }) => recording_url),
		);
	});
});
