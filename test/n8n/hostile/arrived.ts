import { isDeepStrictEqual } from 'node:util';

import { UNIFIED_KEYS } from '../../../nodes/provider/unified';
import type { Documented } from './answer';
import { type Setup, type SetupName, setupOf } from './setups';
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

/** And in an item, where one is called as a key of the item's own. */
const OWN_NAMES = /^(?:issues|delivery)(?:_sent)*$/;
const nameInItem = (arrivedAs: string) => (OWN_NAMES.test(arrivedAs) ? `${arrivedAs}_sent` : arrivedAs);

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
	// A day in digits alone has the same ones in ISO 8601.
	if (/^\d{4}-\d\d-\d\d$/.test(String(arrived)) && String(sent).trim() === String(arrived).replaceAll('-', ''))
		return true;
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
function missingFrom(arrivedItem: Fields, sent: Fields): string[] {
	const item = allWellFormed(arrivedItem);
	if (!isFields(item)) return ['everything'];
	const issues = issuesOf(item);
	const missing: string[] = [];
	for (const [name, value] of Object.entries(sent)) {
		const arrivedAs = wellFormed(nameOnArrival(name));
		const expected = allWellFormed(onArrival(value));
		const arrived = item[nameInItem(arrivedAs)];
		if (typeof value === 'number' && !Number.isFinite(value)) {
			const isTold = issues.some(({ field, value: told }) => field === arrivedAs && told === String(value));
			if (!isTold || !isBlank(arrived)) missing.push(`${name}: ${value} is not told`);
			continue;
		}
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
function changedIn(item: Fields, sent: Fields): string[] {
	const expected = allWellFormed(onArrival(sent, 0));
	const arrived = allWellFormed(item);
	if (!isFields(expected) || !isFields(arrived)) return ['everything'];
	return Object.keys(expected).filter((name) => !isDeepStrictEqual(arrived[nameInItem(name)], expected[name]));
}

/** A few documented fields of each type: what is in them is of it. */
const TYPED: Record<Setup['provider'], Record<'date' | 'number' | 'boolean', string[]>> = {
	callScaler: {
		date: ['created_at', 'webhook_sent_at', 'timestamp'],
		number: ['duration_seconds', 'ai_score', 'value_cents', 'attempt', 'robo_risk_score'],
		boolean: ['qualified_ai', 'ai_processed'],
	},
	qCall: {
		date: ['call_date'],
		number: ['call_duration', 'call_cost', 'quantity', 'order_value'],
		boolean: [],
	},
};

/** Whether a text begins with a day that a calendar has. */
function isDay(value: unknown): boolean {
	if (typeof value !== 'string') return false;
	const day = value.slice(0, 10);
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === day;
}

/** What in an item is not of its type. */
function untypedIn(item: Fields, provider: Setup['provider']): string[] {
	const { date, number, boolean } = TYPED[provider];
	const wrong = (names: string[], isOfType: (value: unknown) => boolean) =>
		names.filter((name) => Object.hasOwn(item, name) && item[name] !== null && !isOfType(item[name]));
	return [
		...wrong(date, isDay),
		...wrong(number, (value) => typeof value === 'number'),
		...wrong(boolean, (value) => typeof value === 'boolean'),
	].map((name) => `${name}: not typed`);
}

/** What is wrong with an item of the unified output: it has the same keys whatever was sent, and no lists or objects. */
function notUnified(item: Fields): string[] {
	const wrong = UNIFIED_KEYS.filter((key) => !Object.hasOwn(item, key)).map((key) => `${key}: missing`);
	const values = Object.entries(item).filter(([key]) => key !== 'custom' && key !== 'issues');
	wrong.push(
		...values.filter(([key]) => !UNIFIED_KEYS.some((known) => known === key)).map(([key]) => `${key}: strange`),
	);
	wrong.push(
		...values.filter(([, value]) => typeof value === 'object' && value !== null).map(([key]) => `${key}: deep`),
	);
	return isFields(item.custom) ? wrong : [...wrong, 'custom: no object'];
}

/** What is wrong with the item of a delivery of these fields; empty, if all is well. */
export function wrongInItem(setup: SetupName, item: Fields, sent: Fields): string[] {
	switch (setupOf(setup).output) {
		case 'raw':
			return changedIn(item, sent);
		case 'unified':
			return notUnified(item);
		case 'fields':
			if (setupOf(setup).mayEnd === 'rejected' && 'issues' in item && !('issues' in sent))
				return ['accepted with issues'];
			return [...missingFrom(item, sent), ...untypedIn(item, setupOf(setup).provider)];
	}
}

/** Answers cut long names, and have each on one line. */
const asAnswersShow = (text: string) =>
	(text.length > 60 ? `${text.slice(0, 60)}…` : text).replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]+/gu, ' ');

/** What is wrong with answering a delivery of these fields so; empty, if all is well. */
export function wrongInAnswer(setup: SetupName, said: Documented, sent: Fields): string[] {
	if (said.status === 'accepted') return [];
	if (said.status !== setupOf(setup).mayEnd) return [`${said.status}: ${said.message}`];
	if (said.status !== 'rejected') return [];
	const names = new Set(Object.keys(sent).map((name) => wellFormed(asAnswersShow(nameOnArrival(name)))));
	const told = (said.issues ?? []).map(({ field }) => wellFormed(field));
	if (told.length === 0) return ['rejected without an issue'];
	return told.filter((field) => !names.has(field)).map((field) => `${field}: not sent`);
}
