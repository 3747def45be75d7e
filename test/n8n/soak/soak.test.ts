import { setTimeout as sleep } from 'node:timers/promises';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	openSink,
	type Sink,
	type StoredWorkflow,
	workflowOf,
} from '../../../host';
import { type Memory, openProbe } from '../../../host/probe';
import { waitUntil } from '../../../lib/wait-until';
import { type Stored, storedExecutions } from '../support/books';
import { SEED } from '../support/seed';
import { acceptedOf, balance, page, withoutDuplicates } from './balance';
import { send } from './send';
import { MIN_DURATION_IN_SECONDS, traffic } from './traffic';

/** SOAK_DELIVERIES=20000 takes a while, and shows more of the memory: of so few, only what is kept of each by the 50 KB. */
const DELIVERIES = Number(process.env.SOAK_DELIVERIES ?? 500);
/** n8n is started anew when so much of the traffic has been delivered; the rest runs through, for its memory. */
const RESTARTS_AT = [0.1, 0.2, 0.3];
/** Of the memory of an equal run through a trigger that keeps nothing. */
const MOST_HELD = 1.1;
const BETWEEN_READINGS_IN_MILLISECONDS = 1_000;

/** The workflow's own expressions, evaluated in an isolate for each execution, would take most of the time. */
const WITHOUT_ISOLATES = { N8N_EXPRESSION_ENGINE: 'legacy' };

const TRIGGER = 'CallScaler Trigger';

const SECRET = `soak-${SEED}-soak-soak-soak`;
const DAY_IN_MILLISECONDS = 86_400_000;

interface Run {
	n8n: N8n;
	workflow: StoredWorkflow;
	sink: Sink;
	memory: () => Promise<Memory>;
	stop: () => Promise<void>;
}

async function startRun(parameters: Record<string, unknown>): Promise<Run> {
	const probe = await openProbe();
	const n8n = await boot({ env: { ...probe.env, ...WITHOUT_ISOLATES } });
	const sink = await openSink();
	const credential = await n8n.credentials.create(callScalerCredential(SECRET));
	const common = { filters: { minDuration: MIN_DURATION_IN_SECONDS }, options: { onInvalidFields: 'reject' } };
	const trigger = callScalerTrigger({ credential, parameters: { ...common, ...parameters } });
	const { id } = await n8n.workflows.create(workflowOf(trigger, sink.node()));
	const workflow = await n8n.workflows.activate(id);
	return {
		n8n,
		workflow,
		sink,
		memory: probe.memory,
		stop: async () => {
			await n8n.stop();
			await sink.close();
		},
	};
}

const inMegabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const show = ({ heapUsed, rss }: Memory) =>
	`${inMegabytes(heapUsed)} of heap after garbage collection, ${inMegabytes(rss)} RSS`;

/** As the button in the editor does. */
async function retry({ n8n, sink }: Run, executions: Stored[], call: string): Promise<void> {
	const crashed = executions.find(({ callId, status }) => callId === call && status === 'crashed');
	await n8n.request('POST', `/rest/executions/${crashed?.id}/retry`, { loadWorkflow: false });
	await waitUntil(`${call} has been retried`, () => sink.items().some(({ call_id }) => call_id === call));
}

async function sayHowItEnded(n8n: N8n, id: string) {
	const { status, error, nodesRun, items } = await n8n.executions.get(id);
	return { status, error, nodesRun, items: items(TRIGGER) };
}

/** Of an execution whose call is another's. */
const ENDED_EMPTY = { status: 'success', error: undefined, nodesRun: [TRIGGER], items: [] };
/** Of an execution that holds a call whose fields are rejected. */
const HELD = { ...ENDED_EMPTY, status: 'error', error: expect.stringMatching(/^A call is held, and not handled/) };

/** What n8n holds on to: read until three readings in a row are no lower than the lowest. */
async function heldMemory({ memory }: Run): Promise<Memory> {
	let lowest = await memory();
	for (let notLower = 0; notLower < 3; ) {
		await sleep(BETWEEN_READINGS_IN_MILLISECONDS);
		const reading = await memory();
		notLower = reading.heapUsed < lowest.heapUsed ? 0 : notLower + 1;
		if (notLower === 0) lowest = reading;
	}
	return lowest;
}

let remembering: Run;
let keepingNothing: Run;

afterEach(async () => {
	await Promise.all([remembering?.stop(), keepingNothing?.stop()]);
});

it(
	`accounts for each of ${DELIVERIES} deliveries, and holds on to little (seed ${SEED})`,
	async () => {
		remembering = await startRun({});
		const { n8n, sink, workflow } = remembering;
		const restarts = RESTARTS_AT.map((share) => Math.floor(share * DELIVERIES));
		let restarting = Promise.resolve();
		const started = performance.now();

		const planned = traffic(DELIVERIES, SECRET);
		const delivered = await send(n8n.productionUrl(workflow), planned, (count) => {
			if (!restarts.includes(count)) return;
			restarting = restarting.then(async () => {
				await n8n.stopAndKeep();
				await n8n.bootAgain();
			});
		});
		await restarting;
		const executions = await storedExecutions(n8n, workflow.id);
		const seconds = (performance.now() - started) / 1000;
		const memory = await heldMemory(remembering);
		const { interrupted, ...asDelivered } = balance(delivered, sink.calls(), executions);
		const again = delivered.filter(({ attempts }) => attempts > 1).length;
		console.info(
			`${DELIVERIES} deliveries in ${seconds.toFixed(0)} s (SEED=${SEED}), n8n started anew ${restarts.length} times meanwhile; ${again} deliveries needed more than one attempt.`,
			`\n${page({ interrupted, ...asDelivered })}\nIn the end: ${show(memory)}.`,
		);
		expect(asDelivered).toMatchObject({ unaccounted: [], lost: [], twice: [], unexpected: [], unbooked: [] });

		// What n8n took on and did not do before it ended, it shows as crashed: a user's retry handles the call.
		for (const call of interrupted) await retry(remembering, executions, call);
		const retried = balance(delivered, sink.calls(), await storedExecutions(n8n, workflow.id));
		if (interrupted.length > 0) console.info(`After ${interrupted.length} retries:\n${page(retried)}`);
		expect(retried).toMatchObject({ ranOnce: retried.calls, interrupted: [], lost: [], twice: [], unbooked: [] });
		for (const id of retried.withoutEffect) {
			const ended = await sayHowItEnded(n8n, id);
			expect(ended).toEqual(ended.status === 'error' ? HELD : ENDED_EMPTY);
		}
		await remembering.stop();

		keepingNothing = await startRun({ deduplicate: false });
		const stretch = delivered.slice(Math.max(...restarts));
		const equal = await send(keepingNothing.n8n.productionUrl(keepingNothing.workflow), withoutDuplicates(stretch));
		await storedExecutions(keepingNothing.n8n, keepingNothing.workflow.id);
		const memoryOfNothing = await heldMemory(keepingNothing);
		const ratio = memory.heapUsed / memoryOfNothing.heapUsed;
		console.info(
			`A trigger that keeps nothing, after the ${equal.length} deliveries since the last start (${acceptedOf(equal)} executions): ${show(memoryOfNothing)}.`,
			`\nThe one that remembers holds ${((ratio - 1) * 100).toFixed(1)} % more.`,
		);
		expect(acceptedOf(equal)).toBe(acceptedOf(stretch));
		expect(ratio).toBeLessThan(MOST_HELD);
	},
	DAY_IN_MILLISECONDS,
);
