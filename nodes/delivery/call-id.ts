import type { IDataObject } from 'n8n-workflow';

import type { Door } from '../memory/claims';
import type { CallsApi } from '../provider/calls-api';
import { keyedDigestOf } from './dedupe-key';

/** What a call is remembered by where the trigger catches up on undelivered calls. */
export interface CallIds {
	/** Each with its kind, a blank and its digest: of one length, whatever a sender put into the field. */
	readonly ids: readonly string[];
	/** What it is recognized by where its ids were others; nothing where it has too little for that. */
	readonly looks: readonly string[];
}

/** The kind of an id. */
export const kindOf = (id: string): string => id.split(' ', 1)[0] ?? '';

/** The ids of a call that came by a door. `instanceId` is n8n's `getInstanceId()`. */
export function callIdsOf<Call extends IDataObject>(
	api: CallsApi<Call>,
	call: Call,
	door: Door,
	instanceId: string,
): CallIds {
	const ids = Object.entries(api.ids).flatMap(([kind, idOf]) => {
		const id = idOf(call)?.trim() ?? '';
		return id === '' ? [] : [`${kind} ${keyedDigestOf(id, instanceId)}`];
	});
	const looks = api
		.looksOf(call, door)
		.filter((parts) => !parts.includes(''))
		.map((parts) => `looks ${keyedDigestOf(parts.join('/'), instanceId)}`);
	return { ids, looks };
}
