import type { IDataObject } from 'n8n-workflow';

import { foldText, isBlank, phoneDigits } from '../provider/comparing';
import { type CallKey, isPlaceholder, keyFrom, saysNothing, userIn } from '../provider/keys';
import type { QCallCall } from './payload';

/** Two webhook tools of one assistant fire at the same moment, and nothing else repeats a call. */
const LOOKS_ALIKE_FOR_AT_MOST_MS = 60_000;

/**
 * What makes two deliveries one call: its identity **and** its facts. A model fills all of it in and makes up what it does
 * not know, the same `12345` or `https://example.com/call-recording.mp3` for one call as the next, so an identity alone never
 * decides: no duplicate contradicts the call that it is taken for.
 */
export function automaticKey(call: QCallCall, untyped: IDataObject): CallKey | undefined {
	const address = recordingOf(call.recording_url);
	const identity =
		idFrom(call, 'call_id')?.values ??
		idFrom(call, 'call_sid')?.values ??
		idFrom(call, 'callsid')?.values ??
		(isMadeUp(address) ? undefined : { recording_url: address });
	const facts = factsOf(call, untyped);
	const { phone_number = '', call_date = '' } = facts;
	const hasCaller = phoneDigits(phone_number) !== '';
	const seconds = Math.max(call.call_duration ?? 0, 0);
	if (identity !== undefined) {
		if (!hasCaller && seconds === 0) return undefined;
		// Where a fact is missing, calls have the others in common, and may have the same made-up identity.
		const looksAlikeForMs = hasCaller && seconds > 0 ? undefined : LOOKS_ALIKE_FOR_AT_MOST_MS;
		return { values: { ...identity, ...facts }, looksAlikeForMs };
	}
	// Calls that nobody answered all look alike.
	if (!hasCaller || call_date === '' || seconds === 0) return undefined;
	// What was made up, or is no web address, identifies no call, but another one contradicts it.
	const written = idFrom(call, 'recording_url')?.values;
	const values = { ...(address === '' ? written : { recording_url: address }), ...facts };
	// Another call that takes as long cannot end sooner than that.
	return { values, looksAlikeForMs: Math.min(LOOKS_ALIKE_FOR_AT_MOST_MS, seconds * 1_000) };
}

/** The AI fills these in from what was said: an ID without a digit is a word, in whatever language. */
export function idFrom(
	call: QCallCall,
	field: 'call_id' | 'call_sid' | 'callsid' | 'order_id' | 'recording_url',
): CallKey | undefined {
	return /\d/.test(call[field] ?? '') ? keyFrom(call, field) : undefined;
}

/** The facts of a call, however the AI writes them: one that could not be typed by its text, one that says nothing is none. */
export function factsOf(
	{ phone_number, call_date, call_duration }: QCallCall,
	untyped: IDataObject,
): Record<string, string> {
	const caller = phone_number ?? textOf(untyped.phone_number);
	const facts = {
		phone_number: saysNothing(caller) ? '' : numberOf(caller) || foldText(caller),
		call_date: call_date?.slice(0, 'yyyy-mm-dd'.length) ?? textOf(untyped.call_date),
		call_duration: String(call_duration ?? textOf(untyped.call_duration)),
	};
	return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== ''));
}

/** Of a text with letters fewer digits are no number: `1-800-FLOWERS`, `Alice, room 5`. */
const FEWEST_DIGITS_BESIDE_LETTERS = 7;

/** A caller's number by its digits; of an address of internet telephony the user's part is one, or is none. */
function numberOf(caller: string): string {
	const user = userIn(caller.trim());
	const digits = phoneDigits(user);
	return /\p{L}/u.test(user) && digits.length < FEWEST_DIGITS_BESIDE_LETTERS ? '' : digits;
}

function textOf(value: IDataObject[string]): string {
	if (isBlank(value)) return '';
	return foldText(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** An address up to its query string, that, and its fragment. */
const WEB_ADDRESS = /^(https?:\/\/[^/?#]+[^?#]*)(\?[^#]*)?(#.*)?$/is;
/** Hosts that are reserved for examples, or are no host that a recording could be fetched from (RFC 2606). */
const RESERVED_HOST = /^https?:\/\/(?:[^/?#]*[.@])?(?:example\.(?:com|net|org)|invalid|localhost)(?:[:/?#]|$)/i;
/** What stores of files add to an address so that it can be opened for a while: new for each delivery of one recording. */
const OF_A_SIGNATURE =
	/^(?:x-(?:amz|goog|oss|cos|obs|tos)-.*|signature|sig|expires?|expiry|policy|key-pair-id|awsaccesskeyid|googleaccessid|ossaccesskeyid|hdnea|hdnts)$/i;
/** Azure's names are short, and mean something else without its signature. */
const OF_AZURE = /^(?:s[vrpet]|ss|srt|sip|spr|skoid|sktid|skt|ske|sks|skv|scid|sdd)$/i;

/** The address of a recording without a signature's parameters; empty where it is none. */
export function recordingOf(text: string | null | undefined): string {
	const [, path = '', query = '', fragment = ''] = WEB_ADDRESS.exec((text ?? '').trim()) ?? [];
	const parameters = query.slice(1).split('&');
	const nameOf = (parameter: string) => parameter.split('=', 1)[0] ?? '';
	const isOfAzure = parameters.map(nameOf).includes('sig');
	const own = parameters.filter((each) => {
		const name = nameOf(each);
		return each !== '' && !OF_A_SIGNATURE.test(name) && !(isOfAzure && OF_AZURE.test(name));
	});
	return `${path}${own.length > 0 ? `?${own.join('&')}` : ''}${fragment}`;
}

export function isMadeUp(recording: string): boolean {
	return recording === '' || RESERVED_HOST.test(recording) || isPlaceholder(recording);
}
