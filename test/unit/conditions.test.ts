import type { IDataObject } from 'n8n-workflow';

import { conditionRow, reasonAgainst } from '../../nodes/delivery/conditions';
import { inWords } from '../../nodes/delivery/why-ignored';
import { qCall } from '../../nodes/QCall/provider';

/** Why a condition excludes a call with this value; undefined where it lets it through. */
function why(operator: string, has: IDataObject[string], value?: unknown): string | undefined {
	const row = conditionRow.parse({ field: ' it ', operator, value });
	if (typeof row !== 'object') throw new Error('This row is no condition.');
	const excluded = reasonAgainst(row, has === undefined ? {} : { it: has }, qCall.parameters);
	return excluded && inWords(excluded);
}

const holds = (operator: string, has: IDataObject[string], value?: unknown) => why(operator, has, value) === undefined;

it.each<{ operator: string; has: IDataObject[string]; value: string; words: string; shown: string }>([
	{ operator: 'equals', has: 'a', value: 'b', words: 'equals', shown: '"a"' },
	{ operator: 'notEquals', has: 'a', value: 'A', words: 'does not equal', shown: '"a"' },
	{ operator: 'contains', has: 'abc', value: 'd', words: 'contains', shown: '"abc"' },
	{ operator: 'notContains', has: 'abc', value: 'b', words: 'does not contain', shown: '"abc"' },
	{ operator: 'startsWith', has: 'abc', value: 'b', words: 'starts with', shown: '"abc"' },
	{ operator: 'endsWith', has: 'abc', value: 'b', words: 'ends with', shown: '"abc"' },
	{ operator: 'greaterThan', has: 5, value: '5', words: 'is greater than', shown: '"5"' },
	{ operator: 'lessThan', has: 5, value: '5', words: 'is less than', shown: '"5"' },
	{ operator: 'isEmpty', has: 'a', value: '', words: 'is empty', shown: '"a"' },
	{ operator: 'isNotEmpty', has: ' ', value: '', words: 'is not empty', shown: 'nothing' },
	{ operator: 'equals', has: undefined, value: 'b', words: 'equals', shown: 'nothing' },
	{ operator: 'equals', has: null, value: 'b', words: 'equals', shown: 'nothing' },
	{ operator: 'equals', has: [], value: 'b', words: 'equals', shown: 'nothing' },
	{ operator: 'equals', has: { a: [1] }, value: 'b', words: 'equals', shown: '"{"a":[1]}"' },
])('says what does not hold: $operator', ({ operator, has, value, words, shown }) => {
	const message = why(operator, has, value) ?? '';
	expect(message).toMatch(/^a condition .*does not hold/);
	expect(message).toMatch(new RegExp(`\\bit\\b.*\\b${words}\\b`));
	expect(message.endsWith(`the call has ${shown}`)).toBe(true);
});

it('is short in an answer, whatever the user or the sender put in', () => {
	expect(why('equals', 'x'.repeat(9_999), 'y'.repeat(9_999))?.length).toBeLessThan(600);
});

it.each<[string, IDataObject[string], string]>([
	['equals', 'A ', 'a'],
	['equals', 30, '30.0'],
	['equals', '30', '30'],
	['equals', true, 'TRUE'],
	['notEquals', '30', '30.0'],
	['notEquals', 30, '31'],
	['notEquals', undefined, 'a'],
	['contains', 'rappel demandé', 'DEMANDE'],
	['contains', [{ sku: 'B-7' }], '"sku":"b-7"'],
	['notContains', 'abc', 'd'],
	['notContains', null, 'd'],
	['startsWith', 'abc', 'AB'],
	['endsWith', 'abc', 'BC'],
	['greaterThan', 5, '4.99'],
	['lessThan', 5, '5.01'],
	['lessThan', -5, '-4'],
	['greaterThan', '1.9', '1.10'],
	['greaterThan', '10', '9'],
	['lessThan', '-1.5', '-1.25'],
	['lessThan', '-0.5', '+0.4'],
	['greaterThan', '+0.5', '0.4999999999999999999999'],
	['lessThan', '0.4999999999999999999999', '0.5'],
	['greaterThan', '5.', '4.5'],
	['greaterThan', 1e21, '5'],
	['lessThan', 1e-7, '0.001'],
	['lessThan', '.5', '.55'],
	['greaterThan', 5, '.5'],
	['isEmpty', null, ''],
	['isEmpty', '  ', ''],
	['isEmpty', [], ''],
	['isEmpty', {}, ''],
	['isNotEmpty', [null], ''],
	['isNotEmpty', { a: null }, ''],
	['equals', 'Follow\u2011up', 'follow-up'],
	['contains', 'she doesn’t  want\nit', "doesn't want it"],
	['endsWith', `${'a'.repeat(200_000)} the end`, 'The End'],
	['startsWith', `The beginning ${'a'.repeat(200_000)}`, 'the beginning'],
	['isNotEmpty', 0, ''],
	['isNotEmpty', false, ''],
])('holds: %s of %p and %p', (operator, has, value) => {
	expect(holds(operator, has, value)).toBe(true);
});

it.each<[string, IDataObject[string], string]>([
	['equals', 5, '5a'],
	['equals', null, '0'],
	['contains', null, 'n'],
	['startsWith', 'abc', 'bc'],
	['endsWith', 'abc', 'ab'],
	['greaterThan', '5.0', '5'],
	['lessThan', '5.0', '5'],
	['greaterThan', '9', '10'],
	['greaterThan', null, '-1'],
	['lessThan', null, '1'],
	['isEmpty', 0, ''],
	['isNotEmpty', '', ''],
	['isNotEmpty', [], ''],
	['isNotEmpty', {}, ''],
	['contains', [], '['],
	['contains', `${'a'.repeat(200_000)} the end`, 'the end'],
])('does not hold: %s of %p and %p', (operator, has, value) => {
	expect(holds(operator, has, value)).toBe(false);
});

describe('greater and less', () => {
	it.each([
		'5 minutes',
		'about 5',
		'1.2.3',
		'1,5',
		'0x5',
		'5e1',
		'--5',
		true,
		[5],
		'5'.repeat(301),
		`1.${'5'.repeat(301)}`,
	])('is a call with %p neither of: that is no number', (has) => {
		expect([holds('greaterThan', has, '1'), holds('lessThan', has, '9')]).toEqual([false, false]);
		expect([holds('greaterThan', has, '-1'), holds('lessThan', has, `1${'0'.repeat(299)}`)]).toEqual([false, false]);
	});

	it('go to the last of 300 digits', () => {
		const long = '1'.repeat(299);
		expect([holds('greaterThan', `${long}2`, `${long}1`), holds('lessThan', `${long}2`, `${long}1`)]).toEqual([
			true,
			false,
		]);
		expect(holds('greaterThan', `0.${long}2`, `0.${long}1`)).toBe(true);
	});

	it.each(['a lot', '5 minutes', '1e3', '.', '5'.repeat(301), `1.${'5'.repeat(301)}`])(
		'than %p cannot be told of anything',
		(value) => {
			for (const operator of ['greaterThan', 'lessThan']) {
				const { error } = conditionRow.safeParse({ field: 'it', operator, value });
				expect(error?.issues[0]?.message).toMatch(/^compare it with ".*", which is no number: enter digits/);
			}
			expect(conditionRow.parse({ field: 'it', operator: 'equals', value })).toEqual(expect.any(Object));
		},
	);

	it('than a number with space around it is one', () => {
		expect([holds('greaterThan', 5, ' 4 '), holds('greaterThan', '5', ' 6 ')]).toEqual([true, false]);
	});
});

describe('a row that says nothing is no condition', () => {
	it.each([undefined, null, '', '  '])('its field is %p', (field) => {
		expect(conditionRow.parse({ field, operator: 'equals', value: 'a' })).toBeUndefined();
	});

	it.each([undefined, null, '', '  '])('its value is %p, where one is needed', (value) => {
		for (const operator of [
			'equals',
			'notEquals',
			'contains',
			'notContains',
			'startsWith',
			'endsWith',
			'greaterThan',
			'lessThan',
		]) {
			expect(conditionRow.parse({ field: 'it', operator, value })).toMatch(/^The condition on it has no value/);
		}
		for (const operator of ['isEmpty', 'isNotEmpty']) {
			expect(conditionRow.parse({ field: 'it', operator, value })).toMatchObject({ field: 'it', operator });
		}
	});
});

it('takes for text what has one of its own, and an empty list for nothing', () => {
	const date = { toString: () => '2026-04-24' };
	expect(conditionRow.parse({ field: 'it', value: date })).toMatchObject({ value: '2026-04-24' });
	expect(conditionRow.parse({ field: 'it', value: [] })).toMatch(/has no value/);
	for (const value of [{ a: 1 }, ['a']]) expect(conditionRow.safeParse({ field: 'it', value }).success).toBe(false);
});

it('is equals where the user chose no operator, and takes a value of any type from an expression', () => {
	expect(conditionRow.parse({ field: 'it', value: 7 })).toEqual({ field: 'it', operator: 'equals', value: '7' });
	expect(conditionRow.parse({ field: 7, value: true })).toEqual({ field: '7', operator: 'equals', value: 'true' });
});

it('has an operator that exists', () => {
	expect(conditionRow.safeParse({ field: 'it', operator: 'like', value: 'a' }).error?.issues[0]?.message).toContain(
		'an operator that does not exist',
	);
});
