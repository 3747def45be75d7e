import { boot, deliver, type N8n, openSink, qCallTrigger, type Sink, workflowOf } from '../../../host';
import { openProbe, type Probe } from '../../../host/probe';
import { qCallCall } from '../../../host/simulators';

const SECOND_IN_MILLISECONDS = 1_000;
/** In seconds: a busy n8n takes its time until it has received a delivery. */
const SLACK = 10;

/** QCall sends no id of a call by itself: without a recording, two deliveries can only look alike. */
describe('two deliveries that look alike', () => {
	let probe: Probe;
	let n8n: N8n;
	let sink: Sink;

	beforeAll(async () => {
		probe = await openProbe();
		n8n = await boot({ env: probe.env });
		sink = await openSink();
	});
	afterAll(async () => {
		await n8n.stop();
		await sink.close();
	});

	it('are one call for a minute, and two after it, also where n8n was started again', async () => {
		const { id } = await n8n.workflows.create(workflowOf(qCallTrigger(), sink.node()));
		const workflow = await n8n.workflows.activate(id);
		const call = qCallCall({ recording_url: '' });
		const start = Date.now();
		/** Delivers the call when n8n's clock is so many seconds after the first delivery; how often it has run by then. */
		const runsAfter = async (seconds: number) => {
			await probe.shiftClock(start + seconds * SECOND_IN_MILLISECONDS - Date.now());
			await deliver(n8n.productionUrl(workflow), { json: call });
			await n8n.executions.settled(id);
			return sink.items().length;
		};

		expect(await runsAfter(0)).toBe(1);
		expect(await runsAfter(0)).toBe(1);
		expect(await runsAfter(40)).toBe(1);
		expect(await runsAfter(60 + SLACK)).toBe(2);

		await n8n.stopAndKeep();
		await n8n.bootAgain();
		await n8n.workflows.registered(id);
		expect(await runsAfter(75 + SLACK)).toBe(2);
		expect(await runsAfter(120 + 2 * SLACK)).toBe(3);
	});
});
