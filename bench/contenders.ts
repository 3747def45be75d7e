import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	node,
	type StoredCredential,
	webhookMethods,
	workflowOf,
} from '../host';
import { waitUntil } from '../lib/wait-until';
import { type Expected, type Feed, MIN_DURATION } from './feeds';
import type { ContenderName } from './measures';

const HEADER_NAME = 'X-Webhook-Secret';
/** n8n loads the peers as it loads any node that somebody keeps in a folder. */
const WITH_PEERS = { N8N_CUSTOM_EXTENSIONS: join(__dirname, 'peers') };

/** A fresh n8n with this package and the peers in it, and the secret that its contenders share. */
export interface Course {
	n8n: N8n;
	secret: string;
	/** Of this package; the peers use it too. */
	own: StoredCredential;
	/** Of n8n, for its Webhook node. */
	core: StoredCredential;
}

/** Does its work on a fresh n8n, and stops that whatever happens. */
export async function onCourse<Result>(
	env: Record<string, string>,
	work: (course: Course) => Promise<Result>,
): Promise<Result> {
	const n8n = await boot({ version: '2.x', editor: true, env: { ...WITH_PEERS, ...env } });
	try {
		const secret = randomUUID();
		const own = await n8n.credentials.create(callScalerCredential(secret, { headerName: HEADER_NAME }));
		const data = { name: HEADER_NAME, value: secret };
		const core = await n8n.credentials.create({ name: 'Bench', type: 'httpHeaderAuth', data });
		return await work({ n8n, secret, own, core });
	} finally {
		await n8n.stop();
	}
}

/** A workflow that takes deliveries. */
export interface Contender {
	n8n: N8n;
	/** Delivered to in turn. */
	urls: [string, ...string[]];
	headers: Record<string, string>;
	/** Of the first of its workflows, where it has several. */
	workflowId: string;
	feed: Feed;
	/** What an answer must hold: a wrong one would make any speed worthless. */
	answerTo: (expected: Expected) => string;
}

const using = ({ type, id, name }: StoredCredential) => ({
	webhookId: randomUUID(),
	credentials: { [type]: { id, name } },
});

/** The trigger of this package, with a filter as users have one. */
function ours({ own }: Course, parameters: object) {
	const trigger = callScalerTrigger({
		credential: own,
		parameters: { authentication: 'headerAuth', filters: { minDuration: MIN_DURATION }, ...parameters },
	});
	const answerTo = (expected: Expected) => `"status":"${expected}"`;
	return { nodes: [trigger], path: `${trigger.webhookId}/callscaler`, answerTo };
}

/** A trigger that does as little as a trigger with a secret can do. */
function least({ own }: Course, does: 'accept' | 'drop') {
	const trigger = { ...node(`CUSTOM.${does}Peer`, 2, 'Peer'), ...using(own) };
	const answerTo = () => (does === 'accept' ? '"status":"accepted"' : '"status":"ignored"');
	return { nodes: [trigger], path: `${trigger.webhookId}/${does}`, answerTo };
}

/** What people build without this package: the same secret, the same filter, the same key. */
function coreNodes({ core }: Course) {
	const path = randomUUID();
	const receive = { httpMethod: 'POST', path, authentication: 'headerAuth', responseMode: 'onReceived', options: {} };
	const atLeast = {
		id: randomUUID(),
		leftValue: '={{ $json.body.duration_seconds }}',
		rightValue: MIN_DURATION,
		operator: { type: 'number', operation: 'gte' },
	};
	const options = { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 };
	const conditions = { options, conditions: [atLeast], combinator: 'and' };
	const seenBefore = {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.body.call_id }}-{{ $json.body.event }}',
		options: {},
	};
	const nodes = [
		{ ...node('n8n-nodes-base.webhook', 2, 'Webhook', receive), ...using(core) },
		node('n8n-nodes-base.if', 2.2, 'If', { conditions, options: {} }),
		node('n8n-nodes-base.removeDuplicates', 2, 'Remove Duplicates', seenBefore),
	];
	return { nodes, path, answerTo: () => 'Workflow was started' };
}

function planOf(course: Course, name: ContenderName, parameters: object) {
	if (name === 'ours') return ours(course, parameters);
	return name === 'core' ? coreNodes(course) : least(course, name);
}

/** Each contender is followed by the same node, so that their executions can be compared. `parameters` are for ours. */
export async function deploy(course: Course, name: ContenderName, feed: Feed, parameters = {}): Promise<Contender> {
	const { n8n, secret } = course;
	const { nodes, path, answerTo } = planOf(course, name, parameters);
	const { id } = await n8n.workflows.create(workflowOf(...nodes, node('n8n-nodes-base.noOp', 1, 'Last step')));
	await n8n.workflows.activate(id);
	const url = `${n8n.url}/webhook/${path}`;
	await waitUntil(`${path} is registered`, async () => (await webhookMethods(url)).length > 0);
	return { n8n, urls: [url], headers: { [HEADER_NAME]: secret }, workflowId: id, feed, answerTo };
}
