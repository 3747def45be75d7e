import type { Door } from '../deduplication/call-ids';

/**
 * The doors of many calls, as texts short enough for the custom data of an execution: n8n takes 10 values of 255 characters
 * (docs/n8n.md, 32). Each character tells of three calls, in the order in which they were asked for.
 */
const DOORS: ReadonlyArray<Door | undefined> = [undefined, 'webhook', 'catch_up'];
const LETTERS = 'abcdefghijklmnopqrstuvwxyzA';
const CALLS_OF_A_LETTER = 3;
const LETTERS_OF_A_TEXT = 255;
const TEXTS = 10;

/** The most calls that one execution can tell of. */
export const MOST_ASKED = CALLS_OF_A_LETTER * LETTERS_OF_A_TEXT * TEXTS;

const nameOf = (text: number) => `post_call_${text}`;

export function writtenDoors(doors: ReadonlyMap<string, Door>, ids: readonly string[]): Record<string, string> {
	const values = ids.map((id) => DOORS.indexOf(doors.get(id)));
	let letters = '';
	for (let at = 0; at < values.length; at += CALLS_OF_A_LETTER) {
		const [a = 0, b = 0, c = 0] = values.slice(at, at + CALLS_OF_A_LETTER);
		letters += LETTERS[a * 9 + b * 3 + c] ?? '';
	}
	const texts: Record<string, string> = {};
	for (let text = 0; text * LETTERS_OF_A_TEXT < letters.length; text++) {
		texts[nameOf(text)] = letters.slice(text * LETTERS_OF_A_TEXT, (text + 1) * LETTERS_OF_A_TEXT);
	}
	return texts;
}

/** Undefined where the texts are not those of so many calls. */
export function readDoors(
	texts: Readonly<Record<string, unknown>>,
	ids: readonly string[],
): Map<string, Door> | undefined {
	let letters = '';
	for (let text = 0; typeof texts[nameOf(text)] === 'string'; text++) letters += String(texts[nameOf(text)]);
	if (letters.length !== Math.ceil(ids.length / CALLS_OF_A_LETTER)) return undefined;
	const doors = new Map<string, Door>();
	for (const [position, id] of ids.entries()) {
		const value = LETTERS.indexOf(letters[Math.floor(position / CALLS_OF_A_LETTER)] ?? '');
		const door = DOORS[Math.floor(value / 3 ** (2 - (position % CALLS_OF_A_LETTER))) % 3];
		if (door !== undefined) doors.set(id, door);
	}
	return doors;
}
