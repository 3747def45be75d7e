import type { GenericValue } from 'n8n-workflow';
import { z } from 'zod';

import { foldText, hasLostDigits, isBlank } from './text';

/**
 * The kinds of field a provider's schema is made of. Each takes whatever arrived (JSON value, form text, nothing at
 * all) and gives its type or null. What cannot be typed is a zod issue whose message completes "expected …".
 */
function field<Out extends z.ZodTypeAny>(
	out: Out,
	expected: string,
	convert: (value: unknown) => z.input<Out> | undefined,
) {
	return z
		.unknown()
		.transform((value, context): z.input<Out> | null => {
			if (isBlank(value)) return null;
			const converted = convert(value);
			if (converted === undefined) {
				context.addIssue({ code: z.ZodIssueCode.custom, message: `expected ${expected}` });
				return z.NEVER;
			}
			return converted;
		})
		.pipe(out.nullable());
}

/** Digits have one place each to match: where they have two, a long text of digits keeps n8n busy for hours. */
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
	return Number.isFinite(number) ? number : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
	const word = toText(value)?.trim().toLowerCase();
	if (word === undefined) return undefined;
	if (TRUE_WORDS.has(word)) return true;
	return FALSE_WORDS.has(word) ? false : undefined;
}

const calendarDate = z.union([z.string().date(), z.string().datetime({ offset: true, local: true })]);

function toDate(value: unknown): string | undefined {
	if (typeof value !== 'string') return undefined;
	const date = calendarDate.safeParse(value.trim());
	return date.success ? date.data : undefined;
}

/** Text; a number or true/false that arrives instead becomes its text. */
export const text = () => field(z.string(), 'text', toText);

/** A finite number, or text that is one in plain decimal notation ("184", "0.42"). */
export const number = () => field(z.number(), 'a number', toNumber);

/** True or false, or the words for it: true/false, yes/no, 1/0. */
export const boolean = () => field(z.boolean(), 'true or false', toBoolean);

/** A date or a moment in ISO 8601 as text ("2026-04-24", "2026-03-30T14:30:00Z"), kept as text: n8n's items are JSON. */
export const date = () =>
	field(z.string().describe('ISO 8601'), 'a date like 2026-04-24 or 2026-04-24T14:30:00Z', toDate);

/** A phone number as text. In a form or query string an unescaped "+" arrives as a space: it is put back. */
export const phone = () => field(z.string(), 'text', (value) => toText(value)?.replace(/^ (?=\d)/, '+'));

/** Text of which some values are documented: those are given their documented spelling, any other is kept. */
export const oneOf = (...documented: readonly string[]) => {
	const spelling = new Map(documented.map((value) => [foldText(value), value]));
	return field(z.string().describe(documented.join(', ')), 'text', (value) => {
		const arrived = toText(value);
		return arrived === undefined ? undefined : (spelling.get(foldText(arrived)) ?? arrived);
	});
};

/** A field nobody has documented: kept as it is, only an empty one is null. */
export const undocumented = z.unknown().transform((value, context): GenericValue => {
	if (isBlank(value)) return null;
	switch (typeof value) {
		case 'string':
		case 'boolean':
		case 'object':
			return value;
		case 'number':
			if (Number.isFinite(value)) return value;
	}
	context.addIssue({ code: z.ZodIssueCode.custom, message: 'expected a number that fits' });
	return z.NEVER;
});

/** The data types of a Body Parameter (QCall guide, "Body Parameter fields": string, number, or boolean). */
export const bodyParameterTypes = { string: text(), number: number(), boolean: boolean() } as const;
