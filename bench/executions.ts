import type { N8n } from '../test/n8n/harness';
import { type BenchCredentials, type Contender, deployCoreNodes, deployOurs } from './contenders';
import { mixture } from './feeds';
import { deliverCount } from './lap';
import type { StoredExecutions } from './results';

/** Until then the mixture has no earlier call to repeat. */
const BEFORE_COUNTING = 40;

async function storedFor(contender: Contender, deliveries: number): Promise<{ stored: number; newCalls: number }> {
	const { n8n, workflowId, feed } = contender;
	await deliverCount(contender, BEFORE_COUNTING);
	const storedBefore = (await n8n.executions.settled(workflowId)).length;
	const newBefore = feed.newCalls();
	await deliverCount(contender, deliveries);
	const stored = (await n8n.executions.settled(workflowId)).length - storedBefore;
	return { stored, newCalls: feed.newCalls() - newBefore };
}

/** How many executions n8n stores for so many deliveries of the mixed load. */
export async function countExecutions(
	n8n: N8n,
	credentials: BenchCredentials,
	deliveries: number,
): Promise<StoredExecutions> {
	const ours = await storedFor(await deployOurs(n8n, credentials, mixture()), deliveries);
	const peer = await storedFor(await deployCoreNodes(n8n, credentials, mixture()), deliveries);
	return { deliveries, newCalls: ours.newCalls, ours: ours.stored, peer: peer.stored };
}
