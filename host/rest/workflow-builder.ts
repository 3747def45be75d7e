import { randomUUID } from 'node:crypto';

import type { StoredCredential } from './credentials';

export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	webhookId?: string;
	credentials?: Record<string, { id: string | null; name: string }>;
	disabled?: boolean;
	onError?: string;
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
}

interface Connection {
	node: string;
	type: 'main';
	index: number;
}

export interface WorkflowDefinition {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, { main: Connection[][] }>;
	settings: Record<string, unknown>;
}

export interface TriggerOptions {
	/** What lets deliveries in. */
	credential?: StoredCredential;
	/** What the provider's API is asked with. */
	apiCredential?: StoredCredential;
	parameters?: Record<string, unknown>;
	name?: string;
	webhookId?: string;
}

const PACKAGE = 'n8n-nodes-post-call';

function trigger(type: string, defaultName: string, options: TriggerOptions): WorkflowNode {
	const { credential, apiCredential, parameters = {}, name = defaultName, webhookId = randomUUID() } = options;
	const credentials = [credential, apiCredential].flatMap((each) =>
		each ? [[each.type, { id: each.id, name: each.name }] as const] : [],
	);
	return {
		...node(`${PACKAGE}.${type}`, 2, name, {
			...(credential ? {} : { authentication: 'none' }),
			...parameters,
		}),
		webhookId,
		...(credentials.length > 0 ? { credentials: Object.fromEntries(credentials) } : {}),
	};
}

/** Without a credential its authentication is `none`, unless the parameters say otherwise. */
export function qCallTrigger(options: TriggerOptions = {}): WorkflowNode {
	return trigger('qCallTrigger', 'QCall Trigger', options);
}

/** Without a credential its authentication is `none`, unless the parameters say otherwise. */
export function callScalerTrigger(options: TriggerOptions = {}): WorkflowNode {
	return trigger('callScalerTrigger', 'CallScaler Trigger', options);
}

export function node(
	type: string,
	typeVersion: number,
	name: string,
	parameters: Record<string, unknown> = {},
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters };
}

export function connect(workflow: WorkflowDefinition, from: string, to: string, output = 0): WorkflowDefinition {
	const main = workflow.connections[from]?.main ?? [];
	while (main.length <= output) main.push([]);
	main[output]?.push({ node: to, type: 'main', index: 0 });
	return { ...workflow, connections: { ...workflow.connections, [from]: { main } } };
}

/** The nodes in a line, each connected to the next. */
export function workflowOf(...nodes: WorkflowNode[]): WorkflowDefinition {
	const spread = nodes.map((each, index): WorkflowNode => ({ ...each, position: [index * 220, 0] }));
	const empty: WorkflowDefinition = {
		name: `Test ${randomUUID().slice(0, 8)}`,
		nodes: spread,
		connections: {},
		settings: { executionOrder: 'v1' },
	};
	return spread
		.slice(1)
		.reduce((workflow, next, index) => connect(workflow, spread[index]?.name ?? '', next.name), empty);
}
