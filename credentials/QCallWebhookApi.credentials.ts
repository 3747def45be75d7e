import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class QCallWebhookApi implements ICredentialType {
	name = 'qCallWebhookApi';

	displayName = 'QCall Webhook API';

	icon: Icon = { light: 'file:../nodes/QCall/qcall.svg', dark: 'file:../nodes/QCall/qcall.dark.svg' };

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-post-call#set-up-qcall';

	properties: INodeProperties[] = [
		{
			displayName:
				'Make a secret and enter it in two places: below as Secret, and in QCall under Dashboard > Assistants > your assistant > Tools > your webhook > Headers, in a row with the header name below as its name and, as its value, Bearer, a space and the secret. n8n never shows a saved secret again: if you have no copy later, make a new one for both.',
			name: 'setupNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Header Name',
			name: 'headerName',
			type: 'string',
			default: 'Authorization',
			required: true,
			placeholder: 'e.g. Authorization',
			description: 'Name of the header that carries the secret',
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Here without the word Bearer, which may stand before it in the header',
			hint: 'At least 16 characters, best made by a password generator. Keep a copy before you save, for QCall needs it too and n8n never shows it again.',
		},
		{
			displayName: 'Previous Secret',
			name: 'previousSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Accepted too while you change the secret in QCall',
			hint: 'Only while you change the secret: it is accepted too. Clear it afterwards.',
		},
	];
}
