import { type N8n, node, workflowOf } from '../../../host';

/** A workflow that is told of errors, and what it was told: by how many executions at least. */
export async function errorWorkflow(n8n: N8n) {
	const watcher = await n8n.workflows.create(
		workflowOf(node('n8n-nodes-base.errorTrigger', 1, 'On error'), node('n8n-nodes-base.noOp', 1, 'Tell')),
	);
	if (n8n.version === '2.x') await n8n.workflows.activate(watcher.id);
	const told = async (atLeast: number) => {
		const executions = await n8n.executions.settled(watcher.id, atLeast);
		const items = await Promise.all(executions.map(async ({ id }) => (await n8n.executions.get(id)).items('Tell')));
		return items.flat().map(({ execution }) => {
			const { error, url } = Object(execution);
			return { message: String(error?.message), description: String(error?.description), url: String(url) };
		});
	};
	return { watcher, told };
}
