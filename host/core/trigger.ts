import type { Request, Response } from 'express';
import {
	createRunExecutionData,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypes,
	type IRunExecutionData,
	type ITriggerFunctions,
	type ITriggerResponse,
	type IWebhookData,
	type IWebhookFunctions,
	type IWebhookResponseData,
	type WorkflowActivateMode,
	type WorkflowExecuteMode,
	type SchedulingFunctions,
	Workflow,
} from 'n8n-workflow';
import { z } from 'zod';

import type { Delivery } from '../deliver/deliver';
import { additionalDataWith, type Credentials, type Own } from './additional-data';
import { type Core, ownCore } from './core';
import { deliverTo } from './over-http';

/** A trigger of this package as a user set it up. */
export interface Setup {
	nodeType: INodeType;
	parameters?: INode['parameters'];
	/** What n8n decrypts for the node; none is chosen without it. */
	credential?: ICredentialDataDecryptedObject | Error;
	/** Those beside it, by their type. */
	credentials?: Credentials;
	mode?: WorkflowExecuteMode;
	/** Which entry of the description's webhooks the request came in by. */
	webhookName?: 'default' | 'setup';
	workflowId?: string;
	/** The one of this project, where it is no other. */
	core?: Core;
}

export interface Received {
	/** Undefined where n8n would answer with what webhook() gave back. */
	answered?: { status: number; body: Record<string, unknown> };
	result: IWebhookResponseData;
}

const answerBody = z.record(z.unknown());

let workflows = 0;

/** The trigger in a workflow of its own, run by n8n-core's contexts. */
export class Trigger {
	private readonly core: Core;
	private readonly node: INode;
	private readonly workflow: Workflow;
	private readonly credentials: Credentials;
	private lastRun?: IRunExecutionData;

	constructor(private readonly setup: Setup) {
		const { nodeType, parameters = {}, credential, workflowId = `workflow-${++workflows}` } = setup;
		const { credentials, defaultVersion, displayName, name, version } = nodeType.description;
		const own = credential === undefined ? {} : { [credentials?.[0]?.name ?? '']: credential };
		this.credentials = { ...own, ...setup.credentials };
		this.core = setup.core ?? ownCore();
		this.node = {
			id: 'trigger',
			name: displayName,
			type: `n8n-nodes-post-call.${name}`,
			// What n8n gives to a node that a user adds.
			typeVersion: defaultVersion ?? Math.max(...[version].flat()),
			position: [0, 0],
			// A copy, since n8n fills in what the user left as it was.
			parameters: structuredClone(parameters),
			credentials: Object.fromEntries(Object.keys(this.credentials).map((type) => [type, { id: '1', name: 'Secret' }])),
		};
		const nodeTypes: INodeTypes = {
			getByName: () => nodeType,
			getByNameAndVersion: () => nodeType,
			getKnownTypes: () => ({}),
		};
		this.workflow = new Workflow({ id: workflowId, nodes: [this.node], connections: {}, active: true, nodeTypes });
	}

	get typeVersion(): number {
		return this.node.typeVersion;
	}

	/** Sends a real HTTP request to webhook(), which writes its answer to the real response; `n8nAnswers` to what it leaves. */
	async receive(delivery: Delivery = {}, n8nAnswers = 200): Promise<Received> {
		const { answer, result } = await deliverTo(async (request, response) => {
			const answered = await this.webhook(request, response);
			if (!response.writableEnded) response.status(n8nAnswers).json(null);
			return answered;
		}, delivery);
		if (result === undefined) throw new Error('webhook() was never called.');
		if (answer.json === null) return { result };
		return { result, answered: { status: answer.status, body: answerBody.parse(answer.json) } };
	}

	async webhook(request: Request, response: Response): Promise<IWebhookResponseData> {
		const result = await this.setup.nodeType.webhook?.call(this.webhookContext(request, response));
		if (result === undefined) throw new Error('This node has no webhook().');
		return result;
	}

	/** What n8n calls webhook() with. */
	webhookContext(request: Request, response: Response): IWebhookFunctions {
		const { nodeType, mode = 'webhook', webhookName = 'default' } = this.setup;
		const webhookDescription = nodeType.description.webhooks?.find(({ name }) => name === webhookName);
		if (!webhookDescription) throw new Error(`This node has no webhook "${webhookName}".`);
		const additionalData = this.additionalData({ httpRequest: request, httpResponse: response });
		const webhookData: IWebhookData = {
			httpMethod: 'POST',
			node: this.node.name,
			path: webhookDescription.path,
			webhookDescription,
			workflowId: this.workflow.id,
			workflowExecuteAdditionalData: additionalData,
		};
		const { WebhookContext } = this.core;
		return new WebhookContext(this.workflow, this.node, additionalData, mode, webhookData, [], null);
	}

	/** Runs execute() on what webhook() handed over, as n8n stored it, as the execution `executionId`. */
	async execute(handedOver: INodeExecutionData[], executionId: string, mode: WorkflowExecuteMode = 'webhook') {
		const items: INodeExecutionData[] = JSON.parse(JSON.stringify(handedOver));
		const data = { main: [items] };
		const run = createRunExecutionData({});
		this.lastRun = run;
		const context = new this.core.ExecuteContext(
			this.workflow,
			this.node,
			this.additionalData({ executionId }),
			mode,
			run,
			0,
			items,
			data,
			{ node: this.node, data, source: null },
			[],
		);
		const output = await this.setup.nodeType.execute?.call(context);
		return { output: Array.isArray(output) ? output : null, hints: context.hints };
	}

	/** What the last execution says of itself beside its data, which n8n shows as highlighted data. */
	get customData(): Record<string, string> {
		return this.lastRun?.resultData.metadata ?? {};
	}

	/** What n8n keeps for the workflow between its executions. */
	get staticData(): IDataObject {
		return this.workflow.getStaticData('global');
	}

	/**
	 * Runs trigger(), as n8n does when the workflow is published or n8n starts. With a `schedule`, that is told what the
	 * trigger wants to be woken for, in place of n8n's scheduler.
	 */
	async start(
		emit: ITriggerFunctions['emit'],
		activation: WorkflowActivateMode = 'activate',
		schedule?: SchedulingFunctions['registerCron'],
	): Promise<ITriggerResponse | undefined> {
		const { TriggerContext } = this.core;
		const context = new TriggerContext(
			this.workflow,
			this.node,
			this.additionalData({}),
			this.setup.mode === 'manual' ? 'manual' : 'trigger',
			activation,
			emit,
			undefined,
			undefined,
			schedule && { registerCron: schedule },
		);
		return await this.setup.nodeType.trigger?.call(context);
	}

	/** Takes its webhook away, as n8n does when the workflow is unpublished, or published anew. */
	async unregister(): Promise<void> {
		const context = new this.core.HookContext(this.workflow, this.node, this.additionalData({}), 'internal', 'update');
		await this.setup.nodeType.webhookMethods?.default?.delete?.call(context);
	}

	/** Presses the Test button of one of its credentials, with what the user has entered. */
	async testCredential(testedBy: string, data: ICredentialDataDecryptedObject): Promise<INodeCredentialTestResult> {
		const test = this.setup.nodeType.methods?.credentialTest?.[testedBy];
		if (test === undefined) throw new Error(`This node has no test "${testedBy}".`);
		const context = new this.core.CredentialTestContext(this.additionalData({}));
		return await test.call(context, { id: '1', name: 'Credential', type: 'tested', data });
	}

	/** Loads what the user can choose from. */
	async loadOptions(method: string): Promise<INodePropertyOptions[]> {
		const load = this.setup.nodeType.methods?.loadOptions?.[method];
		if (load === undefined) throw new Error(`This node has no method "${method}".`);
		const context = new this.core.LoadOptionsContext(this.workflow, this.node, this.additionalData({}), '');
		return await load.call(context);
	}

	private additionalData(own: Own) {
		return additionalDataWith(this.core, this.credentials, own);
	}
}
