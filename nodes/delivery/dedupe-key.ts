import { createHmac } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import type { MemoryLimits } from '../memory/claims';
import { shown } from '../provider/comparing';
import { keyFrom } from '../provider/keys';
import type { Provider } from '../provider/provider';
import type { Settings } from './settings';
import type { TypedCall } from './type';

/** What makes two deliveries the same call. */
export interface DedupeKey {
	/** As the user sees it: `call_id: a1b2, event: call.completed`. */
	readonly text: string;
	/** As it is remembered: of one length, whatever a sender put into the fields. */
	readonly digest: string;
	readonly limits: MemoryLimits;
}

/**
 * The dedupe key of a call; undefined where the user wants none or the call has no value for it. `instanceId` is n8n's
 * `getInstanceId()`, the same in every process of an instance.
 */
export function dedupeKeyOf<Call extends IDataObject>(
	{ keys }: Provider<Call>,
	settings: Settings<Call>,
	{ call, issues }: TypedCall<Call>,
	instanceId: string,
): DedupeKey | undefined {
	const { deduplicate, deduplicateBy, dedupeField, history, windowInMs } = settings;
	if (!deduplicate) return undefined;
	const untyped = Object.fromEntries(issues.map(({ field, value }) => [field, value]));
	const key = deduplicateBy === 'customField' ? keyFrom(call, dedupeField) : keys[deduplicateBy]?.(call, untyped);
	if (key === undefined) return undefined;
	let digest: string | undefined;
	return {
		get text() {
			return Object.entries(key.values)
				.map(([name, value]) => `${name}: ${shown(value)}`)
				.join(', ');
		},
		// Not before it is asked for: most calls are ignored, and need none.
		get digest() {
			return (digest ??= keyedDigestOf(JSON.stringify(key.values), instanceId));
		},
		limits: { history, windowInMs: Math.min(windowInMs, key.looksAlikeForMs ?? Infinity) },
	};
}

/**
 * What tells a call from others, as it is remembered: of one length. There are so few phone numbers that a plain digest of one
 * tells it, and a model may take one for an id: all can be tried in an hour. Keyed by the instance, the list alone tells nothing,
 * nor does a table made for another instance. It is no secret kept from n8n's administrators: n8n shows them the instance's id, and keeps it in its database.
 */
export function keyedDigestOf(text: string, instanceId: string): string {
	return createHmac('sha256', instanceId).update(text).digest('base64url');
}
