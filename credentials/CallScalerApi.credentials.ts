import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { onlyToOwnHost } from '../nodes/api/own-host';
import { callsApi } from '../nodes/CallScaler/calls-api';

export class CallScalerApi implements ICredentialType {
	name = 'callScalerApi';

	displayName = 'CallScaler API';

	icon: Icon = {
		light: 'file:../nodes/CallScaler/callscaler.svg',
		dark: 'file:../nodes/CallScaler/callscaler.dark.svg',
	};

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-post-call#everything-else';

	properties: INodeProperties[] = [
		{
			displayName:
				'For catching up on undelivered calls, and for other requests to CallScaler’s API with the HTTP Request node, such as for a recording. CallScaler’s deliveries need the other credential, CallScaler Webhook API.',
			name: 'purposeNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			placeholder: 'e.g. cs_key_…',
			description: 'A key of the business whose calls are asked for',
			hint: 'Made in CallScaler, in the settings of the business. It reads and writes everything there: keep it as safe as a password.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://callscaler.com/api/v1',
			description: 'Where the API is. The key is sent to this host and nowhere else.',
		},
	];

	authenticate = onlyToOwnHost('CallScaler', callsApi.headerOf);
}
