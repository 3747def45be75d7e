import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	IWebhookFunctions,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { standIn } from '../../host/core';

/** A delivery to a trigger, as webhook() meets it. */
export interface Setup {
	/** Whatever was saved: n8n checks none of it. */
	parameters?: Record<string, unknown>;
	/** The node's and the workflow's own settings, in n8n's words. */
	onError?: INode['onError'];
	workflowSettings?: IWorkflowSettings;
	/** What n8n makes of an expression, which is written `=…`. */
	evaluate?: (expression: string) => unknown;
	/** What n8n decrypts, or its trouble with that; none is chosen without it. */
	credential?: ICredentialDataDecryptedObject | Error;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	body?: IDataObject;
	mode?: WorkflowExecuteMode;
	method?: string;
	webhookName?: 'default' | 'setup';
	/** Where n8n says that its webhooks are. */
	webhookUrl?: string;
	/** The workflow's id; each has a trigger of its own. */
	workflow?: string;
}

let workflows = 0;

/** What n8n calls webhook() with, as far as a delivery needs it, and what became of it. No n8n is loaded for it. */
export function webhookContext(setup: Setup = {}) {
	const { parameters = {}, evaluate = () => undefined, headers = {}, query = {}, body = {} } = setup;
	const { webhookName = 'default', method = webhookName === 'setup' ? 'GET' : 'POST' } = setup;
	const { request, response } = standIn({ method, headers, query, body });
	const answers: Array<{ status: number; body: unknown }> = [];
	response.json = (answer) => {
		answers.push({ status: response.statusCode, body: answer });
		return response.end();
	};

	const valueOf = (written: unknown): unknown => {
		if (typeof written === 'string') return written.startsWith('=') ? evaluate(written.slice(1)) : written;
		if (Array.isArray(written)) return written.map(valueOf);
		if (typeof written !== 'object' || written === null) return written;
		return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, valueOf(value)]));
	};
	const getNodeParameter = jest.fn((path: string, fallback?: unknown): unknown => {
		const written = path.split('.').reduce<unknown>((inside, name) => Object(inside)[name], parameters);
		return valueOf(written) ?? fallback;
	});
	const written = () => jest.fn<void, [string]>();
	const logger = { debug: written(), info: written(), warn: written() };
	const workflow = setup.workflow ?? `workflow ${++workflows}`;
	const getNode = (): INode => Object({ id: 'trigger', name: 'The Trigger', parameters, onError: setup.onError });
	// Of all that n8n has for a node, what a delivery asks for.
	const context: IWebhookFunctions = Object({
		getNodeParameter,
		getCredentials: async () => {
			const { credential = new NodeOperationError(getNode(), 'Node does not have any credentials set') } = setup;
			if (credential instanceof Error) throw credential;
			return credential;
		},
		evaluateExpression: evaluate,
		getNode,
		getWorkflow: () => ({ id: workflow }),
		getWorkflowSettings: () => setup.workflowSettings ?? {},
		getTimezone: () => 'Asia/Kolkata',
		getRequestObject: () => request,
		getResponseObject: () => response,
		getHeaderData: () => headers,
		getQueryData: () => query,
		getBodyData: () => body,
		getInstanceId: () => 'this n8n',
		getMode: () => setup.mode ?? 'webhook',
		getWebhookName: () => webhookName,
		getNodeWebhookUrl: () => setup.webhookUrl ?? 'https://n8n.example.com/webhook-test/uuid/callscaler',
		logger,
	});
	return { context, response, answers, logger, getNodeParameter };
}
