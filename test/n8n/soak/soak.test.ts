import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	openSink,
	type Sink,
	type StoredWorkflow,
	workflowOf,
} from '../harness';
import { type Memory, openProbe } from '../probe';
import { balance } from './books';
import { send } from './send';
import { MIN_DURATION_IN_SECONDS, traffic } from './traffic';

/** `npm run soak` sends 20,000. */
const DELIVERIES = Number(process.env.SOAK_DELIVERIES ?? 1500);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
/** n8n is started anew when so much of the traffic has been delivered; the rest runs through, for its memory. */
const RESTARTS_AT = [0.15, 0.3, 0.45];
const STRETCH_OF_THE_MEMORY = 1 - 0.45;

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
	const n8n = await boot({ env: probe.env });
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

		const planned = traffic({ seed: SEED, count: DELIVERIES, secret: SECRET });
		const delivered = await send(n8n.productionUrl(workflow), planned, (count) => {
			if (!restarts.includes(count)) return;
			restarting = restarting.then(async () => {
				await n8n.stopAndKeep();
				await n8n.bootAgain();
			});
		});
		await restarting;
		await n8n.executions.settled(workflow.id);
		const seconds = (performance.now() - started) / 1000;
		const memory = await remembering.memory();
		const books = balance(delivered, sink.calls());
		const again = delivered.filter(({ attempts }) => attempts > 1).length;

		console.info(
			`${DELIVERIES} deliveries in ${seconds.toFixed(0)} s, n8n started anew ${restarts.length} times meanwhile; ${again} deliveries needed more than one attempt.`,
			`\n${JSON.stringify(books, null, 1)}\nIn the end: ${show(memory)}.`,
		);
		expect(books).toMatchObject({ lost: [], twice: [], unexpected: [], unaccounted: 0, ranOnce: books.calls });
		await remembering.stop();

		keepingNothing = await startRun({ deduplicate: false });
		const equal = traffic({
			seed: SEED,
			count: Math.ceil(DELIVERIES * STRETCH_OF_THE_MEMORY),
			secret: SECRET,
			withoutDuplicates: true,
		});
		await send(keepingNothing.n8n.productionUrl(keepingNothing.workflow), equal);
		await keepingNothing.n8n.executions.settled(keepingNothing.workflow.id);
		const memoryOfNothing = await keepingNothing.memory();
		console.info(`A trigger that keeps nothing, after as many deliveries: ${show(memoryOfNothing)}.`);
		expect(memory.heapUsed).toBeLessThan(memoryOfNothing.heapUsed * 1.1);
	},
	DAY_IN_MILLISECONDS,
);
