const LONGEST_LINE = 2_000;

/** A text of whomever as a line can hold it: line breaks and other characters that cannot be seen would forge another line. */
export function inOneLine(text: string): string {
	const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
	return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}
