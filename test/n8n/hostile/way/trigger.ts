import type { Response } from 'express';
import {
	createRunExecutionData,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type INodeTypes,
	type IWebhookResponseData,
	Workflow,
} from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

import { CallScalerTrigger } from '../../../../nodes/CallScaler/CallScalerTrigger.node.js';
import { QCallTrigger } from '../../../../nodes/QCall/QCallTrigger.node.js';
import { HEADER_OF_THE_SECRET, parametersOf, type Setup } from '../setups';
import { core, type N8nRequest } from './host';

const NODE_TYPES: Record<Setup['provider'], () => INodeType> = {
	qCall: () => new QCallTrigger(),
	callScaler: () => new CallScalerTrigger(),
};

/** One trigger in a workflow of its own, run by n8n-core's contexts. */
export class Trigger {
	private readonly nodeType: INodeType;
	private readonly node: INode;
	private readonly workflow: Workflow;

	/** What n8n gives to a node that a user adds. */
	readonly typeVersion: number;

	constructor(
		name: string,
		setup: Setup,
		private readonly secret: string,
	) {
		this.nodeType = NODE_TYPES[setup.provider]();
		const { version, defaultVersion = version } = this.nodeType.description;
		this.typeVersion = Math.max(...[defaultVersion].flat());
		const credentialType = this.nodeType.description.credentials?.[0]?.name ?? '';
		this.node = {
			id: 'trigger',
			name: 'Trigger',
			type: `n8n-nodes-post-call.${setup.provider}Trigger`,
			typeVersion: this.typeVersion,
			position: [0, 0],
			parameters: JSON.parse(JSON.stringify(parametersOf(setup))),
			credentials: { [credentialType]: { id: '1', name: 'Secret' } },
		};
		const nodeTypes: INodeTypes = {
			getByName: () => this.nodeType,
			getByNameAndVersion: () => this.nodeType,
			getKnownTypes: () => ({}),
		};
		this.workflow = new Workflow({ id: name, nodes: [this.node], connections: {}, active: true, nodeTypes });
	}

	async webhook(request: N8nRequest, response: Response): Promise<IWebhookResponseData> {
		const context = new core.WebhookContext(
			this.workflow,
			this.node,
			this.additionalData({ httpRequest: request, httpResponse: response }),
			'webhook',
			{ webhookDescription: this.nodeType.description.webhooks?.[0] },
			[],
			null,
		);
		const result = await this.nodeType.webhook?.call(context);
		if (result === undefined) throw new Error('This node has no webhook().');
		return result;
	}

	/** The execution's first step, with what n8n would have stored of webhook()'s items. */
	async execute(handedOver: INodeExecutionData[]): Promise<IDataObject[]> {
		const items: INodeExecutionData[] = JSON.parse(JSON.stringify(handedOver));
		const data = { main: [items] };
		const context = new core.ExecuteContext(
			this.workflow,
			this.node,
			this.additionalData({ executionId: randomUUID() }),
			'webhook',
			createRunExecutionData({}),
			0,
			items,
			data,
			{ node: this.node, data, source: null },
			[],
		);
		const output = await this.nodeType.execute?.call(context);
		return Array.isArray(output) ? (output[0] ?? []).map(({ json }) => json) : [];
	}

	private additionalData(own: Record<string, unknown>): Record<string, unknown> {
		const credential = { headerName: HEADER_OF_THE_SECRET, secret: this.secret, previousSecret: '' };
		const credentialsHelper = {
			getDecrypted: async () => credential,
			isCredentialUsableByNode: () => true,
		};
		return { ...own, credentialsHelper, variables: {}, secretsHelpers: {} };
	}
}
