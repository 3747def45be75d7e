import { deliver, type StoredWorkflow } from '../../../../host';
import { callScalerCall, qCallCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';
import { verdictOf } from '../../support/verdict';
import { activeCallScaler, activeQCall } from './trigger';

const UNREADABLE = { filters: { minDuration: '={{ $vars.limits.min }}' } };
const READABLE = { filters: { minDuration: 1 } };

/** A webhook process takes the call, a worker holds it, and another one may run its retry. */
export function aHeldCall(cluster: () => Cluster): void {
	async function change({ id, nodes }: StoredWorkflow, parameters: Record<string, unknown>): Promise<void> {
		const { workflows } = cluster().main;
		const changed = nodes.map((node, position) =>
			position === 0 ? { ...node, parameters: { ...node.parameters, ...parameters } } : node,
		);
		await workflows.update(id, { nodes: changed });
		await workflows.activate(id);
	}

	it.each([
		['onReceived', '200 held'],
		['lastNode', 'lastNode'],
	])('is answered, fails, and goes the rest of its way with a retry: %s', async (respond) => {
		const { executions } = cluster().main;
		const { workflow, sink } = await activeQCall(cluster(), { ...UNREADABLE, respond });
		const call = qCallCall();
		const answer = await deliver(cluster().urlOf(workflow), { json: call });
		if (respond === 'lastNode') expect(answer.status).toBe(500);
		else expect(verdictOf(answer)).toBe('200 held');

		const [{ id } = { id: '' }] = await executions.settled(workflow.id, 1);
		const held = await executions.get(id);
		expect(held.status).toBe('error');
		expect(await executions.saysOfItself(id)).toMatchObject({ verdict: 'held' });
		expect(held.error).toContain('Minimum Duration has an expression that gives nothing');
		const again = await executions.get(await executions.retry(id, workflow.id, { asSavedNow: true }));
		expect(again.error).toContain('This retry did not get further');
		expect(again.error).toContain('Minimum Duration has an expression that gives nothing');
		expect(sink.items()).toEqual([]);

		await change(workflow, READABLE);
		const done = await executions.get(await executions.retry(id, workflow.id, { asSavedNow: true }));
		expect(done.status).toBe('success');
		expect(await executions.saysOfItself(done.id)).toMatchObject({ verdict: 'accepted' });
		expect(sink.items()).toEqual([call]);
		await sink.close();
	});

	it('is held too where On Invalid Fields rejects it, and the answer says so', async () => {
		const { executions } = cluster().main;
		const { workflow, sink } = await activeQCall(cluster(), { options: { onInvalidFields: 'reject' } });
		const answer = await deliver(cluster().urlOf(workflow), { json: { ...qCallCall(), call_duration: 'long' } });
		expect(verdictOf(answer)).toBe('422 rejected');
		expect(Object(answer.json).message).toContain('n8n holds this call');
		const [{ id } = { id: '' }] = await executions.settled(workflow.id, 1);
		await change(workflow, { options: { onInvalidFields: 'flag' } });
		await executions.retry(id, workflow.id, { asSavedNow: true });
		expect(sink.items()).toMatchObject([{ call_duration: null, issues: [{ field: 'call_duration' }] }]);
		await sink.close();
	});

	it.each(['onReceived', 'lastNode'])(
		'is none where the trigger has Retry On Fail and the call a field "error", and runs once: %s',
		async (respond) => {
			const own = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
			const { workflow, sink } = await activeCallScaler(cluster(), { respond }, { own });
			const ids = ['error-1', 'error-2', 'error-3', 'error-4'];
			for (const call_id of ids) {
				const json = { ...callScalerCall({ call_id }), error: 'The caller hung up' };
				expect((await deliver(cluster().urlOf(workflow), { json })).status).toBe(200);
			}
			await cluster().main.executions.settled(workflow.id, ids.length);
			expect(
				sink
					.items()
					.map(({ call_id }) => call_id)
					.sort(),
			).toEqual(ids);
			await sink.close();
		},
	);
}
