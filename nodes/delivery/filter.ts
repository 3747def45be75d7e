import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { Provider } from './provider';
import type { Condition, Settings } from './settings';
import { textList } from './settings';
import { digitsOf, foldText, isBlank, shown } from './text';
import type { TypedCall } from './type';

/** One filter that a user can set: which parameter, which field it looks at, and why it would exclude a call. */
export interface Filter<Call> {
	readonly parameter: string;
	readonly label: string;
	readonly fields: ReadonlyArray<keyof Call & string>;
	/** Whether the field is filled by the provider's AI, which may come later or never. */
	readonly needsAi?: boolean;
	/** Why the call is excluded, completing "the call …"; undefined if it passes. Throws if the setting is unusable. */
	readonly excludes: (call: Call, setting: unknown) => string | undefined;
}

const limit = z.coerce.number();

function firstValue<Call extends IDataObject>(call: Call, fields: ReadonlyArray<keyof Call & string>) {
	for (const field of fields) if (!isBlank(call[field])) return call[field];
	return null;
}

type FilterHead<Call> = Omit<Filter<Call>, 'excludes'>;

/** A number on one side of what the user set. `unit` completes the number in the message. */
const bound =
	(isWithin: (value: number, limit: number) => boolean, beyond: string) =>
	<Call extends IDataObject>(head: FilterHead<Call>, unit: string): Filter<Call> => ({
		...head,
		excludes: (call, setting) => {
			const set = limit.parse(setting);
			const value = firstValue(call, head.fields);
			if (value === null) return `has no ${head.fields[0]}`;
			const isExcluded = !isWithin(Number(value), set);
			return isExcluded ? `has ${shown(value)}${unit}, ${beyond} than ${set}${unit}` : undefined;
		},
	});

/** A number that must be at least what the user set. */
export const atLeast = bound((value, least) => value >= least, 'less');

/** A number that must be at most what the user set. */
export const atMost = bound((value, most) => value <= most, 'more');

/** How the values of a list are compared with a call's. */
type Sameness = (value: string) => string;

/** A field, or one of several, that must have one of the values the user listed; an empty list lets all through. */
export const oneOfList = <Call extends IDataObject>(
	head: FilterHead<Call>,
	sameness: Sameness = foldText,
): Filter<Call> => ({
	...head,
	excludes: (call, setting) => {
		const wanted = new Set(textList.parse(setting).map(sameness));
		if (wanted.size === 0) return undefined;
		const values = head.fields.filter((field) => !isBlank(call[field])).map((field) => String(call[field]));
		if (values.some((value) => wanted.has(sameness(value)))) return undefined;
		return values.length === 0
			? `has no ${head.fields[0]}`
			: `has ${head.fields[0]} "${values.map(shown).join('", "')}"`;
	},
});

/** A field that must have none of the values the user listed. */
export const noneOfList = <Call extends IDataObject>(head: FilterHead<Call>): Filter<Call> => ({
	...head,
	excludes: (call, setting) => {
		const unwanted = new Set(textList.parse(setting).map(foldText));
		const value = firstValue(call, head.fields);
		if (value === null || !unwanted.has(foldText(String(value)))) return undefined;
		return `has ${head.fields[0]} "${shown(value)}"`;
	},
});

/** True, false or either. The setting's values are the user's words for these. */
export const yesOrNo = <Call extends IDataObject>(
	head: FilterHead<Call>,
	words: { yes: string; no: string },
): Filter<Call> => ({
	...head,
	excludes: (call, setting) => {
		const value = firstValue(call, head.fields);
		if (setting === words.yes) return value === true ? undefined : `has ${head.fields[0]} ${String(value)}`;
		if (setting === words.no) return value === false ? undefined : `has ${head.fields[0]} ${String(value)}`;
		return undefined;
	},
});

/** Numbers in any spelling are the same number: only digits are compared. */
export const sameNumber: Sameness = digitsOf;

/**
 * Why a call is excluded by Trigger On or by a filter, in words for the user; undefined if it passes all of them.
 * A field that arrived but could not be typed excludes nothing: nobody loses a call over a slip in a field.
 */
export function filterCall<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings,
	{ call, issues }: TypedCall<Call>,
): string | undefined {
	const untyped = new Set(issues.map((issue) => issue.field));
	if (!untyped.has('event')) {
		const notTriggered = provider.notTriggeredBy(call, settings.triggerOn);
		if (notTriggered !== undefined) return notTriggered;
	}

	for (const filter of provider.filters) {
		const setting = settings.filters[filter.parameter];
		if (isBlank(setting) || filter.fields.some((field) => untyped.has(field))) continue;
		const excluded = filter.excludes(call, setting);
		if (excluded === undefined) continue;
		const missing = filter.needsAi && firstValue(call, filter.fields) === null && provider.awaitsAi(call);
		if (missing && settings.missingAiData === 'letThrough') continue;
		const hint = missing ? '; its AI analysis had not finished (tick Wait for AI processing in the call flow)' : '';
		return `the filter ${filter.label} excludes it: the call ${excluded}${hint}`;
	}

	for (const condition of settings.conditions) {
		if (untyped.has(condition.field) || holds(condition, call[condition.field])) continue;
		const value = isBlank(call[condition.field]) ? 'nothing' : `"${shown(call[condition.field])}"`;
		const expected = [OPERATOR_WORDS[condition.operator], condition.value].filter((word) => word !== '').join(' ');
		return `a condition does not hold: ${condition.field} ${expected}; the call has ${value}`;
	}
	return undefined;
}

const OPERATOR_WORDS: Record<Condition['operator'], string> = {
	equals: 'equals',
	notEquals: 'does not equal',
	contains: 'contains',
	notContains: 'does not contain',
	startsWith: 'starts with',
	endsWith: 'ends with',
	greaterThan: 'is greater than',
	lessThan: 'is less than',
	isEmpty: 'is empty',
	isNotEmpty: 'is not empty',
};

function holds({ operator, value: wanted }: Condition, value: IDataObject[string]): boolean {
	const has = isBlank(value) ? '' : foldText(typeof value === 'object' ? JSON.stringify(value) : String(value));
	const wants = foldText(wanted);
	const bothNumbers = has !== '' && wants !== '' && !Number.isNaN(Number(has)) && !Number.isNaN(Number(wants));
	const equal = bothNumbers ? Number(has) === Number(wants) : has === wants;
	switch (operator) {
		case 'equals':
			return equal;
		case 'notEquals':
			return !equal;
		case 'contains':
			return has.includes(wants);
		case 'notContains':
			return !has.includes(wants);
		case 'startsWith':
			return has.startsWith(wants);
		case 'endsWith':
			return has.endsWith(wants);
		case 'greaterThan':
			return bothNumbers ? Number(has) > Number(wants) : has !== '' && has > wants;
		case 'lessThan':
			return bothNumbers ? Number(has) < Number(wants) : has !== '' && has < wants;
		case 'isEmpty':
			return has === '';
		case 'isNotEmpty':
			return has !== '';
	}
}
