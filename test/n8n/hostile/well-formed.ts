/** A text as UTF-8 can tell it: half of a character (a lone surrogate) becomes a replacement character. */
export function wellFormed(text: string): string {
	return Buffer.from(text, 'utf8').toString('utf8');
}
