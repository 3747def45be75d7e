import { deliver } from '../../../../host';
import { callScalerCall } from '../../../../host/simulators';
import { waitUntil } from '../../../../lib/wait-until';
import type { Cluster } from '../cluster';
import { tally } from '../../support/verdict';
import { activeCallScaler } from './trigger';

/** What docs/queue-mode.md says of executions that wait in Redis for a worker. */
export function aWaitingExecution(cluster: () => Cluster): void {
	/** Whatever is delivered meanwhile waits for a worker. */
	async function withoutWorkers<Result>(act: () => Promise<Result>): Promise<Result> {
		const { workers } = cluster();
		await Promise.all(workers.map(async (worker) => await worker.stopAndKeep()));
		try {
			return await act();
		} finally {
			await Promise.all(workers.map(async (worker) => await worker.bootAgain()));
		}
	}

	it('runs after Redis was restarted with its jobs, even where a user has stopped it', async () => {
		const { main, redis, urlOf } = cluster();
		const [waits, stopped] = [await activeCallScaler(cluster()), await activeCallScaler(cluster())];
		await withoutWorkers(async () => {
			for (const { workflow } of [waits, stopped]) {
				const answer = await deliver(urlOf(workflow), { json: callScalerCall() });
				expect(tally([answer])).toEqual({ '200 accepted': 1 });
			}
			const [waiting] = await main.executions.list(stopped.workflow.id);
			await main.request('POST', `/rest/executions/${waiting?.id}/stop`, {});
			expect((await main.executions.list(stopped.workflow.id))[0]?.status).toBe('canceled');
			await redis.restart('with its jobs');
		});
		for (const { workflow, sink } of [waits, stopped]) {
			await sink.waitFor(1);
			await main.executions.settled(workflow.id);
			expect(sink.calls()).toHaveLength(1);
			await sink.close();
		}
	});

	it('is not begun after Redis came back empty, until n8n is started again and a user retries it', async () => {
		const { main, redis } = cluster();
		const { workflow, sink } = await activeCallScaler(cluster());
		const delivery = { json: callScalerCall() };
		const statuses = async () => (await main.executions.list(workflow.id)).map(({ status }) => status);
		await withoutWorkers(async () => {
			expect(tally([await deliver(cluster().urlOf(workflow), delivery)])).toEqual({ '200 accepted': 1 });
			await redis.restart('empty');
		});
		expect(tally([await deliver(cluster().urlOf(workflow), delivery)])).toEqual({ '200 duplicate': 1 });
		// n8n's main process looks for such executions at its start and every 180 minutes, and then says so.
		const [waiting] = await main.executions.list(workflow.id);
		expect(['new', 'crashed']).toContain(waiting?.status);
		if (waiting?.status === 'new')
			await expect(main.executions.retry(waiting.id, workflow.id)).rejects.toThrow('queued to run');

		await main.stopAndKeep();
		await main.bootAgain();
		await waitUntil('n8n has found that it has no job', async () => (await statuses()).includes('crashed'));
		expect(sink.calls()).toHaveLength(0);
		await main.executions.retry(waiting?.id ?? '', workflow.id);
		expect(sink.calls()).toHaveLength(1);
		await sink.close();
	});
}
