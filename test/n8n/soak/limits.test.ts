import {
	boot,
	callScalerTrigger,
	deliver,
	type N8n,
	openSink,
	qCallTrigger,
	type Sink,
	type StoredWorkflow,
	workflowOf,
} from '../../../host';
import { openProbe, type Probe } from '../../../host/probe';
import { callScalerCall, qCallCall } from '../../../host/simulators';

const HOUR_IN_MILLISECONDS = 3_600_000;
const SECOND_IN_MILLISECONDS = 1_000;

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

beforeEach(async () => {
	sink.clear();
	await probe.shiftClock(0);
});

async function active(trigger: Parameters<typeof workflowOf>[0]): Promise<StoredWorkflow> {
	const { id } = await n8n.workflows.create(workflowOf(trigger, sink.node()));
	return await n8n.workflows.activate(id);
}

const activeTrigger = async (options: Record<string, unknown>, more = {}) =>
	await active(callScalerTrigger({ parameters: { options, ...more } }));

/** Delivers the calls one after another, each when the one before is done. */
async function deliverInOrder(workflow: StoredWorkflow, ids: string[]): Promise<void> {
	for (const call_id of ids) {
		const { status } = await deliver(n8n.productionUrl(workflow), { json: callScalerCall({ call_id }) });
		expect(status).toBe(200);
		await n8n.executions.settled(workflow.id);
	}
}

/** n8n starts again with the real time; what has been set of it is gone with the process. */
async function restart(workflow: StoredWorkflow, shift: number): Promise<void> {
	await n8n.stopAndKeep();
	await n8n.bootAgain();
	await n8n.workflows.registered(workflow.id);
	await probe.shiftClock(shift);
}

function ran(): string[] {
	return sink.items().map(({ call_id }) => String(call_id));
}

describe('the window', () => {
	it('is as long as the user wants: a call comes through again when it has passed, and not a moment before', async () => {
		const workflow = await activeTrigger({ dedupeWindowHours: 2 });
		await deliverInOrder(workflow, ['window']);

		await probe.shiftClock(2 * HOUR_IN_MILLISECONDS - 60_000);
		await deliverInOrder(workflow, ['window']);
		expect(ran()).toEqual(['window']);

		await probe.shiftClock(2 * HOUR_IN_MILLISECONDS + 60_000);
		await deliverInOrder(workflow, ['window', 'window']);
		expect(ran()).toEqual(['window', 'window']);
	});

	it('is after a restart at least half as long, and no longer', async () => {
		const workflow = await activeTrigger({ dedupeWindowHours: 2 });
		await deliverInOrder(workflow, ['half']);

		await restart(workflow, HOUR_IN_MILLISECONDS - 60_000);
		await deliverInOrder(workflow, ['half']);
		expect(ran()).toEqual(['half']);

		await restart(workflow, 2 * HOUR_IN_MILLISECONDS + 60_000);
		await deliverInOrder(workflow, ['half']);
		expect(ran()).toEqual(['half', 'half']);
	});
});

describe('the history', () => {
	const HISTORY = 5;
	const calls = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

	it('is as many calls as the user wants: the newest are known, those before come through again', async () => {
		const workflow = await activeTrigger({ dedupeHistory: HISTORY });
		await deliverInOrder(workflow, calls);

		await deliverInOrder(workflow, calls.slice(-HISTORY));
		expect(ran()).toEqual(calls);
		await deliverInOrder(workflow, ['a']);
		expect(ran()).toEqual([...calls, 'a']);
	});

	it.each(['onReceived', 'lastNode'])('is the same after a restart (respond: %s)', async (respond) => {
		const workflow = await activeTrigger({ dedupeHistory: HISTORY }, { respond });
		await deliverInOrder(workflow, calls);

		await restart(workflow, 0);
		await deliverInOrder(workflow, calls.slice(-HISTORY).reverse());
		expect(ran()).toEqual(calls);
		await deliverInOrder(workflow, ['a']);
		expect(ran()).toEqual([...calls, 'a']);
	});
});

/** QCall sends no id of a call by itself: without a recording, two deliveries can only look alike. */
describe('two deliveries that look alike', () => {
	it('are one call for a minute, and two after it, also where n8n was started again', async () => {
		const workflow = await active(qCallTrigger());
		const call = qCallCall({ recording_url: '' });
		const start = Date.now();
		/** Delivers the call when n8n's clock is so many seconds after the first delivery; how often it has run by then. */
		const runsAfter = async (seconds: number) => {
			await probe.shiftClock(start + seconds * SECOND_IN_MILLISECONDS - Date.now());
			await deliver(n8n.productionUrl(workflow), { json: call });
			await n8n.executions.settled(workflow.id);
			return sink.items().length;
		};

		expect(await runsAfter(0)).toBe(1);
		expect(await runsAfter(0)).toBe(1);
		expect(await runsAfter(40)).toBe(1);
		expect(await runsAfter(61)).toBe(2);

		await restart(workflow, 0);
		expect(await runsAfter(75)).toBe(2);
		expect(await runsAfter(75 + 61)).toBe(3);
	});
});
