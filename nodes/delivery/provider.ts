import type { IDataObject } from 'n8n-workflow';
import type { z } from 'zod';

import type { Filter } from './filter';

/** The ways a provider can send a call's fields. */
export type Transport = 'json' | 'form' | 'query';

/** The keys of the unified output, the same from every provider. */
export const UNIFIED_KEYS = [
	'provider',
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
	'custom',
] as const;

type MappedKey = Exclude<(typeof UNIFIED_KEYS)[number], 'provider' | 'custom'>;

/** One key of the unified output: the fields it is made of, and how where it is not simply the first that has a value. */
export interface Unified<Call> {
	readonly from: ReadonlyArray<keyof Call & string>;
	readonly value?: (call: Call, triggerOn: readonly string[]) => string | number | boolean | null;
}

/** What the values of a dedupe key are, by name, or undefined for a call that has none. */
export type KeyOf<Call> = (call: Call) => Record<string, string> | undefined;

/**
 * All that the common code has to know of a provider. What differs between providers is said here as data; a new
 * provider needs one of these and a node that names it.
 */
export interface Provider<Call extends IDataObject> {
	/** The value of `provider` in the unified output. */
	readonly name: string;
	/** What the provider calls itself. */
	readonly title: string;
	/** How fields may arrive; another transport is answered with 400. */
	readonly transports: readonly Transport[];
	readonly credential: {
		readonly type: string;
		/** Where in the provider's dashboard the header is set, to complete "Add it …". */
		readonly whereHeaderIsSet: string;
	};
	/** Types a delivery's fields; the one source of the call's type. */
	readonly schema: z.ZodType<Call, z.ZodTypeDef, unknown>;
	/** Why a call is not among the chosen values of Trigger On; undefined if it is. */
	readonly notTriggeredBy: (call: Call, chosen: readonly string[]) => string | undefined;
	/** Whether calls that arrive for these values of Trigger On are deduplicated. */
	readonly deduplicatesFor: (chosen: readonly string[]) => boolean;
	readonly filters: ReadonlyArray<Filter<Call>>;
	/** The values of "Deduplicate By" but `customField`, which is common. */
	readonly keys: Readonly<Record<string, KeyOf<Call>>>;
	/** Which attempt of the provider a delivery is, where it says so. */
	readonly attemptOf: (call: Call) => number | null;
	/** Whether the AI data of this call can still come with a later delivery. */
	readonly awaitsAi: (call: Call) => boolean;
	readonly simplified: ReadonlyArray<keyof Call & string>;
	readonly unified: Readonly<Record<MappedKey, Unified<Call>>>;
	/** The example call of the provider's guide. */
	readonly sample: IDataObject;
}
