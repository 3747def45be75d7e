import { deliver } from '../../../../host';
import { callScalerCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';
import { startAnew } from '../start-anew';
import { deliverAllAtOnce, sideEffectsPerCall } from '../wave';
import { activeCallScaler } from './trigger';

export function webhookProcessesStartedAnew(cluster: () => Cluster): void {
	it('know a call again, but for one that was answered by its last node: only the process before knew its answer', async () => {
		const { webhooks, main, urlOf } = cluster();
		const immediate = await activeCallScaler(cluster());
		const byLastNode = await activeCallScaler(cluster(), { respond: 'lastNode' });
		const ids = Array.from({ length: 10 }, (_, position) => `restart-${position}`);
		const deliveries = ids.map((id) => ({ json: callScalerCall({ call_id: id }) }));
		const delivery = { json: callScalerCall() };
		const statuses = async () => {
			const answers = await deliverAllAtOnce(urlOf(immediate.workflow), deliveries, 1);
			const last = await deliver(urlOf(byLastNode.workflow), delivery);
			await main.executions.settled(immediate.workflow.id);
			return new Set([...answers.flat(), last].map(({ status }) => status));
		};

		expect([...(await statuses())]).toEqual([200]);
		await startAnew(webhooks);
		expect([...(await statuses())]).toEqual([200]);

		expect(sideEffectsPerCall(immediate.sink, 'call_id', ids)).toEqual({ 1: 10 });
		expect(byLastNode.sink.calls()).toHaveLength(2);
		await immediate.sink.close();
		await byLastNode.sink.close();
	});
}
