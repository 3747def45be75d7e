import type { GenericValue } from 'n8n-workflow';
import { z } from 'zod/v4';

import { foldText, hasLostDigits, isBlank } from './comparing';
import { toDate } from './dates';

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

/** Text; a number or true/false that arrives instead becomes its text. */
export const text = () => field('string', 'text', toText);

/** A finite number, or text that is one in plain decimal notation ("184", "0.42"), of which no whole digit is lost. */
export const number = () => field('number', 'a number', toNumber);

/** True or false, or the words for it: true/false, yes/no, 1/0. */
export const boolean = () => field('boolean', 'true or false', toBoolean);

/**
 * A date or a moment as text in ISO 8601 ("2026-04-24", "2026-03-30T14:30:00Z"), kept as text: n8n's items are JSON. The
 * notations of SQL and of e-mail, dates in English words, and digits that say one day, become ISO 8601; luxon, which n8n
 * brings, reads them (docs/n8n.md, 22).
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
