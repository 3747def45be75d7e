import {
	callScalerCredential,
	callScalerTrigger,
	deliver,
	type Delivery,
	type StoredWorkflow,
	workflowOf,
} from '../../../../host';
import { callScalerCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';

const SECRET = 'correct-horse-battery-staple';
const TRIGGER = 'CallScaler Trigger';

/** What the editor tests, where n8n runs that in workers: the only way that n8n 3 knows. */
export const IN_WORKERS = { OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true' };

export function testsInTheEditor(cluster: () => Cluster): void {
	let workflow: StoredWorkflow;

	beforeAll(async () => {
		const { credentials, workflows } = cluster().main;
		const credential = await credentials.create(callScalerCredential(SECRET));
		workflow = await workflows.create(workflowOf(callScalerTrigger({ credential })));
	});

	/** Listens as _Execute step_ does, sends one request, and gives the answer with the execution, which a worker ran. */
	async function testWith(path: '' | '/sample', delivery: Delivery) {
		const { main, workers } = cluster();
		const before = (await main.executions.list(workflow.id)).length;
		const ranBefore = ranInWorkers(workers);
		await main.workflows.listen(workflow.id);
		const answer = await deliver(`${main.testUrl(workflow)}${path}`, delivery);
		const [newest] = await main.executions.settled(workflow.id, before + 1);
		expect(ranInWorkers(workers)).toBe(ranBefore + 1);
		return { answer, execution: await main.executions.get(newest?.id ?? '') };
	}

	it('_Execute step_ shows the call, however often it was sent before', async () => {
		const json = callScalerCall({ call_id: 'tested twice' });
		for (let times = 0; times < 2; times++) {
			const { answer, execution } = await testWith('', { headers: { 'X-Webhook-Secret': SECRET }, json });
			expect([answer.status, answer.json]).toMatchObject([200, { status: 'accepted' }]);
			// Which execution it became only the worker learns, and for that nobody waits long.
			expect(answer.ms).toBeLessThan(5_000);
			expect(execution.items(TRIGGER)).toMatchObject([{ call_id: 'tested twice' }]);
		}
	});

	it('the sample arrives', async () => {
		const { answer, execution } = await testWith('/sample', { method: 'GET' });
		expect([answer.status, answer.json]).toMatchObject([200, { status: 'accepted' }]);
		expect(execution.items(TRIGGER)).toMatchObject([{ event: 'call.completed' }]);
	});

	it("the sample's page says that it does not know what came to other processes", async () => {
		const { main, urlOf } = cluster();
		await main.workflows.activate(workflow.id);
		expect((await deliver(urlOf(workflow), { json: callScalerCall() })).status).toBe(401);
		const { answer } = await testWith('/sample', { method: 'GET', headers: { accept: 'text/html' } });
		await main.workflows.deactivate(workflow.id);
		expect(answer.text).toMatch(/What came to the Production URL[^]*Nothing, since[^]*If n8n runs in queue mode/);
	});

	it('a call that is refused shows why', async () => {
		const refused = await testWith('', { headers: { 'X-Webhook-Secret': 'another' }, json: callScalerCall() });
		expect([refused.answer.status, refused.answer.json]).toMatchObject([401, { status: 'rejected' }]);
		expect(refused.execution.items(TRIGGER)).toEqual([]);
		expect(refused.execution.storedData).toContain('arrived, but with another secret');
	});

	it('a call that cannot be read as a whole shows what could not', async () => {
		const json = callScalerCall({ duration_seconds: 'about a minute' });
		const { execution } = await testWith('', { headers: { 'X-Webhook-Secret': SECRET }, json });
		expect(execution.items(TRIGGER)).toMatchObject([{ duration_seconds: null }]);
		expect(execution.storedData).toContain('could not be read. duration_seconds: expected a number');
	});
}

/** How many executions the workers say that they have begun. */
function ranInWorkers(workers: Cluster['workers']): number {
	return workers.map((worker) => worker.log().split('Worker started execution').length - 1).reduce((a, b) => a + b, 0);
}
