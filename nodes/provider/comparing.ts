/** Whether a value stands for "nothing": absent, null, or text of white space only. */
export function isBlank(value: unknown): boolean {
	return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** A JavaScript number is exact to so many digits; past that, two numbers may have become one. */
const EXACT_DIGITS = 15;
/** A fraction of so large a number is no rounding of a sum, as 184.20000000000002 is: somebody wrote its digits. */
const DIGITS_OF_NO_SUM = 10;

/**
 * Whether digits of a number were lost on its way: JSON has numbers of any length, JavaScript keeps 15 to 17 digits, so
 * two different order numbers may have become one. Looks into lists and objects too.
 */
export function hasLostDigits(value: unknown): boolean {
	if (typeof value === 'number') {
		if (Number.isInteger(value)) return !Number.isSafeInteger(value);
		return Math.abs(value) >= 10 ** DIGITS_OF_NO_SUM && digitsOf(value) > EXACT_DIGITS;
	}
	return typeof value === 'object' && value !== null && Object.values(value).some(hasLostDigits);
}

/** Whether a number has more digits than are sure to have arrived as they were sent, wherever its point is. */
export function hasUnsureDigits(value: number): boolean {
	return hasLostDigits(value) || digitsOf(value) > EXACT_DIGITS;
}

const digitsOf = (value: number) => String(value).replace(/\D/g, '').length;

/** As long as what two hours of talk become; of a longer text no more is compared. */
export const LONGEST_COMPARED = 100_000;

/**
 * More marks on one letter than any language has: to normalize them takes a time that grows with their square. The four
 * characters that are named are, or begin with, a mark once they are normalized.
 */
const OVERLONG_MARKS = /([\p{M}\u0e33\u0eb3\uff9e\uff9f]{30})[\p{M}\u0e33\u0eb3\uff9e\uff9f]+/gu;

/** What nobody sees: zero-width spaces, marks of direction, soft hyphens. The two joiners are a case of their own. */
const INVISIBLE = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu;
/** Joiners shape the letters of Arabic and Indian scripts, where they tell words apart; elsewhere nobody sees them. */
const JOINERS_OF_NOTHING = /(?<!(?!\p{Script=Latin})[\p{L}\p{M}])[\u200c\u200d]+/gu;
const APOSTROPHES = /[\u2018-\u201b\u2032\u02bb-\u02bd\u00b4`]/g;
const QUOTES = /[\u201c-\u201f\u2033]/g;
const DASHES = /[\u2010-\u2015\u2043\u2212]/g;
const WHITE_SPACE = /[\s\p{Cc}]+/gu;

/**
 * Text as it is compared: what the eye cannot tell apart is one. Without case, accents, outer space and what is invisible; a
 * run of white space is one blank, of each kind of dash and of quotation mark there is one, and `ß` is `ss`. Only the
 * accents of European scripts go: in the Indian scripts a combining mark is a vowel, and without it words would become one
 * another. Folded text folds to itself.
 */
export function foldText(value: string): string {
	return (
		value
			.slice(0, LONGEST_COMPARED)
			.replace(INVISIBLE, '')
			.replace(APOSTROPHES, "'")
			.replace(QUOTES, '"')
			.replace(OVERLONG_MARKS, '$1')
			.normalize('NFKD')
			.toLowerCase()
			.replace(/[\u0300-\u036f]/g, '')
			// What becomes one by being normalized, and what would become another.
			.replace(APOSTROPHES, "'")
			.replace(DASHES, '-')
			.replace(/ß/g, 'ss')
			.replace(JOINERS_OF_NOTHING, '')
			.normalize('NFC')
			.replace(WHITE_SPACE, ' ')
			.trim()
	);
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

/** Would take six bytes of an answer each; a line break, or a mark that turns the direction, could forge a line of n8n's log. */
const NOT_SHOWN = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]+/gu;

/** A value as an answer or a log shows it: one line of text, and short, since a sender can put a whole book into a field. */
export function shown(value: unknown, longest = MAX_SHOWN_LENGTH): string {
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
	return cut.replace(NOT_SHOWN, ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Text as HTML, in which nothing that a stranger wrote is a tag. */
export function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? '');
}
