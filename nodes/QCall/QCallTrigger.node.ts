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
import { qCall } from './provider';

/** The webhook is registered by hand in QCall's dashboard: there is nothing to look up, make or take away. */
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

export class QCallTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'QCall Trigger',
		name: 'qCallTrigger',
		icon: { light: 'file:qcall.svg', dark: 'file:qcall.dark.svg' },
		group: ['trigger'],
		// Both are the same. For each delivery to a node of version 1, n8n evaluates an expression meant for its own Webhook node.
		version: [1, 2],
		defaultVersion: 2,
		subtitle:
			'={{ { callEnded: "call ended", callStarted: "call started", duringCall: "during call" }[$parameter["triggerOn"]] + (Object.keys($parameter["filters"] ?? {}).length > 0 ? ", filtered" : "") }}',
		description: 'Starts the workflow after each call of your QCall voice agent',
		defaults: { name: 'QCall Trigger' },
		eventTriggerDescription: listeningText,
		triggerPanel: panel,
		hints: [sampleHint],
		inputs: [],
		outputs: `={{ $parameter["options"]["emitIgnored"] ? [{ type: "${NodeConnectionTypes.Main}", displayName: "Calls" }, { type: "${NodeConnectionTypes.Main}", displayName: "Ignored" }] : ["${NodeConnectionTypes.Main}"] }}`,
		credentials: [
			{
				name: 'qCallWebhookApi',
				required: true,
				testedBy: 'qCallWebhookApiTest',
				displayOptions: { show: { authentication: ['headerAuth'] } },
			},
		],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST,PUT,GET,DELETE',
				path: 'qcall',
				...answering,
				// Four methods do not fit beside the URL, and there is nothing to choose.
				ndvHideMethod: true,
			},
			{
				name: 'setup',
				httpMethod: 'GET',
				path: 'qcall/sample',
				responseMode: 'onReceived',
				responseData: '',
				ndvHideUrl: true,
			},
		],
		properties: parameters,
	};

	methods = {
		credentialTest: {
			async qCallWebhookApiTest(
				this: ICredentialTestFunctions,
				credential: ICredentialsDecrypted,
			): Promise<INodeCredentialTestResult> {
				return checkCredential(credential.data, qCall.credential.whereHeaderIsSet);
			},
		},
	};

	webhookMethods = { default: byHand, setup: byHand };

	async webhook(this: IWebhookFunctions) {
		return await receive(this, qCall);
	}

	async execute(this: IExecuteFunctions) {
		return await handOn(this);
	}
}
