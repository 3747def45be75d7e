/** Why the API could not be asked, in words for whoever runs n8n: what is wrong and what to do. Never the request. */
export class ApiTrouble extends Error {
	/** Milliseconds after which the API wants to be asked again, where it said so. */
	readonly retryAfterMs: number | undefined;

	/** Whether it is sure to meet every call flow, so that the others need not be asked for. */
	readonly concernsAll: boolean;

	constructor(
		/** One word for each kind of trouble, so that the same one is not told every minute. */
		readonly kind: string,
		message: string,
		more: Partial<Pick<ApiTrouble, 'retryAfterMs' | 'concernsAll'>> = {},
	) {
		super(message);
		this.retryAfterMs = more.retryAfterMs;
		this.concernsAll = more.concernsAll ?? false;
	}
}

/** An API as these sentences name it. */
export interface Named {
	/** What the provider calls itself. */
	readonly title: string;
	readonly credentialTitle: string;
	readonly whereKeysAreMade: string;
}

const MB = 1_000_000;

/** Every sentence about an API that was asked in vain. */
export const trouble = {
	noCredential: ({ credentialTitle }: Named) =>
		new ApiTrouble('no credential', `no usable ${credentialTitle} credential is chosen: choose one in the node`),
	credentialOutOfReach: ({ credentialTitle }: Named) =>
		new ApiTrouble(
			'credential out of reach',
			`n8n could not read the ${credentialTitle} credential; if that stays, look for errors above this line, and save the credential again`,
		),
	noKey: ({ credentialTitle, whereKeysAreMade }: Named) =>
		new ApiTrouble(
			'no key',
			`the ${credentialTitle} credential has no API key: make one ${whereKeysAreMade}, and enter it`,
		),
	badKey: ({ credentialTitle }: Named) =>
		new ApiTrouble(
			'bad key',
			`the API key in the ${credentialTitle} credential holds a blank or a character that no header can carry: copy it anew`,
		),
	badUrl: ({ credentialTitle }: Named, baseUrl: string) =>
		new ApiTrouble(
			'bad url',
			`the Base URL in the ${credentialTitle} credential must begin with https://, without a name, a password, a "?" or a "#": the default is ${baseUrl}`,
		),

	refused: ({ title, whereKeysAreMade }: Named, status: number) =>
		new ApiTrouble(
			'refused',
			`${title} refuses the API key (status ${status}): it may be mistyped, deleted or of another business. Make a new one ${whereKeysAreMade}, and enter it in the credential`,
			{ concernsAll: true },
		),
	notThere: ({ title, credentialTitle }: Named, baseUrl: string) =>
		new ApiTrouble(
			'not there',
			`there is no such address at ${title} (status 404): check the Base URL in the ${credentialTitle} credential, which is ${baseUrl} by default`,
		),
	redirected: ({ title, credentialTitle }: Named, status: number) =>
		new ApiTrouble(
			'redirected',
			`${title} sends the request on to another address (status ${status}), which is not followed, since the API key must not go elsewhere: check the Base URL in the ${credentialTitle} credential`,
		),
	limited: ({ title }: Named, retryAfterMs: number | undefined) =>
		new ApiTrouble(
			'limited',
			`${title} gets too many requests with this API key (status 429), from here or from other programs; ${
				retryAfterMs === undefined
					? 'it is asked again next time'
					: `it is asked again after ${Math.ceil(retryAfterMs / 1000)} seconds, as it wants`
			}`,
			{ retryAfterMs, concernsAll: true },
		),
	failing: ({ title }: Named, status: number, retryAfterMs: number | undefined) =>
		new ApiTrouble(
			`status ${status}`,
			`${title} has a problem of its own (status ${status}); there is nothing to do but to wait`,
			{ retryAfterMs, concernsAll: true },
		),
	odd: ({ title }: Named, status: number) =>
		new ApiTrouble(
			`status ${status}`,
			`${title} answers with the unexpected status ${status}; if that stays, ask its support`,
		),

	noNetwork: ({ title }: Named, code: string) =>
		new ApiTrouble(
			`network ${code}`,
			`${title} cannot be reached (${code}): check the network, the name server and the proxy of the machine n8n runs on, and the Base URL`,
			{ concernsAll: true },
		),
	noAnswer: ({ title }: Named, seconds: number) =>
		new ApiTrouble('no answer', `${title} did not answer within ${seconds} seconds`),
	cutOff: ({ title }: Named) => new ApiTrouble('cut off', `${title} broke off in the middle of an answer`),
	tooLarge: ({ title }: Named, bytes: number) =>
		new ApiTrouble('too large', `${title} answers with more than ${bytes / MB} MB, which is not read`),
	notJson: ({ title, credentialTitle }: Named) =>
		new ApiTrouble(
			'not JSON',
			`the answer is no JSON but perhaps a web page, of ${title} or of a proxy: check the Base URL in the ${credentialTitle} credential`,
		),
	noList: ({ title }: Named) =>
		new ApiTrouble(
			'no list',
			`${title} answers in a form that this version cannot read: there is no list in it. Please report that (Support in the README)`,
		),
	unexpected: (error: unknown) =>
		// Of an error that nobody expected only its kind: its text may hold what was sent.
		new ApiTrouble('unexpected', `something unexpected happened: ${error instanceof Error ? error.name : 'an error'}`),
	cutList: ({ title }: Named) =>
		new ApiTrouble(
			'cut list',
			`${title} answers with a full page and names no next one, so calls may be missing. Please report that (Support in the README)`,
		),
	circle: ({ title }: Named) =>
		new ApiTrouble(
			'circle',
			`${title} names a next page again and again, and none has calls that were not told before; please report that (Support in the README)`,
		),
	someFlows: (callFlows: readonly string[], { kind, message }: ApiTrouble) =>
		new ApiTrouble(
			`${kind} for ${callFlows.join()}`,
			`${callFlows.length === 1 ? 'one of the chosen call flows' : 'some of the chosen call flows'} (${callFlows.join(', ')}) cannot be asked for, so ${callFlows.length === 1 ? 'its' : 'their'} undelivered calls are not caught up, those of the others are: ${message}. Where it was deleted, take it out of the node and publish again`,
		),
};
