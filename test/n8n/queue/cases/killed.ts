import { setTimeout as sleep } from 'node:timers/promises';

import { deliver, type N8n, type Sink } from '../../../../host';
import { CallScaler, callScalerCall, isDelivered } from '../../../../host/simulators';
import { waitUntil } from '../../../../lib/wait-until';
import type { Cluster } from '../cluster';
import { sideEffectsPerCall } from '../wave';
import { tally } from '../../support/verdict';
import { activeCallScaler, type ActiveTrigger } from './trigger';

const CALLS = 40;
const KILL_AFTER_CALLS = 10;
const CALL_EVERY_IN_MILLISECONDS = 100;
/** CallScaler's own schedule, gone on with: a small machine needs its time to bear the loss of a process. */
const RETRIES = { retryAfterInSeconds: [30, 120, 120, 120, 120], timeScale: 0.03, timeoutMs: 20_000 };
/** n8n looks half a minute long whether a worker that seems to be gone finishes its execution after all. */
const NOTICED_AFTER_AT_MOST_IN_MILLISECONDS = 120_000;

/** Which of the processes had to do with an execution, by what it logged. */
function whoLogged(processes: N8n[], text: string): N8n {
	const found = processes.find((process) => process.log().includes(text));
	if (!found) throw new Error(`None of the processes logged "${text}".`);
	return found;
}

async function killAll(processes: N8n[]): Promise<void> {
	for (const process of processes) await process.kill();
}

async function bootAllAgain(processes: N8n[]): Promise<void> {
	await Promise.all(processes.map(async (process) => await process.bootAgain()));
}

/**
 * Until nothing of the workflow runs. One that the killed process had stored and not yet queued stays `new` for hours: n8n
 * looks for such every three of them. Its delivery had no answer and came again. What is queued begins within the time that
 * nothing changes.
 */
async function noneRuns({ executions }: N8n, workflowId: string): Promise<void> {
	let before: string | undefined;
	await waitUntil('nothing runs, and nothing changes for two seconds', async () => {
		const found = await executions.list(workflowId);
		const now = JSON.stringify(found);
		const isStable = now === before;
		before = now;
		if (!isStable) await sleep(2_000);
		return isStable && found.every(({ status }) => status !== 'running');
	});
}

/** nginx leaves a process out for some seconds that it could not reach, and sends all to the other one meanwhile. */
async function takesDeliveriesAgain(process: N8n, { workflow }: ActiveTrigger, cluster: Cluster): Promise<void> {
	await waitUntil('nginx sends deliveries to the process again', async () => {
		const delivery = { json: callScalerCall() };
		await deliver(process.productionUrl(workflow), delivery);
		return '200 duplicate' in tally([await deliver(cluster.urlOf(workflow), delivery)]);
	});
}

function executionsBehind(sink: Sink): string[] {
	return sink.calls().map(({ executionId }) => executionId);
}

export function aKilledProcess(cluster: () => Cluster): void {
	it(`webhook process: none of ${CALLS} calls is lost that CallScaler delivers meanwhile`, async () => {
		const trigger = await activeCallScaler(cluster());
		const { workflow, sink } = trigger;
		const callScaler = new CallScaler({ url: cluster().urlOf(workflow), ...RETRIES });
		const ids = Array.from({ length: CALLS }, (_, position) => `killed-${position}`);

		const fired = Promise.all(
			ids.map(async (call_id, position) => {
				await sleep(position * CALL_EVERY_IN_MILLISECONDS);
				return await callScaler.fire(callScalerCall({ call_id }));
			}),
		);
		await sink.waitFor(KILL_AFTER_CALLS);
		const process = whoLogged(cluster().webhooks, `Enqueued execution ${executionsBehind(sink)[0]} `);
		await process.kill();
		const attempts = await fired;
		await process.bootAgain();
		await noneRuns(cluster().main, workflow.id);

		const effects = sideEffectsPerCall(sink, 'call_id', ids);
		const broken = attempts.flat().filter((attempt) => !isDelivered(attempt)).length;
		console.info(
			`Webhook process killed: ${broken} deliveries failed; side effects per call: ${JSON.stringify(effects)}.`,
		);
		expect(attempts.every((made) => made.some(isDelivered))).toBe(true);
		expect(effects).toEqual({ 1: CALLS });
		await takesDeliveriesAgain(process, trigger, cluster());
		await noneRuns(cluster().main, workflow.id);
		await sink.close();
	});

	it('worker: a call whose answer waits is answered as a failure, and its redelivery runs', async () => {
		const { workers, main } = cluster();
		const waiting = await activeCallScaler(cluster(), { respond: 'lastNode' });
		const answered = await activeCallScaler(cluster());
		const delivery = { json: callScalerCall(), timeoutMs: NOTICED_AFTER_AT_MOST_IN_MILLISECONDS };
		const letGo = [waiting.sink.hold(), answered.sink.hold()];

		const first = deliver(cluster().urlOf(waiting.workflow), delivery);
		expect(tally([await deliver(cluster().urlOf(answered.workflow), delivery)])).toEqual({ '200 accepted': 1 });
		await waiting.sink.waitFor(1);
		await answered.sink.waitFor(1);
		await killAll(workers);
		letGo.forEach((release) => release());
		await bootAllAgain(workers);

		expect((await first).status).toBe(500);
		expect((await deliver(cluster().urlOf(waiting.workflow), delivery)).status).toBe(200);
		expect(waiting.sink.calls()).toHaveLength(2);

		// What was answered at once is n8n's to finish, and it does not: to the provider the call is delivered.
		const [execution] = await main.executions.settled(answered.workflow.id);
		expect(['error', 'crashed']).toContain(execution?.status);
		expect(tally([await deliver(cluster().urlOf(answered.workflow), delivery)])).toEqual({ '200 duplicate': 1 });
		expect(answered.sink.calls()).toHaveLength(1);
		const retried = await main.executions.get(await main.executions.retry(execution?.id ?? '', answered.workflow.id));
		console.info(
			`Worker killed: n8n ended the execution as "${execution?.status}"; a retry of it ran ${retried.nodesRun.length} nodes.`,
		);
		await waiting.sink.close();
		await answered.sink.close();
	});

	it('worker and webhook process: the call is not dropped as its own duplicate when a user retries its execution', async () => {
		const { workers, webhooks, main } = cluster();
		const { workflow, sink } = await activeCallScaler(cluster());
		const delivery = { json: callScalerCall() };
		const letGo = sink.hold();

		await deliver(cluster().urlOf(workflow), delivery);
		await sink.waitFor(1);
		await killAll([...workers, ...webhooks]);
		letGo();
		await bootAllAgain([...workers, ...webhooks]);
		// n8n looks for executions that nobody works on when it starts, and then every three hours; here every 3 s.
		await main.stopAndKeep();
		await main.bootAgain({ N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '0.05' });
		const crashed = await waitUntil(
			'n8n has noticed that nobody works on the execution',
			async () => (await main.executions.list(workflow.id)).find(({ status }) => status === 'crashed'),
			NOTICED_AFTER_AT_MOST_IN_MILLISECONDS,
		);
		const retried = await main.executions.retry(crashed.id, workflow.id);

		expect((await main.executions.get(retried)).status).toBe('success');
		expect(executionsBehind(sink)).toEqual([crashed.id, retried]);
		await deliver(cluster().urlOf(workflow), delivery);
		await main.executions.settled(workflow.id);
		expect(sink.calls()).toHaveLength(2);
		await sink.close();
	});
}
