import fc from 'fast-check';

import { documentedFields as callScalerFields, olderFields } from '../../../nodes/CallScaler/payload';
import { documentedFields as qCallFields } from '../../../nodes/QCall/payload';
import { wellFormed } from './well-formed';

/**
 * Hostile JSON, made as text: what JSON.stringify would never write (numbers beyond doubles, `__proto__` as a name, the
 * same name twice, a hundred thousand levels) is what a sender can write.
 */

/** Names that mean something to JavaScript, to n8n or to this package. */
const NAMES_WITH_A_MEANING = [
	...['__proto__', 'constructor', 'prototype', '__defineGetter__', 'hasOwnProperty', 'toString', 'valueOf', 'toJSON'],
	...['then', 'length', 'name', 'caller', 'arguments', '__proto___', 'constructor_', 'isPrototypeOf'],
	...['json', 'binary', 'pairedItem', 'error', 'postCall', 'issues', 'delivery', 'custom', '$json', '={{ $env }}'],
	...['', ' ', '0', '-1', 'a.b', 'a[b]', 'a["b"]', '\u0000', '\u2028', 'é', 'e\u0301', '\ud83d\ude00', '\ud800'],
];

const DOCUMENTED_NAMES = [...new Set(Object.keys({ ...qCallFields, ...callScalerFields, ...olderFields }))];

/** Texts that have broken one parser or another. */
export const HOSTILE_TEXTS = [
	...['\u0000', 'a\u0000b', '\ud800', '\udc00\ud800', '\ufeff', '\u202egnp.exe', '\r\nSet-Cookie: a=b', '\u2028'],
	...['__proto__', '={{ $env }}', '={{ $json.constructor }}', '{{ 7 * 7 }}', '${7*7}', '<script>alert(1)</script>'],
	...["' OR 1=1; --", '../../etc/passwd', '%00', '%0d%0a', '\\', '"', "'", '[object Object]', 'null', 'undefined'],
	...['NaN', 'Infinity', '-Infinity', '1e400', '0x10', '1_000', '１２', '+', '-', '.', 'e5', '1e', '--1', '1,5'],
	...['2026-02-30', '0000-00-00', '9999-99-99', '2026-03-30T25:61:61Z', '+275760-09-13T00:00:00.001Z', '2026-W01'],
	...['true ', 'TRUE', 'yes', 'no', '0', '1', '2', 'on', 'İ', 'ß', 'ﬁ', '\ufdfa', 'a\u0300\u0301\u0302'.repeat(20)],
];

const text = fc.oneof(
	fc.constantFrom(...HOSTILE_TEXTS),
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.string({ unit: 'grapheme', maxLength: 40 }),
);

/**
 * No name has a backslash. Once the JSON.parse of Node.js 24.21 has seen {"a":1,"\\":1}, it reads any second name that
 * begins with an escape as that backslash, here as in n8n: {"a":1,"\n":1} then gives the names "a" and "\\".
 */
const name = fc
	.oneof(
		{ weight: 4, arbitrary: fc.constantFrom(...DOCUMENTED_NAMES) },
		{ weight: 2, arbitrary: fc.constantFrom(...NAMES_WITH_A_MEANING) },
		{ weight: 1, arbitrary: text },
		{ weight: 1, arbitrary: fc.integer({ min: 100, max: 20_000 }).map((length) => 'n'.repeat(length)) },
	)
	.filter((each) => !each.includes('\\'));

const NUMBERS = [
	'1e999',
	'-1e999',
	'1E-400',
	'-0',
	'0.1e1',
	'9007199254740993',
	`1${'0'.repeat(400)}`,
	`0.${'3'.repeat(400)}`,
];

const number = fc.oneof(
	fc.constantFrom(...NUMBERS),
	fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
	fc.bigInt().map(String),
	fc.integer({ min: -10, max: 10_000 }).map(String),
);

/** A number, or what looks like one, as JSON or as text in it. */
export const numberText = fc.oneof(
	number,
	number.map((each) => JSON.stringify(each)),
	fc.constantFrom(...HOSTILE_TEXTS).map((each) => JSON.stringify(each)),
);

/** A chain of levels: deeper than anything can store, at times deeper than a careless function can follow. */
const chain = fc
	.record({
		levels: fc.oneof(
			{ weight: 12, arbitrary: fc.integer({ min: 1, max: 40 }) },
			{ weight: 8, arbitrary: fc.constant(1_000) },
			{ weight: 1, arbitrary: fc.constant(100_000) },
		),
		open: fc.boolean(),
	})
	.map(({ levels, open }) =>
		open ? `${'['.repeat(levels)}${']'.repeat(levels)}` : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
	);

const objectOf = (value: fc.Arbitrary<string>, maxLength: number) =>
	fc
		.array(fc.tuple(name, value), { maxLength })
		.map((entries) => `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${entry}`).join(',')}}`);

const { value } = fc.letrec<{ value: string; scalar: string; list: string; object: string }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4 },
		{ weight: 8, arbitrary: tie('scalar') },
		{ weight: 2, arbitrary: tie('list') },
		{ weight: 2, arbitrary: tie('object') },
		{ weight: 1, arbitrary: chain },
	),
	scalar: fc.oneof(
		text.map((each) => JSON.stringify(each)),
		number,
		fc.constantFrom('true', 'false', 'null', '""'),
	),
	list: fc.array(tie('value'), { maxLength: 5 }).map((entries) => `[${entries.join(',')}]`),
	object: objectOf(tie('value'), 5),
}));

const wide = fc
	.integer({ min: 1_000, max: 20_000 })
	.map((width) => `{${Array.from({ length: width }, (_, position) => `"wide_${position}":${position}`).join(',')}}`);

/** Any JSON value, as text. */
export const jsonValueText = value;

/** A JSON object, as text. */
export const jsonObjectText = fc.oneof({ weight: 200, arbitrary: objectOf(value, 12) }, { weight: 1, arbitrary: wide });

/** A text, well-formed, as forms and query strings can carry it. */
export const formText = text.map(wellFormed);

export { name as hostileName };
