import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IExecuteFunctions,
	INodeCredentialTestResult,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
} from 'n8n-workflow';

import { emit } from '../delivery/emit';
import { receive } from '../delivery/receive';
import { settingsReader } from '../delivery/settings';
import { checkCredential } from '../editor/check-credential';
import { sampleHint } from '../editor/panel-layout';
import { answering, byHand, outputs, sampleWebhook } from '../editor/webhooks';
import { listeningText, panel } from './panel';
import { parameters } from './parameters';
import { qCall } from './provider';

const settingsOf = settingsReader(qCall);

export class QCallTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'QCall Trigger',
		name: 'qCallTrigger',
		icon: { light: 'file:qcall.svg', dark: 'file:qcall.dark.svg' },
		group: ['trigger'],
		// Not 1: for each delivery to a node of version 1, n8n evaluates an expression of its own Webhook node (docs/n8n.md, 6).
		version: 2,
		subtitle:
			'={{ { callEnded: "call ended", callStarted: "call started", duringCall: "during call" }[$parameter["triggerOn"]] + (Object.keys($parameter["filters"] ?? {}).length > 0 ? ", filtered" : "") }}',
		description: 'Starts the workflow after each call of your QCall voice agent',
		defaults: { name: 'QCall Trigger' },
		eventTriggerDescription: listeningText,
		triggerPanel: panel,
		hints: [sampleHint],
		inputs: [],
		outputs,
		credentials: [
			{
				name: 'qCallWebhookApi',
				required: true,
				testedBy: 'qCallWebhookApiTest',
				displayOptions: { show: { authentication: ['headerAuth'] } },
			},
		],
		// How n8n reads these: docs/n8n.md, 5 and 18.
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST,PUT,GET,DELETE',
				path: 'qcall',
				...answering,
				// Four methods do not fit beside the URL, and there is nothing to choose.
				ndvHideMethod: true,
			},
			{ ...sampleWebhook, path: 'qcall/sample' },
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
		return await receive(this, qCall, settingsOf);
	}

	async execute(this: IExecuteFunctions) {
		return await emit(this);
	}
}
