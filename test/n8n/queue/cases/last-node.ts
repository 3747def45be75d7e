import { deliver } from '../../../../host';
import { callScalerCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';
import { tally } from '../../support/verdict';
import { activeCallScaler } from './trigger';

export function respondingWithTheLastNode(cluster: () => Cluster): void {
	it("answers with the last node's first item, and a redelivery after it as a duplicate", async () => {
		const { workflow, sink } = await activeCallScaler(cluster(), { respond: 'lastNode' });
		const delivery = { json: callScalerCall() };

		const first = await deliver(cluster().urlOf(workflow), delivery);
		expect([first.status, first.json]).toEqual([200, { handled: true, position: 1 }]);
		expect(tally([await deliver(cluster().urlOf(workflow), delivery)])).toEqual({ '200 duplicate': 1 });

		expect(sink.calls()).toHaveLength(1);
		expect(await cluster().main.executions.settled(workflow.id)).toHaveLength(1);
		await sink.close();
	});

	it('answers a failed workflow as a failure, and runs its redelivery until one succeeds', async () => {
		const { workflow, sink } = await activeCallScaler(cluster(), { respond: 'lastNode' });
		const delivery = { json: callScalerCall() };

		sink.failWith(500);
		for (const _attempt of [1, 2]) {
			const failed = await deliver(cluster().urlOf(workflow), delivery);
			expect([failed.status, failed.json]).toEqual([500, { message: 'Error in workflow' }]);
		}
		sink.answerNormally();
		expect((await deliver(cluster().urlOf(workflow), delivery)).status).toBe(200);
		expect(tally([await deliver(cluster().urlOf(workflow), delivery)])).toEqual({ '200 duplicate': 1 });

		expect(sink.calls()).toHaveLength(3);
		await sink.close();
	});

	it('starts no second run while the first still works', async () => {
		const { workflow, sink } = await activeCallScaler(cluster(), { respond: 'lastNode' });
		const delivery = { json: callScalerCall() };
		const letGo = sink.hold();

		const first = deliver(cluster().urlOf(workflow), delivery);
		await sink.waitFor(1);
		expect(tally([await deliver(cluster().urlOf(workflow), delivery)])).toEqual({ '409 in_progress': 1 });
		letGo();

		expect((await first).status).toBe(200);
		expect(sink.calls()).toHaveLength(1);
		await sink.close();
	});

	it('answers within seconds though the news of the end got lost, since n8n keeps what has ended', async () => {
		const { workflow, sink } = await activeCallScaler(cluster(), { respond: 'lastNode' });
		const letGo = sink.hold();

		const answer = deliver(cluster().urlOf(workflow), { json: callScalerCall() });
		await sink.waitFor(1);
		const ended = cluster().main.executions.settled(workflow.id);
		const unheard = cluster().redis.whileNobodyListens(ended);
		letGo();
		await unheard;

		expect((await answer).status).toBe(200);
		expect(sink.calls()).toHaveLength(1);
		await sink.close();
	});
}
