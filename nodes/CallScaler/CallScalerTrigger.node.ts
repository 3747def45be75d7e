import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IExecuteFunctions,
	IHookFunctions,
	INodeCredentialTestResult,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';

import { checkCredential } from '../delivery/checkCredential';
import { sampleHint } from '../delivery/panel';
import { handOn, receive } from '../delivery/receive';
import { answering } from '../delivery/respond';
import { listeningText, panel } from './panel';
import { parameters } from './parameters';
import { callScaler } from './provider';

/** The webhook is registered by hand in CallScaler's dashboard: there is nothing to look up, make or take away. */
const byHand = {
	async checkExists(this: IHookFunctions): Promise<boolean> {
		return true;
	},
	async create(this: IHookFunctions): Promise<boolean> {
		return true;
	},
	async delete(this: IHookFunctions): Promise<boolean> {
		return true;
	},
};

export class CallScalerTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'CallScaler Trigger',
		name: 'callScalerTrigger',
		icon: { light: 'file:callscaler.svg', dark: 'file:callscaler.dark.svg' },
		group: ['trigger'],
		// Both are the same. For each delivery to a node of version 1, n8n evaluates an expression meant for its own Webhook node.
		version: [1, 2],
		defaultVersion: 2,
		subtitle:
			'={{ ($parameter["triggerOn"].length === 4 ? "all calls" : $parameter["triggerOn"].join(", ").replaceAll("call.", "")) + (Object.keys($parameter["filters"] ?? {}).length > 0 ? ", filtered" : "") }}',
		description: 'Starts the workflow after each call that CallScaler tracks',
		defaults: { name: 'CallScaler Trigger' },
		eventTriggerDescription: listeningText,
		triggerPanel: panel,
		hints: [sampleHint],
		inputs: [],
		outputs: `={{ $parameter["options"]["emitIgnored"] ? [{ type: "${NodeConnectionTypes.Main}", displayName: "Calls" }, { type: "${NodeConnectionTypes.Main}", displayName: "Ignored" }] : ["${NodeConnectionTypes.Main}"] }}`,
		credentials: [
			{
				name: 'callScalerWebhookApi',
				required: true,
				testedBy: 'callScalerWebhookApiTest',
				displayOptions: { show: { authentication: ['headerAuth'] } },
			},
		],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'callscaler',
				...answering,
			},
			{
				name: 'setup',
				httpMethod: 'GET',
				path: 'callscaler/sample',
				responseMode: 'onReceived',
				responseData: '',
				ndvHideUrl: true,
			},
		],
		properties: parameters,
	};

	methods = {
		credentialTest: {
			async callScalerWebhookApiTest(
				this: ICredentialTestFunctions,
				credential: ICredentialsDecrypted,
			): Promise<INodeCredentialTestResult> {
				return checkCredential(credential.data, callScaler.credential.whereHeaderIsSet);
			},
		},
	};

	webhookMethods = { default: byHand, setup: byHand };

	async webhook(this: IWebhookFunctions) {
		return await receive(this, callScaler);
	}

	async execute(this: IExecuteFunctions) {
		return await handOn(this);
	}
}
