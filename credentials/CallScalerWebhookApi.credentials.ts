import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

export class CallScalerWebhookApi implements ICredentialType {
	name = 'callScalerWebhookApi';

	displayName = 'CallScaler Webhook API';

	icon: Icon = {
		light: 'file:../nodes/CallScaler/callscaler.svg',
		dark: 'file:../nodes/CallScaler/callscaler.dark.svg',
	};

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-post-call';

	properties: INodeProperties[] = [
		{
			displayName:
				'In CallScaler, open Call Flows > your call flow > AUTOMATIONS > Post-Call Webhook, and add a row under Custom headers: the name below, and the secret as its value.',
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
			description: 'Name of the custom header. CallScaler may strip a header named Authorization, so choose another.',
		},
		{
			displayName: 'Secret',
			name: 'secret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'What the header carries, alone or after "Bearer"',
			hint: 'At least 16 characters, best made by a password generator',
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
