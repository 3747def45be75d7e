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
import { callScaler } from './provider';
import { callScalerSubtitle } from './subtitle';

const settingsOf = settingsReader(callScaler);
const noted = { ...byHand, delete: noteUnpublished };

export class CallScalerTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'CallScaler Trigger',
		name: 'callScalerTrigger',
		icon: { light: 'file:callscaler.svg', dark: 'file:callscaler.dark.svg' },
		group: ['trigger'],
		// Not 1: for each delivery to a node of version 1, n8n evaluates an expression of its own Webhook node (docs/n8n.md, 6).
		version: 2,
		subtitle: callScalerSubtitle,
		description: 'Starts the workflow after each call that CallScaler tracks',
		// Not left to the codex alone: n8n appends a query to an address there, and the section is lost.
		documentationUrl: 'https://www.npmjs.com/package/n8n-nodes-post-call#set-up-callscaler',
		defaults: { name: 'CallScaler Trigger' },
		eventTriggerDescription: listeningText,
		activationMessage:
			"Now put this trigger's Production URL that ends in /callscaler into Webhook URL of the Post-Call Webhook of each call flow that this workflow is for, in place of the Test URL, and save the call flow. Its custom headers need your credential's header too. Calls then show up in the Executions tab.",
		builderHint: {
			searchHint:
				'For everything that follows a phone call that CallScaler tracks: use this trigger, not a Webhook node. It checks a secret, types the fields and drops duplicates itself. The fields stand at the top of the item ($json.caller_number), not below body. For qualified leads alone set the filter qualification to qualified instead of adding an If node; for missed calls set triggerOn to call.missed. A Respond to Webhook node does not work behind it.',
			relatedNodes: [
				{ nodeType: 'n8n-nodes-base.googleSheets', relationHint: 'A row for each call' },
				{ nodeType: 'n8n-nodes-base.slack', relationHint: 'A message for each qualified lead' },
				{ nodeType: 'n8n-nodes-base.twilio', relationHint: 'A text message that answers a missed call' },
			],
		},
		triggerPanel: panel,
		hints: [sampleHint('CallScaler')],
		inputs: [],
		outputs,
		credentials: [
			{
				name: 'callScalerWebhookApi',
				required: true,
				testedBy: 'callScalerWebhookApiTest',
				// Wherever a delivery needs it (authenticate.ts). Without any `show` the editor calls it Credential alone.
				displayOptions: { show: {}, hide: { authentication: ['none'] } },
			},
			{
				name: 'callScalerApi',
				required: true,
				testedBy: 'callScalerApiTest',
				displayOptions: { show: { catchUp: ON } },
			},
		],
		// How n8n reads these: docs/n8n.md, 5 and 18.
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'callscaler',
				...answering,
			},
			{ ...sampleWebhook, path: 'callscaler/sample' },
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
			async callScalerApiTest(
				this: ICredentialTestFunctions,
				credential: ICredentialsDecrypted,
			): Promise<INodeCredentialTestResult> {
				return await testApiCredential(this, credential.data, callScaler, callsApi);
			},
		},
		loadOptions: {
			async getCallFlows(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				return await loadChoices(this, callScaler, callsApi);
			},
		},
	};

	webhookMethods = { default: noted, setup: byHand };

	async webhook(this: IWebhookFunctions) {
		return await receive(this, callScaler, settingsOf);
	}

	async trigger(this: ITriggerFunctions) {
		const deliveries = [handOverAgain(this), watchForSilence(this)];
		return runBeside(this, ...deliveries, await startCatchingUp(this, callScaler, settingsOf));
	}

	async execute(this: IExecuteFunctions) {
		return (await executeCatchUp(this)) ?? (await emit(this, callScaler, settingsOf));
	}
}
