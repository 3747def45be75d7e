import type { Case } from './requests';
import type { SetupName } from './setups';

/** Cases that chance would hardly find: each has once kept something busy for minutes, or is as large as n8n lets in. */

const MEGABYTE = 2 ** 20;

const json = (setup: SetupName, fields: Record<string, unknown>): Case => ({
	request: {
		setup,
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: Buffer.from(JSON.stringify(fields)),
	},
	fields,
});

/** Short enough to send, long enough that what takes the square of their length does not end. */
const LENGTH = 400_000;

export const LONG_TEXTS: Array<[string, Case]> = [
	['digits and no number', json('qCall', { call_duration: `${'1'.repeat(LENGTH)}x` })],
	['combining marks out of order', json('callScaler', { note: '\u0301\u0327'.repeat(LENGTH / 2) })],
	['combining marks that a condition looks at', json('qCallFiltered', { address: '\u0301\u0327'.repeat(LENGTH / 2) })],
	['digits of a date', json('callScaler', { created_at: `2026-03-30T14:30:00.${'1'.repeat(LENGTH)}` })],
	['white space in a number', json('qCall', { call_duration: `1${' '.repeat(LENGTH)}1` })],
	['white space in a phone number', json('qCall', { phone_number: `${' '.repeat(LENGTH)}1` })],
];

/** n8n lets in 16 MB. */
export const JUST_UNDER_THE_LIMIT = json('qCall', { call_summary: 'a'.repeat(16 * MEGABYTE - 100) });
export const JUST_OVER_THE_LIMIT = json('qCall', { call_summary: 'a'.repeat(16 * MEGABYTE + 100) });
