/** Whether a value stands for "nothing": absent, null, or text of white space only. */
export function isBlank(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Whether a number is too large for its last digits to have survived: two different ones may have become one. */
export function hasLostDigits(value: number): boolean {
	return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** More marks on one letter than any language has. Unicode puts them in order, in a time that grows with their square. */
const OVERLONG_MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * Text as it is compared: without case, accents and outer space. Only the accents of European scripts go: in the
 * Indian scripts a combining mark is a vowel, and without it words would become one another.
 */
export function foldText(value: string): string {
	return value
		.toLowerCase()
		.replace(OVERLONG_MARKS, '$1')
		.normalize('NFKD')
		.replace(/[\u0300-\u036f]/g, '')
		.normalize('NFC')
		.trim();
}

/** The digits of a phone number, so that "+1 (573) 555-1234" and "+15735551234" are one number. */
export function digitsOf(value: string): string {
	return value.replace(/\D/g, '');
}

const MAX_SHOWN_LENGTH = 200;

/** A value as an answer shows it: as text, and short, since a sender can put a whole book into a field. */
export function shown(value: unknown): string {
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
