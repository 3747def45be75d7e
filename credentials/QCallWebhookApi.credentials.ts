import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class QCallWebhookApi implements ICredentialType {
	name = 'qCallWebhookApi';

	displayName = 'QCall Webhook API';

	icon: Icon = { light: 'file:../nodes/QCall/qcall.svg', dark: 'file:../nodes/QCall/qcall.dark.svg' };

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-post-call';

	properties: INodeProperties[] = [
		{
			displayName:
				'In QCall, open Assistants, your assistant, Tools, your webhook, and under Headers add a row with this name and Bearer followed by the secret as its value.',
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
			description:
				'A long random text, best made by a password generator. The header carries it alone or after "Bearer".',
		},
		{
			displayName: 'Previous Secret',
			name: 'previousSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Accepted too while you change the secret in QCall. Clear it afterwards.',
		},
	];
}
