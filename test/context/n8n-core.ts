import 'reflect-metadata';
import express, { type Request, type Response } from 'express';
import { mock } from 'jest-mock-extended';
import { ExecuteContext, WebhookContext } from 'n8n-core';
import {
	createRunExecutionData,
	type ICredentialDataDecryptedObject,
	type ICredentialsHelper,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IWebhookData,
	type IWebhookResponseData,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
	Workflow,
} from 'n8n-workflow';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** A trigger of this package as a user set it up. */
export interface Setup {
	nodeType: INodeType;
	parameters?: INode['parameters'];
	/** What n8n decrypts for the node; none is chosen without it. */
	credential?: ICredentialDataDecryptedObject | Error;
	mode?: WorkflowExecuteMode;
	/** Which entry of the description's webhooks the request came in by. */
	webhookName?: 'default' | 'setup';
}

/** What n8n itself parses of a body before a node sees it. */
export interface Delivery {
	method?: string;
	headers?: Record<string, string>;
	query?: string;
	json?: unknown;
	/** JSON as it goes over the wire, for what JSON.stringify cannot write. */
	text?: string;
	/** With what n8n answers a delivery that webhook() leaves to it, in a test of what follows from that. */
	n8nAnswers?: number;
}

export interface Received {
	/** Undefined where n8n would answer with what webhook() gave back. */
	answered?: { status: number; body: IDataObject };
	result: IWebhookResponseData;
}

let workflows = 0;

function nodeOf({ nodeType, parameters = {}, credential }: Setup): INode {
	const credentialType = nodeType.description.credentials?.[0]?.name ?? '';
	return {
		id: 'trigger',
		name: nodeType.description.displayName,
		type: `n8n-nodes-post-call.${nodeType.description.name}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		credentials: credential === undefined ? {} : { [credentialType]: { id: '1', name: 'secret' } },
	};
}

/** The trigger in a workflow of its own, run by n8n-core's contexts. */
export class Trigger {
	private readonly workflow: Workflow;

	constructor(private readonly setup: Setup) {
		const nodeTypes = mock<INodeTypes>();
		nodeTypes.getByNameAndVersion.mockReturnValue(setup.nodeType);
		nodeTypes.getByName.mockReturnValue(setup.nodeType);
		this.workflow = new Workflow({
			id: `workflow-${++workflows}`,
			nodes: [nodeOf(setup)],
			connections: {},
			active: true,
			nodeTypes,
		});
	}

	/** Sends a real HTTP request to webhook(), which writes its answer to the real response. */
	async receive(delivery: Delivery = {}): Promise<Received> {
		const { n8nAnswers = 200 } = delivery;
		const app = express();
		app.use(express.json({ limit: '20mb', strict: false }));
		const received = new Promise<IWebhookResponseData>((resolve, reject) => {
			app.use((request: Request, response: Response) => {
				this.webhook(request, response).then(
					(result) => {
						if (!response.writableEnded) response.status(n8nAnswers).json(null);
						resolve(result);
					},
					(error: unknown) => {
						response.status(500).json({});
						reject(error);
					},
				);
			});
		});
		const server = createServer(app).listen(0, '127.0.0.1');
		await once(server, 'listening');
		try {
			const address = server.address();
			const port = typeof address === 'object' ? address?.port : undefined;
			const body = 'json' in delivery ? JSON.stringify(delivery.json) : delivery.text;
			const request = fetch(`http://127.0.0.1:${port}/${delivery.query ?? ''}`, {
				method: delivery.method ?? 'POST',
				headers: { ...(body !== undefined ? { 'content-type': 'application/json' } : {}), ...delivery.headers },
				body,
			});
			const [answer, result] = await Promise.all([request, received]);
			const text = await answer.text();
			return {
				result,
				answered: text === 'null' ? undefined : { status: answer.status, body: JSON.parse(text) },
			};
		} finally {
			server.close();
		}
	}

	private async webhook(request: Request, response: Response): Promise<IWebhookResponseData> {
		const description = this.setup.nodeType.description.webhooks?.find(
			({ name }) => name === (this.setup.webhookName ?? 'default'),
		);
		const context = new WebhookContext(
			this.workflow,
			this.node,
			this.additionalData({ httpRequest: request, httpResponse: response }),
			this.setup.mode ?? 'webhook',
			mock<IWebhookData>({ webhookDescription: description }),
			[],
			null,
		);
		const result = await this.setup.nodeType.webhook?.call(context);
		if (result === undefined) throw new Error('this node has no webhook()');
		return result;
	}

	/** Runs execute() on what webhook() handed over, as the execution `executionId`. */
	async execute(items: INodeExecutionData[], executionId: string, mode: WorkflowExecuteMode = 'webhook') {
		const context = new ExecuteContext(
			this.workflow,
			this.node,
			this.additionalData({ executionId }),
			mode,
			createRunExecutionData({}),
			0,
			items,
			{ main: [items] },
			{ node: this.node, data: { main: [items] }, source: null },
			[],
		);
		const output = await this.setup.nodeType.execute?.call(context);
		return { output: Array.isArray(output) ? output : null, hints: context.hints };
	}

	private get node(): INode {
		const [node] = Object.values(this.workflow.nodes);
		if (node === undefined) throw new Error('the workflow lost its node');
		return node;
	}

	private additionalData(
		own: Pick<IWorkflowExecuteAdditionalData, 'httpRequest' | 'httpResponse' | 'executionId'>,
	): IWorkflowExecuteAdditionalData {
		const { credential } = this.setup;
		const credentialsHelper = mock<ICredentialsHelper>();
		credentialsHelper.isCredentialUsableByNode.mockReturnValue(true);
		credentialsHelper.getDecrypted.mockImplementation(async () => {
			if (credential instanceof Error) throw credential;
			return credential ?? {};
		});
		const none = { currentNodeParameters: undefined, evalLlmMockHandler: undefined, executionId: undefined };
		return Object.assign(mock<IWorkflowExecuteAdditionalData>(), none, own, { credentialsHelper });
	}
}
