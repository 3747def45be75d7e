import { hash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import type { MemoryLimits } from '../memory/register';
import { keyFrom } from '../provider/keys';
import type { Provider } from '../provider/provider';
import { shown } from '../provider/comparing';
import type { Settings } from './settings';

/** What makes two deliveries the same call. */
export interface DedupeKey {
	/** As the user sees it: `call_id: a1b2, event: call.completed`. */
	readonly text: string;
	/** As it is remembered: of one length, whatever a sender put into the fields. */
	readonly digest: string;
	readonly limits: MemoryLimits;
}

/** The dedupe key of a call; undefined where the user wants none or the call has no value for it. */
export function dedupeKeyOf<Call extends IDataObject>(
	{ keys }: Provider<Call>,
	settings: Settings<Call>,
	call: Call,
): DedupeKey | undefined {
	const { deduplicate, deduplicateBy, dedupeField, history, windowInMs } = settings;
	if (!deduplicate) return undefined;
	const key = deduplicateBy === 'customField' ? keyFrom(call, dedupeField) : keys[deduplicateBy]?.(call);
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
			return (digest ??= digestOf(JSON.stringify(key.values)));
		},
		limits: { history, windowInMs: Math.min(windowInMs, key.looksAlikeForMs ?? Infinity) },
	};
}

/** A text as it is remembered: of one length, and nobody who reads n8n's database learns it. */
export function digestOf(text: string): string {
	return hash('sha256', text, 'base64url');
}
