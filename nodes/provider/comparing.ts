/** Whether a value stands for "nothing": absent, null, or text of white space only. */
export function isBlank(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/**
 * Whether digits of a number were lost on its way: JSON has numbers of any length, JavaScript keeps 15 to 17 digits, so
 * two different order numbers may have become one. Looks into lists and objects too.
 */
export function hasLostDigits(value: unknown): boolean {
	if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
	return typeof value === 'object' && value !== null && Object.values(value).some(hasLostDigits);
}

/**
 * More marks on one letter than any language has: to normalize them takes a time that grows with their square. The four
 * characters that are named are, or begin with, a mark once they are normalized.
 */
const OVERLONG_MARKS = /([\p{M}\u0e33\u0eb3\uff9e\uff9f]{30})[\p{M}\u0e33\u0eb3\uff9e\uff9f]+/gu;

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

/** Longer than a phone number in any notation; of a longer text no digit is read. */
const LONGEST_PHONE_NUMBER = 64;

/** The digits of a phone number, so that "+1 (573) 555-1234" and "+15735551234" are one number; none where it is none. */
export function phoneDigits(value: string): string {
	return value.length > LONGEST_PHONE_NUMBER ? '' : value.normalize('NFKC').replace(/\D/g, '');
}

/** Fewer are a short code or an extension, which could end many a number. */
const FEWEST_DIGITS_OF_A_PHONE_NUMBER = 7;
const MOST_DIGITS_OF_A_COUNTRY_CODE = 3;

/**
 * Whether two phone numbers are one, in any notation, with or without the country code: "(573) 555-1234" is
 * "+15735551234", "020 7946 0958" and "+44 (0)20 7946 0958" are "+442079460958". What has no digits is no number.
 */
export function isSamePhoneNumber(one: string, other: string): boolean {
	// The 0 in brackets is dialled instead of the country code, not after it.
	const [a, b] = [one, other].map((number) => (number.includes('+') ? number.replace('(0)', '') : number));
	const [left = '', right = ''] = [a, b].map((number = '') => phoneDigits(number));
	if (left === '' || right === '') return false;
	if (left === right) return true;
	// Both have a country code, and these differ.
	if ([one, other].every((number) => number.trim().startsWith('+'))) return false;
	// A leading 0 is dialled within a country, 00 out of it; neither is part of the number with its country code.
	const [shorter = '', longer = ''] = [left, right]
		.map((digits) => digits.replace(/^0+/, ''))
		.sort((x, y) => x.length - y.length);
	return (
		shorter.length >= FEWEST_DIGITS_OF_A_PHONE_NUMBER &&
		longer.length - shorter.length <= MOST_DIGITS_OF_A_COUNTRY_CODE &&
		longer.endsWith(shorter)
	);
}

const MAX_SHOWN_LENGTH = 200;

/** A value as an answer shows it: as text, and short, since a sender can put a whole book into a field. */
export function shown(value: unknown): string {
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}…` : text;
}
