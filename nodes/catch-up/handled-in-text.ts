/**
 * Which of many calls were handled, as texts short enough for the custom data of an execution: n8n takes 10 values of 255
 * characters (docs/n8n.md, 32). A character for each call, in the order in which they were looked up.
 */
const HANDLED = 'y';
const NOT_HANDLED = 'n';
const CALLS_OF_A_TEXT = 255;
const TEXTS = 10;

/** The most calls that one execution can tell of. */
export const MOST_TOLD_OF = CALLS_OF_A_TEXT * TEXTS;

const nameOf = (text: number) => `post_call_${text}`;

export function writtenHandled(handled: ReadonlySet<string>, ids: readonly string[]): Record<string, string> {
	const all = ids.map((id) => (handled.has(id) ? HANDLED : NOT_HANDLED)).join('');
	const texts = all.match(new RegExp(`.{1,${CALLS_OF_A_TEXT}}`, 'g')) ?? [];
	return Object.fromEntries(texts.map((text, at) => [nameOf(at), text]));
}

/** Undefined where the texts are not those of so many calls. */
export function readHandled(
	texts: Readonly<Record<string, unknown>>,
	ids: readonly string[],
): ReadonlySet<string> | undefined {
	const all = Array.from({ length: TEXTS }, (_, at) => String(texts[nameOf(at)] ?? '')).join('');
	return all.length === ids.length ? new Set(ids.filter((_, at) => all[at] === HANDLED)) : undefined;
}
