import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class CallScalerWebhookApi implements ICredentialType {
	name = 'callScalerWebhookApi';

	displayName = 'CallScaler Webhook API';

	icon: Icon = {
		light: 'file:../nodes/CallScaler/callscaler.svg',
		dark: 'file:../nodes/CallScaler/callscaler.dark.svg',
	};

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-post-call#set-up-callscaler';

	properties: INodeProperties[] = [
		{
			displayName:
				'Make a secret and enter it in two places: below as Secret, and in CallScaler under Call Flows > your call flow > AUTOMATIONS > Post-Call Webhook > Custom headers, in a row with the header name below as its name and the secret as its value. n8n never shows a saved secret again: if you have no copy later, make a new one for both.',
			name: 'setupNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'X-Webhook-Secret',
			required: true,
			placeholder: 'e.g. X-Webhook-Secret',
			description: 'Name of the custom header',
			hint: 'CallScaler may strip a header named Authorization: choose another if deliveries are answered with 401.',
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Here without the word Bearer, which may stand before it in the header',
			hint: 'At least 16 characters, best made by a password generator. Keep a copy before you save, for CallScaler needs it too and n8n never shows it again.',
		},
		{
			displayName: 'Previous Secret',
			name: 'previousSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Accepted too while you change the secret in CallScaler',
			hint: 'Only while you change the secret: it is accepted too. Clear it afterwards.',
		},
	];
}
