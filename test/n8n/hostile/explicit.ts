import { gzipSync } from 'node:zlib';

import { MEGABYTE } from './refusals';
import type { HostileRequest } from './request';
import type { Case } from './requests';
import { HEADER_OF_THE_SECRET, type SetupName } from './setups';

/** Cases that chance would hardly find: each has once kept something busy for minutes, or is as large as n8n lets in. */

function jsonOf(setup: SetupName, body: Buffer, headers: Record<string, string> = {}): HostileRequest {
	return { setup, method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
}

const json = (setup: SetupName, fields: Record<string, unknown>): Case => ({
	request: jsonOf(setup, Buffer.from(JSON.stringify(fields))),
	fields,
});

/** A text that was made to take long, and a harmless one as long, in the same field. */
export interface LongText {
	what: string;
	hostile: (length: number) => Case;
	harmless: (length: number) => Case;
}

const longText = (what: string, setup: SetupName, field: string, make: (length: number) => string): LongText => ({
	what,
	hostile: (length) => json(setup, { [field]: make(length) }),
	harmless: (length) => json(setup, { [field]: 'a'.repeat(length) }),
});

/** Unicode puts the second of these marks before the first: a run of them has to be sorted. */
const marks = (length: number) => '\u0301\u0327'.repeat(length / 2);

export const LONG_TEXTS: LongText[] = [
	longText('digits that are no number', 'qCall', 'call_duration', (length) => `${'1'.repeat(length)}x`),
	longText('digits with a point that are no number', 'callScaler', 'ai_score', (length) => `.${'1'.repeat(length)}x`),
	longText('digits of a field of the user', 'qCallFiltered', 'guests', (length) => `${'1'.repeat(length)}x`),
	longText('combining marks of a documented value', 'callScaler', 'direction', marks),
	longText('combining marks that a filter looks at', 'qCallFiltered', 'call_outcome', marks),
	longText('combining marks that a condition looks at', 'qCallFiltered', 'address', marks),
	longText('digits of a date', 'callScaler', 'created_at', (length) => `2026-03-30T14:30:00.${'1'.repeat(length)}`),
	longText('white space in a number', 'qCall', 'call_duration', (length) => `1${' '.repeat(length)}1`),
	longText('white space in a phone number', 'qCall', 'phone_number', (length) => `${' '.repeat(length)}1`),
];

/** As large as n8n lets in, of one shape each. */
export const JUST_UNDER_THE_LIMIT = json('qCall', { call_summary: 'a'.repeat(16 * MEGABYTE - 100) });
export const JUST_OVER_THE_LIMIT = json('qCall', { call_summary: 'a'.repeat(16 * MEGABYTE + 100) });

const opened = (bracket: string, close: string) => {
	const levels = 8 * MEGABYTE - 10;
	return Buffer.from(`{"a":${bracket.repeat(levels)}${close.repeat(levels)}}`);
};
const filled = (bytes: number, entryOf: (position: number) => string) => {
	const entries: string[] = [];
	for (let length = 0; length < bytes - 100; length += (entries.at(-1) ?? '').length + 1) {
		entries.push(entryOf(entries.length));
	}
	return entries;
};
const LIMIT = 16 * MEGABYTE;

export const LARGE_BODIES: Array<[string, () => HostileRequest]> = [
	['16 MB of levels', () => jsonOf('callScaler', opened('[', ']'))],
	['16 MB of one list', () => jsonOf('qCall', Buffer.from(`{"a":[${filled(LIMIT, (n) => String(n)).join()}]}`))],
	['16 MB of one name', () => jsonOf('qCall', Buffer.from(`{${filled(LIMIT, () => '"a":1').join()}}`))],
	[
		'16 MB of a form',
		() => ({
			...jsonOf('qCall', Buffer.from(filled(LIMIT, (n) => `f${n}=${n}`).join('&'))),
			headers: { 'content-type': 'application/x-www-form-urlencoded' },
		}),
	],
	// Typing takes its time for each field: 16 MB of them keep n8n busy for some ten seconds.
	['4 MB of fields', () => jsonOf('callScaler', Buffer.from(`{${filled(LIMIT / 4, (n) => `"f${n}":${n}`).join()}}`))],
	[
		'2 MB of fields that cannot be typed',
		() => jsonOf('qCallStrict', Buffer.from(`{${filled(LIMIT / 8, (n) => `"f${n}":1e999`).join()}}`)),
	],
	[
		'200 MB of nothing, compressed',
		() => jsonOf('qCall', gzipSync(Buffer.alloc(200 * MEGABYTE, ' ')), { 'content-encoding': 'gzip' }),
	],
];

/** n8n takes the type of a body up to the ";" as it is, white space and all. */
export const SPACE_BEFORE_THE_SEMICOLON: Case = {
	request: jsonOf('callScaler', Buffer.from('{"call_id":"space-before-the-semicolon"}'), {
		'content-type': 'application/json ;charset=utf-8',
	}),
	fields: { call_id: 'space-before-the-semicolon' },
};

const withSecret = (value: string | string[]): HostileRequest => {
	const request = jsonOf('callScalerSecret', Buffer.from('{"call_id":"1"}'));
	return { ...request, headers: { ...request.headers, [HEADER_OF_THE_SECRET]: value } };
};

export const RIGHT_SECRETS = (secret: string): Array<[string, HostileRequest]> => [
	['the secret', withSecret(secret)],
	['the secret as a bearer', withSecret(`Bearer ${secret}`)],
	['the secret as a bearer, in other case and behind two blanks', withSecret(`bEARER  ${secret}`)],
	['the secret with white space around it', withSecret(`\t ${secret} `)],
];

export const WRONG_SECRETS = (secret: string): Array<[string, HostileRequest]> => [
	['the secret twice', withSecret([secret, secret])],
	['the secret behind another', withSecret(['another', secret])],
	['the secret before another', withSecret([secret, 'another'])],
	['15,000 times a letter', withSecret('a'.repeat(15_000))],
	['the secret and 10,000 letters', withSecret(secret + 'a'.repeat(10_000))],
];

/** Node.js refuses headers of more than 16 KB in all, before n8n sees anything of the request. */
export const OVERSIZED_HEADER = withSecret('a'.repeat(20_000));
