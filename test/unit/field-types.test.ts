import fc from 'fast-check';
import { DateTime } from 'luxon';

import { boolean, date, number, oneOf, text, undocumented } from '../../nodes/provider/field-types';

const nothing = [undefined, null, '', ' ', '\t\n'];

describe('what arrives empty', () => {
	it.each(nothing)('%p is null in every kind of field', (value) => {
		for (const kind of [text(), number(), boolean(), date(), oneOf('a'), undocumented]) {
			expect(kind.parse(value)).toBeNull();
		}
	});
});

describe('text', () => {
	it.each([
		['as it is', ' Kapil ', ' Kapil '],
		['a number as its text', 110016, '110016'],
		['true as its text', true, 'true'],
		['false as its text', false, 'false'],
		['a fraction as its text', 0.25, '0.25'],
	])('takes %s', (_what, value, typed) => {
		expect(text().parse(value)).toBe(typed);
	});

	it.each([[['a']], [{ a: 1 }], [Number.POSITIVE_INFINITY], [Number.NaN], [2 ** 53], [-1e300]])(
		'refuses %p',
		(value) => {
			expect(text().safeParse(value).error?.issues[0]?.message).toBe('expected text');
		},
	);
});

describe('number', () => {
	it.each([
		[184, 184],
		['184', 184],
		[' 0.42 ', 0.42],
		['-3', -3],
		['+3', 3],
		['.5', 0.5],
		['-.25', -0.25],
		['5.', 5],
		['1e3', 1000],
		['1.5E+12', 1.5e12],
		['25e-1', 2.5],
		[0, 0],
		['0', 0],
	])('takes %p', (value, typed) => {
		expect(number().parse(value)).toBe(typed);
	});

	it.each([
		'two minutes',
		'3,998',
		'₹3998',
		'0x10',
		'1e400',
		'NaN',
		'Infinity',
		'1 2',
		'.',
		'1e',
		'e5',
		'1e2.5',
		'1e--2',
		true,
		[],
		{},
		Infinity,
		-Infinity,
		'12345678901234567890',
		'1234567890123.4567',
		Number('1234567890123.4567'),
		2 ** 53,
	])('refuses %p', (value) => {
		expect(number().safeParse(value).error?.issues[0]?.message).toBe('expected a number');
	});
});

describe('boolean', () => {
	it.each([true, 'true', 'TRUE', ' Yes ', '1', 1])('takes %p for true', (value) => {
		expect(boolean().parse(value)).toBe(true);
	});

	it.each([false, 'false', 'No', '0', 0])('takes %p for false', (value) => {
		expect(boolean().parse(value)).toBe(false);
	});

	it.each(['maybe', 2, [], {}, 'on'])('refuses %p', (value) => {
		expect(boolean().safeParse(value).error?.issues[0]?.message).toBe('expected true or false');
	});
});

describe('date', () => {
	it.each(['2026-04-24', '2026-03-30T14:30:00Z', '2026-03-30T14:30:00.123+05:30', '2026-03-30T14:30:00'])(
		'keeps %p',
		(value) => {
			expect(date().parse(value)).toBe(value);
		},
	);

	it('takes a leap day and refuses one that no calendar has', () => {
		expect(date().parse('2028-02-29')).toBe('2028-02-29');
		expect(date().safeParse('2026-02-29').success).toBe(false);
	});

	it.each<[string, string]>([
		['2026-03-30 14:30:00+00', '2026-03-30T14:30:00Z'],
		['2026-03-30 14:30:00', '2026-03-30T14:30:00'],
		['2026-03-30 14:30:00.5 +05:30', '2026-03-30T14:30:00.500+05:30'],
		['Mon, 30 Mar 2026 14:30:00 +0200', '2026-03-30T14:30:00+02:00'],
		['Mon, 30 Mar 2026 14:30:00 GMT', '2026-03-30T14:30:00Z'],
		['2026-03-30t14:30:00+0000', '2026-03-30T14:30:00Z'],
		['2026-03-30T14:30:00-07', '2026-03-30T14:30:00-07:00'],
		['2026-03-29 02:30:00', '2026-03-29T02:30:00'],
		['Fri, 24 Apr 2026 14:30:00 +0200 (CEST)', '2026-04-24T14:30:00+02:00'],
		['2026-04-24T14:30:00+02:00[Europe/Berlin]', '2026-04-24T14:30:00+02:00'],
		['2026-04-24T143000Z', '2026-04-24T14:30:00Z'],
		['24 April 2026', '2026-04-24'],
		['Apr 24, 2026', '2026-04-24'],
		['24th April 2026', '2026-04-24'],
		['April 24th, 2026', '2026-04-24'],
		['Friday, April 24, 2026', '2026-04-24'],
		['fri 24 apr 2026', '2026-04-24'],
		['24-Apr-2026', '2026-04-24'],
		['2026-Apr-24', '2026-04-24'],
		['2026 April 24', '2026-04-24'],
		['2026/04/24', '2026-04-24'],
		['2026.4.1', '2026-04-01'],
		['2026-4-24', '2026-04-24'],
		['2026/04/24 10:15:00', '2026-04-24T10:15:00'],
		['20260424', '2026-04-24'],
		['24/04/2026', '2026-04-24'],
		['04/24/2026', '2026-04-24'],
		['24.4.2026', '2026-04-24'],
		['05/05/2026', '2026-05-05'],
		['1st May 2026', '2026-05-01'],
		['August 2nd 2026', '2026-08-02'],
		['August 23rd 2026', '2026-08-23'],
	])('reads %p as a person does', (value, iso) => {
		expect(date().parse(value)).toBe(iso);
	});

	it.each([
		'14:30',
		'Mon Mar 30 14:30:00 2026',
		'14:30:00+02',
		'30 Mar 26 14:30 GMT',
		'04/05/2026',
		'4-5-2026',
		'Thursday, April 24, 2026',
		'24042026',
		'20261301',
		'2026/13/40',
		'32/04/2026',
		'124/04/2026',
		'April 2026',
		'April 31, 2026',
		'24 April 26',
		'1'.repeat(64),
		`2026-03-30${' '.repeat(100)}x`,
		'2026-13-01',
		'2026-02-30',
		'yesterday',
		1774881000,
		{},
		'+275760-09-14',
	])('refuses %p', (value) => {
		expect(date().safeParse(value).error?.issues[0]?.message).toMatch(/^expected a date like /);
	});
});

it('reads what is as long as a date can be, and nothing longer', () => {
	const padded = (length: number) => '2026-04-24'.padEnd(length);
	expect(date().parse(padded(64))).toBe('2026-04-24');
	expect(date().safeParse(padded(65)).success).toBe(false);
});

it('reads a number of eight digits that are a date', () => {
	expect(date().parse(20260424)).toBe('2026-04-24');
	expect(date().safeParse(24042026).success).toBe(false);
});

it('gives what it read as it is when that comes again, and begins with a day that a calendar has', () => {
	const parts = fc.constantFrom('24', '4', '04', '2026', '26', 'April', 'apr', 'Friday', 'th', '10:15', 'Z', '+0200');
	const written = fc.array(fc.tuple(parts, fc.constantFrom(' ', '-', '/', ', ', '.', 'T', '')), { maxLength: 7 });
	fc.assert(
		fc.property(written, (pieces) => {
			const read = date().safeParse(pieces.flat().join('')).data;
			if (typeof read !== 'string') return;
			expect(date().parse(read)).toBe(read);
			expect(DateTime.fromISO(read.slice(0, 10)).isValid).toBe(true);
		}),
		{ numRuns: 10_000 },
	);
});

describe('one of several documented values', () => {
	const category = oneOf('lead', 'existing_customer');

	it('gives a documented value its documented spelling', () => {
		expect(category.parse(' LEAD ')).toBe('lead');
		expect(category.parse('Existing_Customer')).toBe('existing_customer');
	});

	it('keeps a value that nobody has documented, and one too long to be one', () => {
		expect(category.parse('Robot')).toBe('Robot');
		expect(category.parse('LEAD'.padEnd(100))).toBe('lead');
		expect(category.parse('LEAD'.padEnd(101))).toBe('LEAD'.padEnd(101));
	});
});

describe('an undocumented field', () => {
	it.each([['x'], [1], [false], [{ a: [1] }], [['a']]])('is kept as it is: %p', (value) => {
		expect(undocumented.parse(value)).toEqual(value);
	});

	it.each([Infinity, Number.NaN, 1n, 2 ** 64, [2 ** 60], { a: { b: -(2 ** 53) } }])(
		'is refused where JSON could not store it, or digits of it were lost: %p',
		(value) => {
			expect(undocumented.safeParse(value).error?.issues[0]?.message).toMatch(/^expected numbers of at most 15 digits/);
		},
	);
});
