import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { foldText } from './comparing';
import { date } from './field-types';

/** What one request to a provider's API asks for, below the base URL of its credential. */
export interface ApiRequest {
	readonly path: string;
	/** What is undefined is not sent. */
	readonly query: Readonly<Record<string, string | undefined>>;
}

/** A list that calls stand in. */
export interface CallList {
	/** Names it, in n8n's log too. */
	readonly name: string;
	/** What the user chose, whose calls alone these are; absent where each row has to tell whose it is. */
	readonly of?: string;
	/** Asks for the calls since a moment (ISO 8601, UTC); `next` names a further page. */
	readonly page: (since: string, next: string | undefined) => ApiRequest;
}

/** A list that gives names to what the user can choose. */
export interface NameList {
	readonly page: (next: string | undefined) => ApiRequest;
	/** The key under which a row has what a user chooses, and that of its name. */
	readonly chosen: string;
	readonly name: string;
}

/**
 * The API that a provider's calls can be asked for, where it has one. The credential holds `apiKey` and `baseUrl`. Whatever is
 * read from an answer is read tolerantly: nobody has promised its form.
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
	/** The header that carries the key. */
	readonly headerOf: (apiKey: string) => Readonly<Record<string, string>>;
	/** What a user chooses to catch up on: in which parameter, and what one and several are called. */
	readonly chosen: { readonly parameter: string; readonly one: string; readonly more: string };
	/** How many minutes after its end a call is due, unless the user sets it. */
	readonly dueAfterMinutes: number;
	/** What there is to choose. */
	readonly choices: NameList;
	/** The names by which rows tell whose they are. */
	readonly names: NameList;
	/** The lists that the calls of what is chosen stand in. */
	readonly lists: (chosen: readonly string[]) => readonly CallList[];
	/**
	 * What the moment is that a list is asked for calls since: when they `changed` last, or when they `began`, so that it is
	 * asked farther back, for calls that went on for long.
	 */
	readonly listedSince: 'changed' | 'began';
	/**
	 * `by cursor`: an answer names the next page. `by number`: pages are counted from 0, the newest calls first, so they are read
	 * back to the moment.
	 */
	readonly paging: 'by cursor' | 'by number';
	/** The keys under which an answer may name the next page. */
	readonly cursorNames: readonly string[];
	/** The most rows that one page is asked for. */
	readonly rowsOfAPage: number;
	/** The keys that an answer may hold its list under, beside `data`. */
	readonly listNames: readonly string[];
	/** The keys that a row may hold its id under. */
	readonly idNames: readonly string[];
	/** The key under which a row may have what was chosen, whose call it is, and that of a name of it, where it has one. */
	readonly ofRow: { readonly chosen: string; readonly name?: string };
	/** The keys under which a row may have when its call began: the first that has a value counts. */
	readonly startedAt: readonly string[];
	/** The key under which a row has how many seconds the call lasted. */
	readonly duration: string;
	/**
	 * What the status of a row says: only a call that has ended is caught up. One that `goes on` is left alone until that
	 * changes; where it is `not known`, n8n's log tells of it too.
	 */
	readonly stateOf: (row: IDataObject) => 'ended' | 'goes on' | 'not known';
	/** The fields of a call that has ended, as the webhook would have sent it. */
	readonly fieldsOf: (row: IDataObject, about: RowAbout) => IDataObject;
	/** Asks for what a row lacks, and adds that to its fields; absent where a row has all there is. */
	readonly more?: {
		/** Undefined where these fields lack nothing. */
		readonly request: (fields: IDataObject) => ApiRequest | undefined;
		readonly add: (fields: IDataObject, told: IDataObject) => IDataObject;
	};
	/** The field that holds the id that a row has, which n8n's log names a call by. */
	readonly id: keyof Call & string;
	/** By which a call from either door is known, by the kind of id; nothing where it has none of that kind. */
	readonly ids: Readonly<Record<string, (call: Call) => string | null | undefined>>;
	/**
	 * What tells a call from others where its ids were others, by each way in which the other door may have written it; with a
	 * blank part it has too little for that.
	 */
	readonly looksOf: (call: Call, door: 'webhook' | 'catch_up') => ReadonlyArray<readonly string[]>;
	/** What that is, to complete "the … of a call". */
	readonly looks: string;
	/**
	 * What a call is that looks like a delivered one, of whose ids the API tells nothing. `another`: the API has other ids than the
	 * webhook, or it is another leg of the call. `the same`: the ids of webhooks may be made up.
	 */
	readonly looksAlike: 'another' | 'the same';
	/** The field of a webhook that says what was chosen, whose call it is; absent where none does, or it cannot be relied on. */
	readonly ofWebhook?: keyof Call & string;
}

/** What is known of a row beside what it says. */
interface RowAbout {
	readonly id: string;
	/** What was chosen, whose call it is. */
	readonly of: string;
	/** The workflow's, as an IANA name. */
	readonly timezone: string;
}

/** A moment as an API writes it, in milliseconds since the epoch; a time without zone is UTC. Undefined for what is none. */
export function momentOf(written: unknown): number | undefined {
	const moment = DateTime.fromISO(date().safeParse(written).data ?? '', { zone: 'utc' });
	return moment.isValid ? moment.toMillis() : undefined;
}

/** What a row says of the state of its call, without case and punctuation: `no-answer` and `No Answer` are `noanswer`. */
export function statusIn(written: unknown): string {
	return foldText(typeof written === 'string' ? written : '').replace(/[^a-z]/g, '');
}
