import { randomUUID } from 'node:crypto';

import {
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	qCallCredential,
	qCallTrigger,
	type Sink,
	type StoredCredential,
	type StoredWorkflow,
	type WorkflowDefinition,
	workflowOf,
} from '../../../../host';
import { type CallFlowWebhook, CallScaler, QCall } from '../../../../host/simulators';

/** A workflow that is live, trigger to sink, and what its provider needs to know of it. */
export interface Scene {
	workflow: StoredWorkflow;
	credential: StoredCredential;
	secret: string;
	/** The name of the header that carries it. */
	header: string;
	url: string;
	/** What lets a delivery in. */
	headers: Record<string, string>;
}

export interface CallScalerScene extends Scene {
	/** CallScaler with this workflow's URL and header pasted into a call flow. */
	callFlow: (webhook?: Partial<CallFlowWebhook>) => CallScaler;
}

export interface QCallScene extends Scene {
	/** An assistant with so many webhook tools, all with this workflow's URL and header. */
	assistant: (tools?: number) => QCall;
}

export function newSecret(): string {
	return `secret-${randomUUID()}`;
}

const CALLSCALER_HEADER = 'X-Webhook-Secret';
const QCALL_HEADER = 'Authorization';

export async function callScalerScene(
	n8n: N8n,
	sink: Sink,
	parameters: Record<string, unknown> = {},
): Promise<CallScalerScene> {
	const secret = newSecret();
	const credential = await n8n.credentials.create(callScalerCredential(secret));
	const workflow = await live(n8n, workflowOf(callScalerTrigger({ credential, parameters }), sink.node()));
	const url = n8n.productionUrl(workflow);
	const headers = { [CALLSCALER_HEADER]: secret };
	return {
		workflow,
		credential,
		secret,
		header: CALLSCALER_HEADER,
		url,
		headers,
		callFlow: (webhook = {}) => new CallScaler({ url, headers, ...webhook }),
	};
}

export async function qCallScene(n8n: N8n, sink: Sink, parameters: Record<string, unknown> = {}): Promise<QCallScene> {
	const secret = newSecret();
	const credential = await n8n.credentials.create(qCallCredential(secret));
	const workflow = await live(n8n, workflowOf(qCallTrigger({ credential, parameters }), sink.node()));
	const url = n8n.productionUrl(workflow);
	const headers = { [QCALL_HEADER]: `Bearer ${secret}` };
	return {
		workflow,
		credential,
		secret,
		header: QCALL_HEADER,
		url,
		headers,
		assistant: (tools = 1) => new QCall(Array.from({ length: tools }, () => ({ url, headers }))),
	};
}

/** Makes a workflow and publishes it. */
export async function live(n8n: N8n, definition: WorkflowDefinition): Promise<StoredWorkflow> {
	const workflow = await n8n.workflows.create(definition);
	return await n8n.workflows.activate(workflow.id);
}
