import { isDeepStrictEqual } from 'node:util';

import { wellFormed } from './well-formed';

/**
 * What must hold of an item, told without the code that makes it: each field that was sent is in the item as it was
 * sent, or the item says what is wrong with it.
 */

type Fields = Record<string, unknown>;

const MAX_DEPTH = 32;
const DANGEROUS_NAMES = /^(?:__proto__|constructor|prototype)_*$/;

export function isFields(value: unknown): value is Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isBlank = (value: unknown) =>
	value === null || value === undefined || (typeof value === 'string' && value.trim() === '');

function allWellFormed(value: unknown): unknown {
	if (typeof value === 'string') return wellFormed(value);
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.map(allWellFormed);
	return Object.fromEntries(Object.entries(value).map(([name, entry]) => [wellFormed(name), allWellFormed(entry)]));
}

/** A name under which a field arrives: one that reaches a prototype has an underscore more. */
const nameOnArrival = (name: string) => (DANGEROUS_NAMES.test(name) ? `${name}_` : name);

/** What JSON makes of a value on its way through n8n's database. Not by JSON.stringify: that cannot follow 100,000 levels. */
function onArrival(value: unknown, depth = 1): unknown {
	if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
	if (typeof value !== 'object' || value === null) return value;
	if (depth > MAX_DEPTH) return `(nested more than ${MAX_DEPTH} levels deep)`;
	if (Array.isArray(value)) return value.map((entry) => onArrival(entry, depth + 1));
	return Object.fromEntries(
		Object.entries(value).map(([name, entry]) => [nameOnArrival(name), onArrival(entry, depth + 1)]),
	);
}

/** Letters that are the same when case, accents and form make no difference. */
const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** A value and what typing made of it: the same, in the documented type and spelling. */
function isSame(sent: unknown, arrived: unknown): boolean {
	if (isDeepStrictEqual(sent, arrived)) return true;
	if (typeof sent === 'object' || typeof arrived === 'object') return false;
	if (typeof arrived === 'number') return Number(sent) === arrived;
	if (typeof arrived === 'boolean')
		return (arrived ? ['true', 'yes', '1'] : ['false', 'no', '0']).includes(folded(String(sent)));
	// An unescaped "+" before a number arrives as a space, and is put back.
	return folded(String(sent)).replace(/^\+/, '') === folded(String(arrived)).replace(/^\+/, '');
}

interface Issue {
	field: string;
	value: unknown;
}

function issuesOf(item: Fields): Issue[] {
	if (!Array.isArray(item.issues)) return [];
	return item.issues.filter(isFields).map(({ field, value }) => ({ field: String(field), value }));
}

/** What of the fields is neither in the item nor in its issues; empty, if all is well. */
export function missingFrom(arrivedItem: Fields, sent: Fields): string[] {
	const item = allWellFormed(arrivedItem);
	if (!isFields(item)) return ['everything'];
	const issues = issuesOf(item);
	const missing: string[] = [];
	for (const [name, value] of Object.entries(sent)) {
		const arrivedAs = wellFormed(nameOnArrival(name));
		const expected = allWellFormed(onArrival(value));
		const arrived = Object.hasOwn(item, `${arrivedAs}_sent`) ? item[`${arrivedAs}_sent`] : item[arrivedAs];
		if (isBlank(expected) && !issues.some(({ field }) => field === arrivedAs)) {
			if (!isBlank(arrived)) missing.push(`${name}: arrived though it was sent empty`);
			continue;
		}
		const isTold =
			isBlank(arrived) &&
			issues.some(({ field, value: told }) => field === arrivedAs && (isSame(expected, told) || expected === null));
		if (!isTold && !isSame(expected, arrived))
			missing.push(`${name}: ${String(JSON.stringify(arrived)).slice(0, 200)}`);
	}
	return missing;
}

/** What of the fields is not in an item that should hold them untouched. */
export function changedIn(item: Fields, sent: Fields): string[] {
	const expected = allWellFormed(onArrival(sent, 0));
	const arrived = allWellFormed(item);
	if (!isFields(expected) || !isFields(arrived)) return ['everything'];
	return Object.keys(expected).filter((name) => !isDeepStrictEqual(arrived[name], expected[name]));
}
