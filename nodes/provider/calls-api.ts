import type { IDataObject } from 'n8n-workflow';

/** What one request to a provider's API asks for, below the base URL of its credential. */
export interface ApiRequest {
	readonly path: string;
	readonly query: Readonly<Record<string, string>>;
}

/**
 * The API that a provider's calls can be asked for, where it has one. The credential holds `apiKey`, sent as a bearer, and
 * `baseUrl`. Whatever is read from an answer is read tolerantly: nobody has promised its form.
 */
export interface CallsApi<Call extends IDataObject> {
	/** The type of the credential. */
	readonly credential: string;
	/** What the editor calls that credential. */
	readonly credentialTitle: string;
	/** The base URL that the credential begins with. */
	readonly baseUrl: string;
	/** Where in the provider's dashboard a key is made, to complete "Make a new one …". */
	readonly whereKeysAreMade: string;
	/** Asks for the calls of a call flow that changed after a moment (ISO 8601, UTC), and for the next page of them. */
	readonly calls: (callFlow: string, updatedSince: string, cursor: string | undefined) => ApiRequest;
	/** The most rows that one page is asked for. */
	readonly rowsOfAPage: number;
	/** Asks for the call flows of the account, and for the next page of them. */
	readonly callFlows: (cursor: string | undefined) => ApiRequest;
	/** The keys that a call flow may hold its name under. */
	readonly namesOfACallFlow: readonly string[];
	/** The keys that an answer may hold its list under, beside `data`. */
	readonly listNames: readonly string[];
	/** The keys that a row may hold its id under. */
	readonly idNames: readonly string[];
	/** The fields of a call as the webhook would have sent it; undefined for a call that nobody knows to have ended. */
	readonly fieldsOf: (row: IDataObject, id: string, callFlow: string) => IDataObject | undefined;
	/** The field that holds the id of its call flow, from either door where it is told. */
	readonly callFlow: keyof Call & string;
	/** The field that holds the name of its call flow, where that is told. */
	readonly callFlowName: keyof Call & string;
	/** The field that holds the id of a call, from either door. */
	readonly id: keyof Call & string;
	/** The fields that say when a call began: the first that has a value counts. */
	readonly startedAt: ReadonlyArray<keyof Call & string>;
	/** The field that says how many seconds it lasted. */
	readonly duration: keyof Call & string;
	/** Phone numbers which, with the second of its beginning, tell a call from others where its id were another. */
	readonly numbers: ReadonlyArray<keyof Call & string>;
}
