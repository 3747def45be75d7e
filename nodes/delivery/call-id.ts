import type { IDataObject } from 'n8n-workflow';

import type { Door } from '../memory/claims';
import type { CallsApi } from '../provider/calls-api';
import { digestOf, keyedDigestOf } from './dedupe-key';

/** What a call is remembered by where the trigger catches up on undelivered calls. */
export interface CallIds {
	/** Each with its kind, a blank and its digest: of one length, whatever a sender put into the field. */
	readonly ids: readonly string[];
	/** What it is recognized by where its ids were others, and it would be another; absent where it has too little. */
	readonly looks?: string;
	/** By what it is the same call where the ids of webhooks were made up; nothing where it has too little. */
	readonly alike: readonly string[];
}

/** The kind of an id. */
export const kindOf = (id: string): string => id.split(' ', 1)[0] ?? '';

/** How many ids a call may have, what it looks like included where that tells that it is the same. */
export function mostIdsOf({ ids, looksAlike }: Pick<CallsApi<never>, 'ids' | 'looksAlike'>): number {
	return Object.keys(ids).length + (looksAlike === 'the same' ? 1 : 0);
}

/** The ids of a call that came by a door. `instanceId` is n8n's `getInstanceId()`: what a call looks like may be guessed. */
export function callIdsOf<Call extends IDataObject>(
	api: CallsApi<Call>,
	call: Call,
	door: Door,
	instanceId: string,
): CallIds {
	const ids = Object.entries(api.ids).flatMap(([kind, idOf]) => {
		const id = idOf(call)?.trim() ?? '';
		return id === '' ? [] : [`${kind} ${digestOf(id)}`];
	});
	const looks = api
		.looksOf(call, door)
		.filter((parts) => !parts.includes(''))
		.map((parts) => `looks ${keyedDigestOf(parts.join('/'), instanceId)}`);
	return api.looksAlike === 'the same' ? { ids, alike: looks } : { ids, looks: looks[0], alike: [] };
}
