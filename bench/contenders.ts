import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { boot, callScalerTrigger, type N8n, node, type StoredCredential, webhookMethods, workflowOf } from '../host';
import { waitUntil } from '../lib/wait-until';
import { type Expected, type Feed, MIN_DURATION, mixture, onlyExcluded, onlyNew, onlyRepeated } from './feeds';

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

async function openCourse(env: Record<string, string>): Promise<Course> {
	const n8n = await boot({ version: '2.x', editor: true, env: { ...WITH_PEERS, ...env } });
	const secret = randomUUID();
	const create = async (type: string, data: Record<string, string>) =>
		await n8n.credentials.create({ name: 'Bench', type, data });
	return {
		n8n,
		secret,
		own: await create('callScalerWebhookApi', { headerName: HEADER_NAME, secret, previousSecret: '' }),
		core: await create('httpHeaderAuth', { name: HEADER_NAME, value: secret }),
	};
}

/** Does its work on a fresh n8n, and stops that whatever happens. */
export async function onCourse<Result>(
	env: Record<string, string>,
	work: (course: Course) => Promise<Result>,
): Promise<Result> {
	const course = await openCourse(env);
	try {
		return await work(course);
	} finally {
		await course.n8n.stop();
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

type Nodes = Parameters<typeof workflowOf>;
type Taking = Pick<Contender, 'feed' | 'answerTo'>;

/** Each contender is followed by the same node, so that their executions can be compared. */
async function deploy({ n8n, secret }: Course, nodes: Nodes, path: string, taking: Taking): Promise<Contender> {
	const { id } = await n8n.workflows.create(workflowOf(...nodes, node('n8n-nodes-base.noOp', 1, 'Last step')));
	await n8n.workflows.activate(id);
	const url = `${n8n.url}/webhook/${path}`;
	await waitUntil(`${path} is registered`, async () => (await webhookMethods(url)).length > 0);
	return { n8n, urls: [url], headers: { [HEADER_NAME]: secret }, workflowId: id, ...taking };
}

const using = ({ type, id, name }: StoredCredential) => ({
	webhookId: randomUUID(),
	credentials: { [type]: { id, name } },
});

/** The trigger of this package, with a filter as users have one. */
export async function deployOurs(course: Course, feed: Feed, parameters = {}): Promise<Contender> {
	const trigger = callScalerTrigger({
		credential: course.own,
		parameters: { authentication: 'headerAuth', filters: { minDuration: MIN_DURATION }, ...parameters },
	});
	const answerTo = (expected: Expected) => `"status":"${expected}"`;
	return await deploy(course, [trigger], `${trigger.webhookId}/callscaler`, { feed, answerTo });
}

/** A trigger that does as little as a trigger with a secret can do. */
async function deployLeast(course: Course, feed: Feed, does: 'accept' | 'drop'): Promise<Contender> {
	const trigger = { ...node(`CUSTOM.${does}Peer`, 2, 'Peer'), ...using(course.own) };
	const answerTo = () => (does === 'accept' ? '"status":"accepted"' : '"status":"ignored"');
	return await deploy(course, [trigger], `${trigger.webhookId}/${does}`, { feed, answerTo });
}

/** What people build without this package: the same secret, the same filter, the same key. */
async function deployCoreNodes(course: Course, feed: Feed): Promise<Contender> {
	const path = randomUUID();
	const receive = { httpMethod: 'POST', path, authentication: 'headerAuth', responseMode: 'onReceived', options: {} };
	const atLeast = {
		id: randomUUID(),
		leftValue: '={{ $json.body.duration_seconds }}',
		rightValue: MIN_DURATION,
		operator: { type: 'number', operation: 'gte' },
	};
	const strictly = { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 };
	const seenBefore = {
		operation: 'removeItemsSeenInPreviousExecutions',
		logic: 'removeItemsWithAlreadySeenKeyValues',
		dedupeValue: '={{ $json.body.call_id }}-{{ $json.body.event }}',
		options: {},
	};
	const nodes: Nodes = [
		{ ...node('n8n-nodes-base.webhook', 2, 'Webhook', receive), ...using(course.core) },
		node('n8n-nodes-base.if', 2.2, 'If', {
			conditions: { options: strictly, conditions: [atLeast], combinator: 'and' },
			options: {},
		}),
		node('n8n-nodes-base.removeDuplicates', 2, 'Remove Duplicates', seenBefore),
	];
	return await deploy(course, nodes, path, { feed, answerTo: () => 'Workflow was started' });
}

export async function deployPeer(course: Course, peer: 'accept' | 'drop' | 'core', feed: Feed): Promise<Contender> {
	return peer === 'core' ? await deployCoreNodes(course, feed) : await deployLeast(course, feed, peer);
}

/** So many workflows of a kind, as one contender. */
export async function deployMany(amount: number, deployOne: () => Promise<Contender>): Promise<Contender> {
	const many = await deployOne();
	while (many.urls.length < amount) many.urls.push(...(await deployOne()).urls);
	return many;
}

/** Whom ours runs against, and what each of both is given anew. */
export const CONTESTS = {
	accepted: { peer: 'accept', feed: onlyNew },
	ignored: { peer: 'drop', feed: onlyExcluded },
	duplicate: { peer: 'drop', feed: onlyRepeated },
	mixed: { peer: 'core', feed: mixture },
} as const;
