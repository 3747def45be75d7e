import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

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
			hint: 'A key reads and writes everything in its business: keep it as safe as a password',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://callscaler.com/api/v1',
			description: 'Where the API is. The key is sent to this host and nowhere else.',
		},
	];

	/**
	 * How the HTTP Request node asks with this credential, as its _Predefined Credential Type_. Whoever edits a workflow may
	 * use a credential without seeing it, so the key goes to the base URL's host alone, as ever.
	 */
	authenticate = async (
		{ apiKey, baseUrl }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const own = originOf(String(baseUrl).trim());
		if (own === undefined || originOf(urlOf(request)) !== own) {
			throw new UserError(
				`The API key of CallScaler goes to ${own ?? 'an https:// address'} and nowhere else: the URL must begin with the Base URL of the credential`,
			);
		}
		return { ...request, headers: { ...request.headers, Authorization: `Bearer ${String(apiKey).trim()}` } };
	};
}

/** Of the older form of a request too, which the HTTP Request node has: it says `uri`. */
function urlOf(request: IHttpRequestOptions & { uri?: string }): string {
	return request.uri ?? request.url;
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Of an address that a key may go to: encrypted on its way, or not leaving this machine. */
function originOf(url: string): string | undefined {
	if (!URL.canParse(url)) return undefined;
	const { protocol, hostname, origin } = new URL(url);
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname)) ? origin : undefined;
}
