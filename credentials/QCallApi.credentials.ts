import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

import { onlyToOwnHost } from '../nodes/api/own-host';
import { callsApi } from '../nodes/QCall/calls-api';

export class QCallApi implements ICredentialType {
	name = 'qCallApi';

	displayName = 'QCall API';

	icon: Icon = { light: 'file:../nodes/QCall/qcall.svg', dark: 'file:../nodes/QCall/qcall.dark.svg' };

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-post-call#everything-else';

	properties: INodeProperties[] = [
		{
			displayName:
				'Only for asking QCall: to catch up on undelivered calls, and in HTTP Request nodes. QCall’s deliveries need the other credential, QCall Webhook API.',
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
			placeholder: 'e.g. qc_live_…',
			description: 'A key of the workspace whose calls are to be caught up',
			hint: 'Made in QCall under Integrations > AI Assistants (MCP), and shown there once. It opens the whole workspace: keep it as safe as a password',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.qcall.ai/api/v1',
			description: 'Where the API is. The key is sent to this host and nowhere else.',
		},
	];

	authenticate = onlyToOwnHost('QCall', callsApi.headerOf);
}
