import { DateTime } from 'luxon';
import type { GenericValue } from 'n8n-workflow';
import { z } from 'zod/v4';

import { foldText, hasLostDigits, isBlank } from './comparing';

/** What JSON schema calls the type that a field has where it is not null. */
type JsonType = 'string' | 'number' | 'boolean';

/** What is known of a field beside its description; part of its JSON schema too. */
interface FieldMeta {
	/** Its documented values, if it has some. */
	examples?: readonly string[];
	/** How its text is written. */
	notation?: string;
}

/**
 * The kinds of field a provider's schema is made of. Each takes whatever arrived (JSON value, form text, nothing at
 * all) and gives its type or null. What cannot be typed is a zod issue whose message completes "expected …".
 */
function field<Value>(
	type: JsonType,
	expected: string,
	convert: (value: unknown) => Value | undefined,
	meta: FieldMeta = {},
) {
	return z
		.transform((value: unknown, context): Value | null => {
			if (isBlank(value)) return null;
			const converted = convert(value);
			if (converted !== undefined) return converted;
			context.issues.push({ code: 'custom', message: `expected ${expected}`, input: value });
			return z.NEVER;
		})
		.meta({ type: [type, 'null'], ...meta });
}

/** No digit can match in two places: otherwise a long text of digits keeps n8n busy for hours. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const TRUE_WORDS = new Set(['true', 'yes', '1']);
const FALSE_WORDS = new Set(['false', 'no', '0']);

function toText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean') return String(value);
	return typeof value === 'number' && Number.isFinite(value) && !hasLostDigits(value) ? String(value) : undefined;
}

function toNumber(value: unknown): number | undefined {
	if (typeof value === 'string' && !DECIMAL.test(value.trim())) return undefined;
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const number = Number(value);
	return Number.isFinite(number) && !hasLostDigits(number) ? number : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
	const word = toText(value)?.trim().toLowerCase();
	if (word === undefined) return undefined;
	if (TRUE_WORDS.has(word)) return true;
	return FALSE_WORDS.has(word) ? false : undefined;
}

const ISO_DATES = [z.regexes.date, z.regexes.datetime({ offset: true, local: true })];

/** Longer than a date in any of these notations; luxon reads no more of a hostile text. */
const LONGEST_DATE = 64;
/** Dates in words, which a model writes as it likes. One in digits alone is not among them: 04/05 is two days. */
const DATES_IN_WORDS = ['d LLLL yyyy', 'd LLL yyyy', 'LLLL d, yyyy', 'LLL d, yyyy', 'LLLL d yyyy', 'LLL d yyyy'];

function toDate(value: unknown): string | undefined {
	if (typeof value !== 'string' || value.length > LONGEST_DATE) return undefined;
	// A zone's name in brackets stands behind its offset.
	const written = value.trim().replace(/\s*[([][^)\]]*[)\]]$/, '');
	if (ISO_DATES.some((form) => form.test(written))) return written;
	// luxon would make up a day for a time alone, and a century for a year of two digits.
	if (!/(?:^|\D)\d{4}(?:\D|$)/.test(written)) return undefined;
	// Where no offset was sent nobody knows the zone: none is made up, and no hour is skipped over in this machine's zone.
	const asSent = { zone: 'utc', setZone: true };
	const read = /^\d{4}-\d\d-\d\d/.test(written)
		? [DateTime.fromISO(written.toUpperCase(), asSent), DateTime.fromSQL(written, asSent)]
		: [DateTime.fromRFC2822(written, asSent)];
	const moment = read.find(({ isValid }) => isValid);
	if (moment !== undefined) {
		if (!/:|[T ]\d/i.test(written)) return moment.toISODate() ?? undefined;
		const includeOffset = /(?:[a-z]|[+-]\d\d(?::?\d\d)?)$/i.test(written);
		return moment.toISO({ suppressMilliseconds: true, includeOffset }) ?? undefined;
	}
	const inWords = DATES_IN_WORDS.map((format) => DateTime.fromFormat(written, format, { locale: 'en' }));
	return inWords.find(({ isValid }) => isValid)?.toISODate() ?? undefined;
}

/** Text; a number or true/false that arrives instead becomes its text. */
export const text = () => field('string', 'text', toText);

/** A finite number, or text that is one in plain decimal notation ("184", "0.42"), of which no whole digit is lost. */
export const number = () => field('number', 'a number', toNumber);

/** True or false, or the words for it: true/false, yes/no, 1/0. */
export const boolean = () => field('boolean', 'true or false', toBoolean);

/**
 * A date or a moment as text in ISO 8601 ("2026-04-24", "2026-03-30T14:30:00Z"), kept as text: n8n's items are JSON. The
 * notations of SQL and of e-mail, and dates in English words, become ISO 8601; luxon, which n8n brings, reads them
 * (docs/n8n.md, 22).
 */
export const date = () =>
	field('string', 'a date like 2026-04-24 or 2026-04-24T14:30:00Z', toDate, { notation: 'ISO 8601' });

/** Longer than any value that a guide documents, with room for spaces. */
const LONGEST_DOCUMENTED_VALUE = 100;

/** Text of which some values are documented: those are given their documented spelling, any other is kept. */
export const oneOf = (...documented: readonly string[]) => {
	const spelling = new Map(documented.map((value) => [foldText(value), value]));
	const asDocumented = new Set(documented);
	const toSpelling = (value: unknown) => {
		const arrived = toText(value);
		if (arrived === undefined || asDocumented.has(arrived) || arrived.length > LONGEST_DOCUMENTED_VALUE) return arrived;
		return spelling.get(foldText(arrived)) ?? arrived;
	};
	return field('string', 'text', toSpelling, { examples: documented });
};

/** A field nobody has documented: kept as it is, only an empty one is null. */
export const undocumented = z.transform((value: unknown, context): GenericValue => {
	if (isBlank(value)) return null;
	if (!hasLostDigits(value)) {
		switch (typeof value) {
			case 'string':
			case 'boolean':
			case 'object':
				return value;
			case 'number':
				if (Number.isFinite(value)) return value;
		}
	}
	const message = 'expected numbers of at most 15 digits: send longer ones as text';
	context.issues.push({ code: 'custom', message, input: value });
	return z.NEVER;
});

/** The data types of a Body Parameter (QCall guide, "Body Parameter fields": string, number, or boolean). */
export const bodyParameterTypes = { string: text(), number: number(), boolean: boolean() } as const;
