import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';

import { isBlank, phoneDigits } from '../provider/comparing';
import type { CallsApi } from '../provider/calls-api';
import { digestOf } from './dedupe-key';

/** What a call is remembered by where the trigger catches up on undelivered calls. */
export interface CallId {
	/** Of one length, whatever a sender put into the field. */
	readonly digest: string;
	/** What it is recognized by where its id were another; absent where it has too little. */
	readonly looks?: string;
}

/** The id of a call; undefined for one that has none. */
export function callIdOf<Call extends IDataObject>(api: CallsApi<Call>, call: Call): CallId | undefined {
	const id = call[api.id];
	if (isBlank(id)) return undefined;
	return { digest: digestOf(String(id).trim()), looks: looksOf(api, call) };
}

function looksOf<Call extends IDataObject>(api: CallsApi<Call>, call: Call): string | undefined {
	const numbers = api.numbers.map((field) => phoneDigits(String(call[field] ?? '')));
	const at = momentOf(api, call);
	if (at === undefined || numbers.includes('')) return undefined;
	return digestOf([...numbers, Math.floor(at / 1000)].join('/'));
}

/** When a call began, in milliseconds since the epoch. A time without zone is UTC. */
export function momentOf<Call extends IDataObject>(api: CallsApi<Call>, call: Call): number | undefined {
	const field = api.startedAt.find((each) => !isBlank(call[each]));
	if (field === undefined) return undefined;
	const moment = DateTime.fromISO(String(call[field]), { zone: 'utc' });
	return moment.isValid ? moment.toMillis() : undefined;
}
