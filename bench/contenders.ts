import { randomUUID } from 'node:crypto';

import {
	callScalerTrigger,
	type N8n,
	node,
	type StoredCredential,
	waitUntil,
	webhookMethods,
	type WorkflowNode,
	workflowOf,
} from '../test/n8n/harness';
import { type Expected, type Feed, MIN_DURATION } from './feeds';

const HEADER_NAME = 'X-Webhook-Secret';
const PEERS_PACKAGE = 'n8n-nodes-post-call-bench-peers';

export interface BenchCredentials {
	secret: string;
	/** Of this package; the peers use it too. */
	own: StoredCredential;
	/** Of n8n, for its Webhook node. */
	core: StoredCredential;
}

export async function createCredentials(n8n: N8n): Promise<BenchCredentials> {
	const secret = randomUUID();
	const own = await n8n.credentials.create({
		name: 'Bench',
		type: 'callScalerWebhookApi',
		data: { headerName: HEADER_NAME, secret, previousSecret: '' },
	});
	const core = await n8n.credentials.create({
		name: 'Bench',
		type: 'httpHeaderAuth',
		data: { name: HEADER_NAME, value: secret },
	});
	return { secret, own, core };
}

/** A workflow that takes deliveries. */
export interface Contender {
	n8n: N8n;
	url: string;
	headers: Record<string, string>;
	workflowId: string;
	feed: Feed;
	/** What an answer must hold: a wrong one would make any speed worthless. */
	answerTo: (expected: Expected) => string;
}

/** What every contender is followed by, so that their executions can be compared. */
const lastStep = () => node('n8n-nodes-base.noOp', 1, 'Last step');

function withCredential(trigger: WorkflowNode, { type, id, name }: StoredCredential): WorkflowNode {
	return { ...trigger, webhookId: randomUUID(), credentials: { [type]: { id, name } } };
}

interface Setup {
	nodes: [WorkflowNode, ...WorkflowNode[]];
	path: string;
	feed: Feed;
	answerTo: Contender['answerTo'];
}

async function deploy(n8n: N8n, { secret }: BenchCredentials, { nodes, path, ...taking }: Setup): Promise<Contender> {
	const workflow = await n8n.workflows.create(workflowOf(...nodes, lastStep()));
	await n8n.workflows.activate(workflow.id);
	const url = `${n8n.url}/webhook/${path}`;
	await waitUntil(`${path} is registered`, async () => (await webhookMethods(url)).length > 0);
	return { n8n, url, headers: { [HEADER_NAME]: secret }, workflowId: workflow.id, ...taking };
}

/** The trigger of this package, with a filter as users have one. */
export async function deployOurs(
	n8n: N8n,
	credentials: BenchCredentials,
	feed: Feed,
	parameters: Record<string, unknown> = {},
): Promise<Contender> {
	const trigger = callScalerTrigger({
		credential: credentials.own,
		parameters: { authentication: 'headerAuth', filters: { minDuration: MIN_DURATION }, ...parameters },
	});
	return await deploy(n8n, credentials, {
		nodes: [trigger],
		path: `${trigger.webhookId}/callscaler`,
		feed,
		answerTo: (expected) => `"status":"${expected}"`,
	});
}

/** A trigger that does as little as a trigger with a secret can do. */
export async function deployPeer(
	n8n: N8n,
	credentials: BenchCredentials,
	peer: 'accept' | 'drop',
	feed: Feed,
): Promise<Contender> {
	const trigger = withCredential(node(`${PEERS_PACKAGE}.${peer}Peer`, 2, 'Peer'), credentials.own);
	return await deploy(n8n, credentials, {
		nodes: [trigger],
		path: `${trigger.webhookId}/${peer}`,
		feed,
		answerTo: () => (peer === 'accept' ? '"status":"accepted"' : '"status":"ignored"'),
	});
}

/** What people build without this package: the same secret, the same filter, the same key. */
export async function deployCoreNodes(n8n: N8n, credentials: BenchCredentials, feed: Feed): Promise<Contender> {
	const path = randomUUID();
	const webhook = withCredential(
		node('n8n-nodes-base.webhook', 2, 'Webhook', {
			httpMethod: 'POST',
			path,
			authentication: 'headerAuth',
			responseMode: 'onReceived',
			options: {},
		}),
		credentials.core,
	);
	const isLongEnough = node('n8n-nodes-base.if', 2.2, 'If', {
		conditions: {
			options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
			conditions: [
				{
					id: randomUUID(),
					leftValue: '={{ $json.body.duration_seconds }}',
					rightValue: MIN_DURATION,
					operator: { type: 'number', operation: 'gte' },
				},
			],
			combinator: 'and',
		},
		options: {},
	});
	const isNew = node('n8n-nodes-base.removeDuplicates', 2, 'Remove Duplicates', {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.body.call_id }}-{{ $json.body.event }}',
		options: {},
	});
	return await deploy(n8n, credentials, {
		nodes: [webhook, isLongEnough, isNew],
		path,
		feed,
		answerTo: () => 'Workflow was started',
	});
}
