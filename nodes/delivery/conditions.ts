import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { z } from 'zod/v4';

import { foldText, isBlank, LONGEST_COMPARED, shown } from '../provider/comparing';
import { choicesOf } from '../provider/labels';
import type { WhyIgnored } from './why-ignored';

/** A call's value and what a condition compares it with; the texts are folded. */
interface Compared {
	readonly has: IDataObject[string];
	readonly text: string;
	readonly wants: string;
}

/** What Conditions offers as an operator. */
const HOLDS = {
	equals,
	notEquals: (it) => !equals(it),
	contains: ({ text, wants }) => text.includes(wants),
	notContains: ({ text, wants }) => !text.includes(wants),
	startsWith: ({ text, wants }) => text.startsWith(wants),
	endsWith: ({ text, wants }) => text.endsWith(wants),
	greaterThan: (it) => compare(it) > 0,
	lessThan: (it) => compare(it) < 0,
	isEmpty: ({ text }) => text === '',
	isNotEmpty: ({ text }) => text !== '',
} satisfies Record<string, (it: Compared) => boolean>;

type Operator = keyof typeof HOLDS;

const known = z.custom<Operator>((value) => typeof value === 'string' && Object.hasOwn(HOLDS, value), {
	error: 'have an operator that does not exist',
});

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
	{ field: textOf, operator: known.default('equals'), value: textOf },
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
	parameters: readonly INodeProperties[],
): WhyIgnored | undefined {
	const has = Object.hasOwn(call, field) ? call[field] : null;
	if (holds(operator, has, value)) return undefined;
	const words = String(choicesOf(parameters, 'conditions.operator')[operator]).toLowerCase();
	const found = `the call has ${isEmpty(has) ? 'nothing' : `"${shown(has)}"`}`;
	return { reason: `a condition on ${field} does not hold (${words})`, found };
}

/** Whether a value is nothing: blank, or a list or an object with nothing in it. */
function isEmpty(value: IDataObject[string]): boolean {
	return isBlank(value) || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
}

function holds(operator: Operator, has: IDataObject[string], wanted: string): boolean {
	const wants = foldText(wanted);
	const whole = isEmpty(has) ? '' : typeof has === 'object' ? JSON.stringify(has) : String(has);
	// Of a text that is too long to be compared whole, the end is what this asks for.
	const text = foldText(operator === 'endsWith' ? whole.slice(-LONGEST_COMPARED) : whole);
	return HOLDS[operator]({ has, text, wants });
}

/** A number equals a number however it is written, 30 as well as 30.0; texts are equal to the letter: 01234 is not 1234. */
function equals({ has, text, wants }: Compared): boolean {
	return typeof has === 'number' && isDecimal(wants) ? has === Number(wants) : text === wants;
}

/** Above 0 where the call has more, below 0 where it has less; what is no number is neither. */
function compare({ has, text, wants }: Compared): number {
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
