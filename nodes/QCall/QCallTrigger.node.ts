import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INodeCredentialTestResult,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

import { loadChoices, testApiCredential } from '../api/in-editor';
import { noteUnpublished } from '../n8n/kept-moments';
import { executeCatchUp } from '../catch-up/execute';
import { startCatchingUp } from '../catch-up/start';
import { watchForSilence } from '../delivery/alert';
import { runBeside } from '../n8n/beside-webhook';
import { emit } from '../delivery/emit';
import { handOverAgain } from '../delivery/hand-over-again';
import { outputs } from '../delivery/outputs';
import { receive } from '../delivery/receive';
import { settingsReader } from '../delivery/settings-reader';
import { checkCredential } from '../editor/check-credential';
import { sampleHint } from '../editor/panel-layout';
import { ON } from '../editor/parameters';
import { answering, byHand, sampleWebhook } from '../editor/webhooks';
import { callsApi } from './calls-api';
import { listeningText, panel } from './panel';
import { parameters } from './parameters';
import { qCall } from './provider';
import { qCallSubtitle } from './subtitle';

const settingsOf = settingsReader(qCall);
const noted = { ...byHand, delete: noteUnpublished };

export class QCallTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'QCall Trigger',
		name: 'qCallTrigger',
		icon: { light: 'file:qcall.svg', dark: 'file:qcall.dark.svg' },
		group: ['trigger'],
		// Not 1: for each delivery to a node of version 1, n8n evaluates an expression of its own Webhook node (docs/n8n.md, 6).
		version: 2,
		subtitle: qCallSubtitle,
		description: 'Starts the workflow after each call of your QCall voice agent',
		// Not left to the codex alone: n8n appends a query to an address there, and the section is lost.
		documentationUrl: 'https://www.npmjs.com/package/n8n-nodes-post-call#set-up-qcall',
		defaults: { name: 'QCall Trigger' },
		eventTriggerDescription: listeningText,
		activationMessage:
			"Now put this trigger's Production URL that ends in /qcall into Webhook URL of your assistant's webhook in QCall, in place of the Test URL, and save it there. Its headers need your credential's header too. Calls then show up in the Executions tab.",
		builderHint: {
			searchHint:
				'For everything that follows a phone call of a QCall voice agent: use this trigger, not a Webhook node. It checks a secret, types the fields and drops duplicates itself. The fields stand at the top of the item ($json.phone_number), not below body. To answer the voice agent during a call, set triggerOn to duringCall and respond to lastNode: a Respond to Webhook node does not work behind it.',
			relatedNodes: [
				{ nodeType: 'n8n-nodes-base.googleSheets', relationHint: 'A row for each call' },
				{ nodeType: 'n8n-nodes-base.hubspot', relationHint: 'Creates or updates the contact of the caller' },
				{ nodeType: 'n8n-nodes-base.slack', relationHint: 'A message for each order or outcome' },
			],
		},
		triggerPanel: panel,
		hints: [sampleHint('QCall')],
		inputs: [],
		outputs,
		credentials: [
			{
				name: 'qCallWebhookApi',
				required: true,
				testedBy: 'qCallWebhookApiTest',
				// Wherever a delivery needs it (authenticate.ts). Without any `show` the editor calls it Credential alone.
				displayOptions: { show: {}, hide: { authentication: ['none'] } },
			},
			{
				name: 'qCallApi',
				required: true,
				testedBy: 'qCallApiTest',
				// Not by Trigger On too: where that is an expression, n8n would want the credential of everybody.
				displayOptions: { show: { catchUp: ON } },
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
			{ ...sampleWebhook, httpMethod: 'GET,POST,PUT,DELETE', path: 'qcall/sample' },
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
			async qCallApiTest(
				this: ICredentialTestFunctions,
				credential: ICredentialsDecrypted,
			): Promise<INodeCredentialTestResult> {
				return await testApiCredential(this, credential.data, qCall, callsApi);
			},
		},
		loadOptions: {
			async getAssistants(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				return await loadChoices(this, qCall, callsApi);
			},
		},
	};

	webhookMethods = { default: noted, setup: byHand };

	async webhook(this: IWebhookFunctions) {
		return await receive(this, qCall, settingsOf);
	}

	async trigger(this: ITriggerFunctions) {
		const deliveries = [handOverAgain(this), watchForSilence(this)];
		return runBeside(this, ...deliveries, await startCatchingUp(this, qCall, settingsOf));
	}

	async execute(this: IExecuteFunctions) {
		return (await executeCatchUp(this)) ?? (await emit(this, qCall, settingsOf));
	}
}
