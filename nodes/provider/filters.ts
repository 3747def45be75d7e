import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import { foldText, isBlank, isSamePhoneNumber, shown } from './comparing';

/** Why a call is excluded, completing "the call …"; undefined if it passes. */
export type Exclusion<Call> = (call: Call) => string | undefined;

/** One filter that a user can set. */
export interface Filter<Call> {
	/** The parameter's name in Filters. */
	readonly parameter: string;
	/** The fields it looks at: the first that has a value counts, and of a list's filter any of them. */
	readonly fields: ReadonlyArray<keyof Call & string>;
	/** Whether it looks at what a call has only when it has ended: before that, it does not apply. */
	readonly onlyAfterItsEnd?: boolean;
	/** Parses the user's setting into what says why a call is excluded. What it cannot read is an issue to complete "<label> …". */
	readonly setting: z.ZodType<Exclusion<Call>>;
}

type FilterHead<Call> = Omit<Filter<Call>, 'setting'>;

/** A list that a user typed: separate entries, or one text with commas or line breaks. */
export const textList = z
	.union([z.array(z.union([z.string(), z.number()]).nullish()), z.string(), z.number()], {
		error: 'must be a list of texts',
	})
	.transform((list) => (Array.isArray(list) ? list : String(list).split(/[,\n]/)))
	.transform((list) => list.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== ''));

/** As a filter, one that has something in it: an expression may give separators alone. */
const filterList = textList.refine((entries) => entries.length > 0, { error: 'has nothing in it' });

const DECIMAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*$/;

/** A number, or text that is one. JavaScript takes `true` and lists for numbers too, and nobody has meant those. */
export const numberOf = (error: string) =>
	z.union([z.number(), z.string().regex(DECIMAL).transform(Number)], { error }).pipe(z.number());

const limit = numberOf('must be a number');

/** The value of the first of the fields that has one; null where none has. */
export function firstValue<Call extends IDataObject>(call: Call, fields: ReadonlyArray<keyof Call & string>) {
	for (const field of fields) if (!isBlank(call[field])) return call[field];
	return null;
}

/** A number on one side of what the user set. `unit` completes the number in the message. */
const bound =
	(isWithin: (value: number, limit: number) => boolean, beyond: string) =>
	<Call extends IDataObject>(head: FilterHead<Call>, unit = ''): Filter<Call> => ({
		...head,
		setting: limit.transform((set) => (call: Call) => {
			const value = firstValue(call, head.fields);
			if (value === null) return `has no ${head.fields[0]}`;
			const isExcluded = !isWithin(Number(value), set);
			return isExcluded ? `has ${shown(value)}${unit}, ${beyond} than ${set}${unit}` : undefined;
		}),
	});

/** A number that must be at least what the user set. */
export const atLeast = bound((value, least) => value >= least, 'less');

/** A number that must be at most what the user set. */
export const atMost = bound((value, most) => value <= most, 'more');

/** From the entries that a user listed, a test for one value. */
type Among = (entries: readonly string[]) => (value: string) => boolean;

const amongTexts: Among = (entries) => {
	const folded = new Set(entries.map(foldText));
	return (value) => folded.has(foldText(value));
};

const amongPhoneNumbers: Among = (entries) => (value) => entries.some((entry) => isSamePhoneNumber(entry, value));

const oneOf =
	(among: Among) =>
	<Call extends IDataObject>(head: FilterHead<Call>): Filter<Call> => ({
		...head,
		setting: filterList.transform((entries) => {
			const isWanted = among(entries);
			return (call: Call) => {
				const values = head.fields.filter((field) => !isBlank(call[field])).map((field) => String(call[field]));
				if (values.some(isWanted)) return undefined;
				return values.length === 0
					? `has no ${head.fields[0]}`
					: `has ${head.fields[0]} "${values.map((value) => shown(value)).join('", "')}"`;
			};
		}),
	});

/** A field, or one of several, that must have one of the values the user listed. */
export const oneOfList = oneOf(amongTexts);

/** A phone number that must be one of those the user listed, in any notation. */
export const oneOfPhoneNumbers = oneOf(amongPhoneNumbers);

/** A field that must have none of the values the user listed. */
export const noneOfList = <Call extends IDataObject>(head: FilterHead<Call>): Filter<Call> => ({
	...head,
	setting: filterList.transform((entries) => {
		const isUnwanted = amongTexts(entries);
		return (call: Call) => {
			const value = firstValue(call, head.fields);
			return value !== null && isUnwanted(String(value)) ? `has ${head.fields[0]} "${shown(value)}"` : undefined;
		};
	}),
});

/** True, false or either, in the setting's words for these. */
export const yesOrNo = <Call extends IDataObject>(
	head: FilterHead<Call>,
	words: { yes: string; no: string; either: string },
): Filter<Call> => ({
	...head,
	setting: z
		.enum([words.yes, words.no, words.either], { error: `must be ${words.yes}, ${words.no} or ${words.either}` })
		.transform((chosen) => (call: Call) => {
			if (chosen === words.either) return undefined;
			const value = firstValue(call, head.fields);
			if (value === null) return `has no ${head.fields[0]}`;
			return value === (chosen === words.yes) ? undefined : `has ${head.fields[0]} ${String(value)}`;
		}),
});
