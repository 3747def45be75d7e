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
	const texts: Record<string, string> = {};
	for (let text = 0; text * CALLS_OF_A_TEXT < all.length; text++)
		texts[nameOf(text)] = all.slice(text * CALLS_OF_A_TEXT, (text + 1) * CALLS_OF_A_TEXT);
	return texts;
}

/** Undefined where the texts are not those of so many calls. */
export function readHandled(
	texts: Readonly<Record<string, unknown>>,
	ids: readonly string[],
): ReadonlySet<string> | undefined {
	let all = '';
	for (let text = 0; typeof texts[nameOf(text)] === 'string'; text++) all += String(texts[nameOf(text)]);
	if (all.length !== ids.length) return undefined;
	return new Set(ids.filter((_, position) => all[position] === HANDLED));
}
