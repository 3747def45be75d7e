import type { IDataObject } from 'n8n-workflow';

import { hasLostDigits, hasUnsureDigits, isBlank } from './comparing';

/** What tells a call from another: values by the name of their field, and for how long they do. */
export interface CallKey {
	readonly values: Readonly<Record<string, string>>;
	/**
	 * Set where the values do not identify the call, but only say that two deliveries look alike: how long, in milliseconds
	 * after the first one, a second one that looks the same is taken for the same call.
	 */
	readonly looksAlikeForMs?: number;
}

/**
 * The key of a call; undefined for one that has none, which is then always accepted. `untyped` has what arrived in fields
 * that could not be typed and are null in the call, by their names.
 */
export type KeyOf<Call> = (call: Call, untyped: IDataObject) => CallKey | undefined;

/**
 * What people and models write where they know nothing, as the first or last word of a text without a digit. A courtesy: it
 * spares a user the calls that have such a value in common, and no promise rests on it.
 */
const WORD_FOR_NOTHING =
	'no|none|not|nothing|null|nil|nan|n ?/? ?a|unknown|undefined|unavailable|unspecified|invalid|empty|missing|pending|tbd|true|false|anonymous|private|withheld|restricted|blocked|hidden|unlisted';
const SAYS_NOTHING = new RegExp(`^(?:${WORD_FOR_NOTHING})(?![^ ])|(?<![^ ])(?:${WORD_FOR_NOTHING})$`, 'i');

/** A name in marks that somebody was to replace by its value, and did not: `{{call_sid}}`, `${id}`, `<call id>`. */
const PLACEHOLDER = /\{\{.*\}\}|\$\{.*\}|^(?:\{[\p{L}_. -]+\}|<[\p{L}_. -]+>|\[[\p{L}_. -]+\]|%[\p{L}_. -]+%)$/u;
/** Longer than any name; of a longer text nobody looks for a placeholder. */
const LONGEST_PLACEHOLDER = 1_000;

/** What networks send for a caller who shows no number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE in digits. */
const WITHHELD = /^\+(?:266696687|7378742833|2562533|8566696|86282452253)$/;
/** No letter, no digit but 0; or a number of which at most the country code is shown. */
const NO_DIGIT_SHOWN = /^(?:[0\s/]*|\d{0,3}\s*x[x\s]*x)$/i;

/** Of an address of internet telephony the user's part, which tells who that is; of any other text all of it. */
export function userIn(text: string): string {
	return /^sips?:([^@]*)@/i.exec(text)?.[1] ?? text;
}

/** Whether text is plainly the name of nothing and nobody. */
export function saysNothing(text: string): boolean {
	const words = userIn(text)
		.replace(/[^\p{L}\p{N}/]+/gu, ' ')
		.trim();
	if (NO_DIGIT_SHOWN.test(words) || WITHHELD.test(text.replace(/[\s().-]/g, ''))) return true;
	if (!/\p{N}/u.test(words) && SAYS_NOTHING.test(words)) return true;
	return isPlaceholder(text);
}

export function isPlaceholder(text: string): boolean {
	return text.length <= LONGEST_PLACEHOLDER && PLACEHOLDER.test(text);
}

/** A value as part of a key; undefined where it is missing, or may be another call's too. */
function keyPart(value: unknown): string | undefined {
	if (isBlank(value) || hasLostDigits(value)) return undefined;
	if (typeof value === 'object') {
		const isSomething = Object.values(value ?? {}).some((each) => keyPart(each) !== undefined);
		return isSomething ? JSON.stringify(value) : undefined;
	}
	const part = String(value).trim();
	if (saysNothing(part)) return undefined;
	return typeof value === 'number' && hasUnsureDigits(value) ? undefined : part;
}

/** The key of a call that one field identifies; undefined where the call has no such field. */
export function keyFrom<Call extends IDataObject>(call: Call, field: keyof Call & string): CallKey | undefined {
	const part = Object.hasOwn(call, field) ? keyPart(call[field]) : undefined;
	return part === undefined ? undefined : { values: { [field]: part } };
}
