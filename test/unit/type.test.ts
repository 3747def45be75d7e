import { z } from 'zod/v4';

import { bodyOf, ended } from '../../nodes/delivery/answer';
import { number, text, undocumented } from '../../nodes/provider/field-types';
import { shownIssues, typeFields } from '../../nodes/delivery/type';

const schema = z.object({ name: text(), duration: number() }).partial().catchall(undocumented);

it('names field, value and what is wrong, and leaves the field null', () => {
	expect(typeFields(schema, { name: 'Ada', duration: 'two minutes' }, [])).toEqual({
		call: { name: 'Ada', duration: null },
		issues: [{ field: 'duration', value: 'two minutes', problem: 'expected a number' }],
	});
});

it('keeps fields that nobody documented', () => {
	expect(typeFields(schema, { slot: { day: 1 }, note: '' }, []).call).toEqual({ slot: { day: 1 }, note: null });
});

it('tells of several fields at once, and of a number that JSON cannot hold by its text', () => {
	const { call, issues } = typeFields(schema, { name: ['a'], duration: {}, far: Infinity }, []);
	expect(call).toEqual({ name: null, duration: null, far: null });
	expect(issues.map(({ field, value }) => [field, value])).toEqual([
		['name', ['a']],
		['duration', {}],
		['far', 'Infinity'],
	]);
});

describe("the user's own fields", () => {
	const rows = [
		{ name: 'age', type: 'number', required: false },
		{ name: 'consent', type: 'boolean', required: true },
	] as const;

	it('have the type of the dashboard', () => {
		expect(typeFields(schema, { age: '41', consent: 'yes' }, rows)).toEqual({
			call: { age: 41, consent: true },
			issues: [],
		});
	});

	it('have an issue where they cannot be typed', () => {
		expect(typeFields(schema, { age: 'forty', consent: true }, rows)).toEqual({
			call: { age: null, consent: true },
			issues: [{ field: 'age', value: 'forty', problem: 'expected a number' }],
		});
	});

	it.each([{}, { consent: '' }])('have an issue where they are required and empty: %p', (fields) => {
		expect(typeFields(schema, fields, rows).issues).toEqual([
			{ field: 'consent', value: 'consent' in fields ? '' : null, problem: 'required, but empty' },
		]);
	});

	it('are null where they arrive empty, and are not made up where they do not arrive', () => {
		const optional = [{ name: 'age', type: 'number', required: false }] as const;
		expect(typeFields(schema, { age: '' }, optional)).toEqual({ call: { age: null }, issues: [] });
		expect(typeFields(schema, {}, optional)).toEqual({ call: {}, issues: [] });
	});

	it('have one issue where they are required and cannot be typed', () => {
		expect(typeFields(schema, { consent: 'perhaps' }, rows).issues).toEqual([
			{ field: 'consent', value: 'perhaps', problem: 'expected true or false' },
		]);
	});

	it('have their issues beside those of documented fields', () => {
		const { call, issues } = typeFields(schema, { age: 'forty', consent: true, duration: 'long' }, rows);
		expect(call).toEqual({ age: null, consent: true, duration: null });
		expect(issues.map(({ field }) => field)).toEqual(['age', 'duration']);
	});

	it('are their own: what every object inherits did not arrive', () => {
		const inherited = [{ name: 'toString', type: 'string', required: true }] as const;
		expect(typeFields(schema, {}, inherited)).toEqual({
			call: {},
			issues: [{ field: 'toString', value: null, problem: 'required, but empty' }],
		});
	});

	it('count where they name a documented field', () => {
		expect(
			typeFields(schema, { duration: '12' }, [{ name: 'duration', type: 'string', required: false }]).call,
		).toEqual({
			duration: 12,
		});
	});
});

it('shows few and short issues in an answer', () => {
	const issues = Array.from({ length: 50 }, () => ({ field: 'f'.repeat(999), value: 'v'.repeat(999), problem: 'p' }));
	expect(shownIssues(issues)).toHaveLength(10);
	expect(JSON.stringify(shownIssues(issues)).length).toBeLessThan(10 * 200);
});

it.each([String.fromCharCode(0), String.fromCharCode(0xd800), '"', '\u2028', '漢', '🙂', '\n'])(
	'an answer of a few kilobytes, also where each character takes many: %j',
	(character) => {
		const long = character.repeat(1_000);
		const issues = Array.from({ length: 50 }, () => ({
			field: long,
			value: { [long]: long },
			problem: 'expected text',
		}));
		expect(Buffer.byteLength(JSON.stringify(bodyOf(ended.invalidFields(issues).answer, 'a delivery')))).toBeLessThan(
			8_000,
		);
	},
);

it('never fails, and shows short what has no end', () => {
	expect(shownIssues([{ field: 'a', value: ['b'.repeat(99)], problem: 'p' }])).toEqual([
		{ field: 'a', value: `["${'b'.repeat(78)}…`, problem: 'p' },
	]);
});
