import { deliver } from '../../../host';
import { callScalerCall } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { activeCallScaler } from '../queue/cases/trigger';
import { bootCluster, type Cluster } from '../queue/cluster';
import { startAnew } from '../queue/start-anew';

// Five processes of n8n start in one of the hooks, some of them for a second time in a test.
jest.setTimeout(900_000);

/** n8n 1.x gives the execution of a worker that is gone to another one, under the same id; 2.x ends it. */
let cluster: Cluster;

beforeAll(async () => {
	cluster = await bootCluster({ version: '1.x' });
});

afterAll(async () => {
	await cluster.stop();
});

/** How long a process waits for an id that does not know where executions begin. */
const UNKNOWING_IN_MILLISECONDS = 1_000;
/** A busy machine may take as long for anything; it is not for ever that busy. */
const TRIES = 3;

it('answers the first delivery at once: n8n tells that executions begin in workers', async () => {
	const { workflow, sink } = await activeCallScaler(cluster);
	let took = Infinity;
	for (let tries = 1; tries <= TRIES && took >= UNKNOWING_IN_MILLISECONDS; tries++) {
		if (tries > 1) await startAnew(cluster.webhooks);
		// The process that answers has loaded the workflow by then; of its executions it knows nothing. One that was started anew
		// on a busy machine has said that it is ready, and answered 404 for a while.
		await waitUntil('deliveries are read', async () => (await deliver(cluster.urlOf(workflow), {})).status === 400);
		const { status, json, ms } = await deliver(cluster.urlOf(workflow), { json: callScalerCall() });
		expect({ status, json }).toMatchObject({ status: 200, json: { status: 'accepted' } });
		expect(json).not.toHaveProperty('execution_id');
		await sink.waitFor(tries);
		took = ms;
	}
	expect(took).toBeLessThan(UNKNOWING_IN_MILLISECONDS);
	await cluster.main.executions.settled(workflow.id);
	await sink.close();
});

it('does not drop a call as its own duplicate whose execution n8n starts again in another worker', async () => {
	const { workflow, sink } = await activeCallScaler(cluster);
	const delivery = { json: callScalerCall() };
	const letGo = sink.hold();

	await waitUntil('it is accepted', async () => (await deliver(cluster.urlOf(workflow), delivery)).status === 200);
	await sink.waitFor(1);
	const [{ executionId } = { executionId: 'none' }] = sink.calls();
	const worker = cluster.workers.find((each) => each.log().includes(`Worker started execution ${executionId} `));
	await worker?.kill();
	letGo();

	await sink.waitFor(2);
	const [execution] = await cluster.main.executions.settled(workflow.id);
	expect(execution).toMatchObject({ id: executionId, status: 'success' });
	expect(sink.calls().map((call) => call.executionId)).toEqual([executionId, executionId]);
	await sink.close();
});
