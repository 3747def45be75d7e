import { type ICredentialDataDecryptedObject, type IHttpRequestOptions, UserError } from 'n8n-workflow';

import type { CallsApi } from '../provider/calls-api';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The origin of an address that a key may go to: encrypted on its way, or not leaving this machine. */
export function safeOriginOf(url: string): string | undefined {
	if (!URL.canParse(url)) return undefined;
	const { protocol, hostname, origin } = new URL(url);
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname)) ? origin : undefined;
}

/**
 * How the HTTP Request node asks with an API's credential, as its _Predefined Credential Type_. Whoever edits a workflow may
 * use a credential without seeing it, so the key goes to the base URL's host alone, as ever. Gives the credential's
 * `authenticate`, which throws a UserError for a request to anywhere else.
 */
export function onlyToOwnHost(title: string, headerOf: CallsApi<never>['headerOf']) {
	return async (
		{ apiKey, baseUrl }: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const own = safeOriginOf(String(baseUrl).trim());
		if (own === undefined || safeOriginOf(urlOf(request)) !== own) {
			throw new UserError(
				`The API key of ${title} goes to ${own ?? 'an https:// address'} and nowhere else: the URL must begin with the Base URL of the credential`,
			);
		}
		return { ...request, headers: { ...request.headers, ...headerOf(String(apiKey).trim()) } };
	};
}

/** Of the older form of a request too, which the HTTP Request node has: it says `uri`. */
function urlOf(request: IHttpRequestOptions & { uri?: string }): string {
	return request.uri ?? request.url;
}
