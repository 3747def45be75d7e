import type { GenericValue, IDataObject } from 'n8n-workflow';

import { isBlank } from './comparing';

/** The keys that a provider fills in: all but its name and what is left over. */
const MAPPED_KEYS = [
	'call_id',
	'event',
	'direction',
	'status',
	'started_at',
	'duration_seconds',
	'caller_name',
	'caller_phone',
	'caller_email',
	'destination_phone',
	'tracking_phone',
	'outcome',
	'qualified',
	'score',
	'sentiment',
	'category',
	'summary',
	'transcript',
	'recording_url',
	'value',
	'cost',
	'source',
	'campaign',
	'delivery_id',
] as const;

type MappedKey = (typeof MAPPED_KEYS)[number];

/** The keys of the unified output, the same from every provider. */
export const UNIFIED_KEYS = ['provider', ...MAPPED_KEYS, 'custom'] as const;

/** What one key of the unified output is made of. */
export interface Unified<Call> {
	/** The first of these fields that has a value; with `value`, all the fields that it is computed from. */
	readonly from: ReadonlyArray<keyof Call & string>;
	/** Values of that field that have another name here. The field's own is then kept in `custom`. */
	readonly renamed?: Readonly<Record<string, string>>;
	/** Computes the value, where it is not simply a field's. `triggerOn` is what the user chose there. */
	readonly value?: (call: Call, triggerOn: readonly string[]) => string | number | boolean | null;
}

/** How a provider fills the unified output; a key that is absent is null. */
export type UnifiedMapping<Call> = Readonly<Partial<Record<MappedKey, Unified<Call>>>>;

/**
 * A call as one flat record with the same keys from every provider. `custom` holds each field whose own value was not
 * taken, so that nothing of the call is lost.
 */
export function unify<Call extends IDataObject>(
	name: string,
	mapping: UnifiedMapping<Call>,
	call: Call,
	triggerOn: readonly string[],
): IDataObject {
	const taken = new Set<string>();
	const valueOf = ({ from, renamed = {}, value }: Unified<Call>): GenericValue => {
		if (value !== undefined) {
			for (const field of from) taken.add(field);
			return value(call, triggerOn);
		}
		const field = from.find((each) => !isBlank(call[each]));
		if (field === undefined) {
			for (const blank of from) taken.add(blank);
			return null;
		}
		const own = call[field];
		const other = Object.hasOwn(renamed, String(own)) ? renamed[String(own)] : undefined;
		if (other === undefined) taken.add(field);
		return other ?? own ?? null;
	};
	const mapped = MAPPED_KEYS.map((key) => [key, mapping[key] === undefined ? null : valueOf(mapping[key])] as const);
	const custom = Object.entries(call).filter(([field]) => !taken.has(field));
	return { provider: name, ...Object.fromEntries(mapped), custom: Object.fromEntries(custom) };
}
