import type { IDataObject } from 'n8n-workflow';

import { hasLostDigits, isBlank } from './comparing';

/** What tells a call from another: values by the name of their field, and for how long they do. */
export interface CallKey {
	readonly values: Readonly<Record<string, string>>;
	/**
	 * Set where the values do not identify the call, but only say that two deliveries look alike: how long, in milliseconds
	 * after the first one, a second one that looks the same is taken for the same call.
	 */
	readonly looksAlikeForMs?: number;
}

/** The key of a call; undefined for one that has none, which is then always accepted. */
export type KeyOf<Call> = (call: Call) => CallKey | undefined;

/** A JavaScript number is exact to so many digits; past that, two ids may have become one. */
const EXACT_DIGITS = 15;

/** What people and models write where they know nothing, alone or at the beginning: the same for one call as the next. */
const SAYS_NOTHING =
	/^(?:no|none|not|nothing|null|nil|nan|unknown|undefined|unavailable|unspecified|empty|missing|pending|tbd|true|false|n\s*\/?\s*a)(?![a-z])/i;
/** What networks and providers write for a caller who does not show the number. */
const NOBODY = /^(?:anonymous|private|withheld|restricted|blocked|hidden|unlisted)(?![a-z])/i;

/**
 * A name in marks that somebody was to replace by its value, and did not: `{{call_sid}}`, `${id}`, `<call id>`. What
 * JavaScript writes for an object is of that form too.
 */
const PLACEHOLDER = /\{\{.*\}\}|\$\{.*\}|^(?:\{[\p{L}_. -]+\}|<[\p{L}_. -]+>|\[[\p{L}_. -]+\]|%[\p{L}_. -]+%)$/u;
/** Longer than any name; of a longer text nobody looks for a placeholder. */
const LONGEST_PLACEHOLDER = 1_000;

/** Whether text names nothing: no letter and no digit but 0, words that say so and no digit beside them, a placeholder. */
export function saysNothing(text: string): boolean {
	const words = text.replace(/[^\p{L}\p{N}/]+/gu, ' ').trim();
	if (/^[0\s/]*$/.test(words)) return true;
	if (!/\p{N}/u.test(words) && (SAYS_NOTHING.test(words) || NOBODY.test(words))) return true;
	return text.length <= LONGEST_PLACEHOLDER && PLACEHOLDER.test(text);
}

/** A value as part of a key; undefined where it is missing, or may be another call's too. */
function keyPart(value: unknown): string | undefined {
	if (isBlank(value) || hasLostDigits(value)) return undefined;
	if (typeof value === 'object') {
		const isSomething = Object.values(Object(value)).some((each) => keyPart(each) !== undefined);
		return isSomething ? JSON.stringify(value) : undefined;
	}
	const part = String(value).trim();
	if (saysNothing(part)) return undefined;
	return typeof value === 'number' && part.replace(/\D/g, '').length > EXACT_DIGITS ? undefined : part;
}

/** The key of a call that one field identifies; undefined where the call has no such field. */
export function keyFrom<Call extends IDataObject>(call: Call, field: keyof Call & string): CallKey | undefined {
	const part = Object.hasOwn(call, field) ? keyPart(call[field]) : undefined;
	return part === undefined ? undefined : { values: { [field]: part } };
}
