import type { IDataObject } from 'n8n-workflow';

import type { CallsApi } from '../provider/calls-api';

/** An API as these sentences name it. */
export interface Named extends Pick<CallsApi<IDataObject>, 'credentialTitle' | 'whereKeysAreMade' | 'baseUrl'> {
	/** What the provider calls itself. */
	readonly title: string;
}

const REPORT = 'Please report that (Support in the README)';

/**
 * Every sentence about an API that was asked in vain: what is wrong, and what to do. `what` is the one thing that was seen: a
 * status, the code of an error, a number. A wait is in milliseconds.
 */
const SENTENCES = {
	'no credential': ({ credentialTitle }) => `no usable ${credentialTitle} credential is chosen: choose one in the node`,
	'credential out of reach': ({ credentialTitle }) =>
		`n8n could not read the ${credentialTitle} credential; if that stays, look for errors in n8n's log, and save the credential again`,
	'no key': ({ credentialTitle, whereKeysAreMade }) =>
		`the ${credentialTitle} credential has no API key: make one ${whereKeysAreMade}, and enter it`,
	'bad key': ({ credentialTitle }) =>
		`the API key in the ${credentialTitle} credential holds a blank or a character that no header can carry: copy it anew`,
	'bad url': ({ credentialTitle, baseUrl }) =>
		`the Base URL in the ${credentialTitle} credential must begin with https://, without a name, a password, a "?" or a "#": the default is ${baseUrl}`,

	refused: ({ title, whereKeysAreMade }, status) =>
		`${title} refuses the API key (status ${status}): it may be mistyped, deleted or of another account. Make a new one ${whereKeysAreMade}, and enter it in the credential`,
	'not there': ({ title, credentialTitle, baseUrl }, status) =>
		`there is no such address at ${title} (status ${status}): check the Base URL in the ${credentialTitle} credential, which is ${baseUrl} by default`,
	redirected: ({ title, credentialTitle }, status) =>
		`${title} sends the request on to another address (status ${status}), which is not followed, since the API key must not go elsewhere: check the Base URL in the ${credentialTitle} credential`,
	limited: ({ title }, status, waitMs) =>
		`${title} gets too many requests with this API key (status ${status}), from here or from other programs; it is asked again ${
			waitMs === undefined ? 'next time' : `after ${Math.ceil(waitMs / 1000)} seconds, as it wants`
		}`,
	failing: ({ title }, status) =>
		`${title} has a problem of its own (status ${status}); there is nothing to do but to wait`,
	failed: ({ title }) =>
		`${title} answers that the request failed, and does not say why; it is asked again, and if that stays, ask its support`,
	odd: ({ title }, status) => `${title} answers with the unexpected status ${status}; if that stays, ask its support`,

	'no network': ({ title }, code) =>
		`${title} cannot be reached (${code}): check the network, the name server and the proxy of the machine n8n runs on, and the Base URL`,
	'no answer': ({ title }, seconds) => `${title} did not answer within ${seconds} seconds`,
	'cut off': ({ title }) => `${title} broke off in the middle of an answer`,
	'too large': ({ title }, megabytes) => `${title} answers with more than ${megabytes} MB, which is not read`,
	'not JSON': ({ title, credentialTitle }) =>
		`the answer is no JSON but perhaps a web page, of ${title} or of a proxy: check the Base URL in the ${credentialTitle} credential`,
	'no list': ({ title }) =>
		`${title} answers in a form that this version cannot read: there is no list in it. ${REPORT}`,
	'no calls': ({ title }) =>
		`most calls that ${title} tells of have no ID or no time, so they cannot be caught up. ${REPORT}`,
	'no status': ({ title }) =>
		`no call that ${title} tells of has a status that this version knows, so none of them can be caught up. ${REPORT}`,
	'cut list': ({ title }) =>
		`${title} answers with a full page and names no next one, so calls may be missing. ${REPORT}`,
	'too long a list': ({ title }, rows) => `${title} tells of more than ${rows} rows, and no more are read at a time`,
	circle: ({ title }) =>
		`${title} names a next page again and again, and none has calls that were not told before. ${REPORT}`,
	// Of an error that nobody expected only its kind: its text may hold what was sent.
	unexpected: (_, kindOfError) => `something unexpected happened: ${kindOfError}`,
} satisfies Record<string, (api: Named, what: string | number, waitMs?: number) => string>;

type Kind = keyof typeof SENTENCES;

/** What stays as it is until somebody does something. */
const OF_THE_KEY: readonly Kind[] = ['no credential', 'no key', 'bad key', 'bad url', 'refused'];

/** What may be wrong with one request alone, and is answered at once. */
const OF_ONE_REQUEST: readonly Kind[] = ['not there', 'failed', 'odd'];

/** Why the API could not be asked, in words for whoever runs n8n. Never the request. */
export class ApiTrouble extends Error {
	/** Tells this trouble from others, so that the same one is not told every minute. */
	readonly kind: string;

	/** Whether it meets every list, so that the others need not be asked for. */
	readonly concernsAll: boolean;

	readonly isOfTheKey: boolean;

	readonly isOfOneRequest: boolean;

	/** Whether there is nothing at that address. */
	readonly isOfOneAddress: boolean;

	/** `retryAfterMs` is in how many milliseconds the API wants to be asked again, where it said so. */
	constructor(
		kind: Kind,
		api: Named,
		what: string | number = '',
		readonly retryAfterMs?: number,
	) {
		super(SENTENCES[kind](api, what, retryAfterMs));
		this.kind = `${kind} ${what}`;
		this.concernsAll = kind === 'limited';
		this.isOfTheKey = OF_THE_KEY.includes(kind);
		this.isOfOneRequest = OF_ONE_REQUEST.includes(kind);
		this.isOfOneAddress = kind === 'not there';
	}
}

/** Whatever was thrown, as trouble. */
export function troubleOf(error: unknown, api: Named): ApiTrouble {
	if (error instanceof ApiTrouble) return error;
	return new ApiTrouble('unexpected', api, error instanceof Error ? error.name : 'an error');
}
