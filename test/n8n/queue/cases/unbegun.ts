import { deliver, node } from '../../../../host';
import { callScalerCall } from '../../../../host/simulators';
import type { Cluster } from '../cluster';
import { verdictOf } from '../../support/verdict';
import { activeCallScaler } from './trigger';

const SENDER = 'Sender';

/** A node behind the trigger that has no credential any more. */
const without = (credential: { id: string | null; name: string }) => ({
	...node('n8n-nodes-base.httpRequest', 4.2, SENDER, {
		url: 'http://127.0.0.1:9/',
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	}),
	credentials: { httpHeaderAuth: credential },
});

/** What docs/queue-mode.md says of executions that n8n ends before their first step. */
export function anUnbegunCall(cluster: () => Cluster): void {
	/** One call, delivered once, to a workflow with such a node, and once more. */
	async function delivered(credential: { id: string | null; name: string }) {
		const { main, urlOf } = cluster();
		const { workflow, sink } = await activeCallScaler(cluster(), {}, { between: [without(credential)] });
		const call = callScalerCall();
		const verdicts = [];
		for (let time = 0; time < 2; time++) verdicts.push(verdictOf(await deliver(urlOf(workflow), { json: call })));
		const executions = await main.executions.settled(workflow.id, 1);
		const failed = await main.executions.get(executions[0]?.id ?? '');
		const repair = async () => {
			const nodes = workflow.nodes.map((each) =>
				each.name === SENDER
					? { ...each, type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {}, credentials: {} }
					: each,
			);
			await main.workflows.update(workflow.id, { nodes });
			await main.workflows.activate(workflow.id);
		};
		return { call, verdicts, executions, failed, repair, workflow, sink };
	}

	it('loses the call where n8n does not know the credential of another node: the provider gets 200, a retry is refused', async () => {
		const { main } = cluster();
		const { verdicts, executions, failed, repair, workflow, sink } = await delivered({
			id: null,
			name: 'Never chosen',
		});
		expect(verdicts).toEqual(['200 accepted', '200 duplicate']);
		expect(executions.map(({ status }) => status)).toEqual(['error']);
		expect(failed.error).toContain('credential');
		expect(failed.storedData).not.toContain('call_id');
		await repair();
		await expect(main.executions.retry(failed.id, workflow.id, { asSavedNow: true })).rejects.toThrow();
		expect(sink.items()).toEqual([]);
		await sink.close();
	});

	it('keeps the call where that credential was deleted, and runs it once with a retry', async () => {
		const { main } = cluster();
		const { call, verdicts, failed, repair, workflow, sink } = await delivered({ id: 'deleted', name: 'Deleted' });
		expect(verdicts).toEqual(['200 accepted', '200 duplicate']);
		expect(failed.status).toBe('error');
		expect(sink.items()).toEqual([]);
		await repair();
		await main.executions.retry(failed.id, workflow.id, { asSavedNow: true });
		expect(sink.items().map(({ call_id }) => call_id)).toEqual([call.call_id]);
		await sink.close();
	});
}
