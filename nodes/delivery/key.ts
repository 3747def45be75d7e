import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import type { Provider } from './provider';
import type { Settings } from './settings';
import { hasLostDigits, isBlank, shown } from './text';

/** What makes two deliveries the same call. */
export interface DedupeKey {
	/** As the user sees it: `call_id: a1b2, event: call.completed`. */
	readonly text: string;
	/** As it is remembered: of one length, whatever a sender put into the fields. */
	readonly digest: string;
}

/** The dedupe key of a call; undefined where the user wants none or the call has no value for it. */
export function dedupeKeyOf<Call extends IDataObject>(
	provider: Provider<Call>,
	{
		deduplicate,
		deduplicateBy,
		dedupeField,
		triggerOn,
	}: Pick<Settings, 'deduplicate' | 'deduplicateBy' | 'dedupeField' | 'triggerOn'>,
	call: Call,
): DedupeKey | undefined {
	if (!deduplicate || !provider.deduplicatesFor(triggerOn)) return undefined;
	const values = deduplicateBy === 'customField' ? valuesOf(call, dedupeField) : provider.keys[deduplicateBy]?.(call);
	if (values === undefined) return undefined;
	return {
		text: Object.entries(values)
			.map(([name, value]) => `${name}: ${shown(value)}`)
			.join(', '),
		digest: createHash('sha256').update(JSON.stringify(values)).digest('base64url'),
	};
}

/** The values of all the named fields as text; undefined where one of them is missing, or may be another call's too. */
export function valuesOf<Call extends IDataObject>(
	call: Call,
	...names: ReadonlyArray<keyof Call & string>
): Record<string, string> | undefined {
	const values: Record<string, string> = {};
	for (const name of names) {
		const value = Object.hasOwn(call, name) ? call[name] : undefined;
		if (isBlank(value) || (typeof value === 'number' && hasLostDigits(value))) return undefined;
		values[name] = typeof value === 'object' ? JSON.stringify(value) : String(value).trim();
	}
	return values;
}
