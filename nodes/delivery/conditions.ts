import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import { foldText, isBlank, LONGEST_COMPARED, shown } from '../provider/comparing';

const operators = z.enum(
	[
		'equals',
		'notEquals',
		'contains',
		'notContains',
		'startsWith',
		'endsWith',
		'greaterThan',
		'lessThan',
		'isEmpty',
		'isNotEmpty',
	],
	{ error: 'have an operator that does not exist' },
);

type Operator = z.infer<typeof operators>;

const OPERATOR_WORDS: Record<Operator, string> = {
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

const WITHOUT_VALUE: readonly Operator[] = ['isEmpty', 'isNotEmpty'];
const OF_NUMBERS: readonly Operator[] = ['greaterThan', 'lessThan'];

const NO_TEXT = 'have a field or value that is a list or an object: give a text or a number';

/** Text, or what an expression gives that is plain as text. Compared as `[object Object]` no call would be let through. */
const textOf = z.unknown().transform((value, context) => {
	if (isBlank(value)) return '';
	const text = String(value);
	if (typeof value !== 'object' || text === '' || !(Array.isArray(value) || text.startsWith('[object '))) return text;
	context.issues.push({ code: 'custom', message: NO_TEXT, input: value });
	return z.NEVER;
});

/** A row of Conditions, as a user fills it in. */
const row = z.object(
	{ field: textOf, operator: operators.default('equals'), value: textOf },
	{ error: 'have a row that is none' },
);

export type Condition = z.infer<typeof row>;

/**
 * A row as a condition. One whose field is blank is none, nor is one that compares with nothing: half filled in, it must not
 * exclude a call. For such a row, the user is told. Whether something is greater or less than what is no number nobody knows.
 */
export const conditionRow = row.transform((written, context): Condition | string | undefined => {
	const field = written.field.trim();
	if (field === '') return undefined;
	const { operator, value } = written;
	if (WITHOUT_VALUE.includes(operator)) return { ...written, field };
	if (value === '') {
		return `The condition on ${shown(field)} has no value, so it lets every call through. Enter one, or choose Is Empty or Is Not Empty.`;
	}
	if (!OF_NUMBERS.includes(operator) || isDecimal(value.trim())) return { ...written, field };
	const message = `compare ${shown(field)} with "${shown(value)}", which is no number: enter digits, such as 1000 or 0.5`;
	context.issues.push({ code: 'custom', message, input: value });
	return z.NEVER;
});

/**
 * Why a condition excludes a call, in words for the user; undefined where it holds. It says nothing of the value that the
 * call was compared with: where that is a secret, the sender must not learn it.
 */
export function reasonAgainst<Call extends IDataObject>(
	{ field, operator, value }: Condition,
	call: Call,
): string | undefined {
	const has = Object.hasOwn(call, field) ? call[field] : null;
	if (holds(operator, has, value)) return undefined;
	return `a condition on ${field} does not hold (${OPERATOR_WORDS[operator]}); the call has ${isEmpty(has) ? 'nothing' : `"${shown(has)}"`}`;
}

/** Whether a value is nothing: blank, or a list or an object with nothing in it. */
function isEmpty(value: IDataObject[string]): boolean {
	return isBlank(value) || (typeof value === 'object' && Object.keys(Object(value)).length === 0);
}

function holds(operator: Operator, has: IDataObject[string], wanted: string): boolean {
	const wants = foldText(wanted);
	const whole = isEmpty(has) ? '' : typeof has === 'object' ? JSON.stringify(has) : String(has);
	// Of a text that is too long to be compared whole, the end is what this asks for.
	const text = foldText(operator === 'endsWith' ? whole.slice(-LONGEST_COMPARED) : whole);
	switch (operator) {
		case 'equals':
			return equals(has, text, wants);
		case 'notEquals':
			return !equals(has, text, wants);
		case 'contains':
			return text.includes(wants);
		case 'notContains':
			return !text.includes(wants);
		case 'startsWith':
			return text.startsWith(wants);
		case 'endsWith':
			return text.endsWith(wants);
		case 'greaterThan':
			return compare(has, text, wants) > 0;
		case 'lessThan':
			return compare(has, text, wants) < 0;
		case 'isEmpty':
			return text === '';
		case 'isNotEmpty':
			return text !== '';
	}
}

/** A number equals a number however it is written, 30 as well as 30.0; texts are equal to the letter: 01234 is not 1234. */
function equals(has: IDataObject[string], text: string, wants: string): boolean {
	return typeof has === 'number' && isDecimal(wants) ? has === Number(wants) : text === wants;
}

/** Above 0 where the call has more, below 0 where it has less; what is no number is neither. */
function compare(has: IDataObject[string], text: string, wants: string): number {
	if (typeof has === 'number') return has - Number(wants);
	return isDecimal(text) ? compareDecimals(text, wants) : 0;
}

/** Digits and a point, without an exponent; longer ones are no numbers that anybody compares. */
const PLAIN_DECIMAL = /^[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})$/;

const isDecimal = (text: string) => PLAIN_DECIMAL.test(text);

/** Compares two plain decimals to their last digit, where JavaScript's numbers keep 15. */
function compareDecimals(a: string, b: string): number {
	const places = Math.max(...[a, b].map((each) => each.split('.')[1]?.length ?? 0));
	const scaled = (text: string) => {
		const [whole = '', fraction = ''] = text.split('.');
		return BigInt(whole + fraction.padEnd(places, '0'));
	};
	const [left, right] = [scaled(a), scaled(b)];
	return left === right ? 0 : left > right ? 1 : -1;
}
