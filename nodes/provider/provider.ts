import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { z } from 'zod/v4';

import type { CallsApi } from './calls-api';
import type { Filter } from './filters';
import type { KeyOf } from './keys';
import type { UnifiedMapping } from './unified';

/** The ways a provider can send a call's fields. */
export type Transport = 'json' | 'form' | 'query';

type FieldOf<Call> = keyof Call & string;

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
		/** A header that may not arrive, in lower case. */
		readonly mayStrip?: string;
	};
	/** Types a delivery's fields, those in its shape each by a type of its own; the one source of the call's type. */
	readonly schema: z.ZodType<Call> & { readonly shape: Readonly<Record<string, unknown>> };
	/** What to do at the provider where fields cannot be read, in a sentence; absent where a user has no say in them. */
	readonly whenUnreadable?: string;
	/** The names of the documented fields, to find the one that a user meant. */
	readonly fieldNames: readonly string[];
	/** The fields of phone numbers that may arrive in a form or a query string, where an unescaped "+" means a space. */
	readonly phoneFields?: ReadonlyArray<FieldOf<Call>>;
	/** What the editor shows: the one source of what settings, the values of Trigger On and operators are called. */
	readonly parameters: readonly INodeProperties[];
	readonly triggerOn?: {
		/** Absent where the provider sends nothing that tells the chosen calls from others. */
		readonly decidedBy?: {
			/** The field that tells. A call in which it arrived but could not be typed is not excluded. */
			readonly field: FieldOf<Call>;
			/** What the editor calls such a call, to complete "Trigger On does not include …"; undefined if it is chosen. */
			readonly nameIfNotChosen: (call: Call, chosen: readonly string[]) => string | undefined;
		};
		/** The values whose deliveries come before a call has ended: they need no field, and none is a duplicate. */
		readonly beforeItsEnd?: readonly string[];
	};
	readonly filters: ReadonlyArray<Filter<Call>>;
	/** Fields that may be filled in after the webhook fired; absent where nothing comes later. */
	readonly lateFields?: {
		readonly names: ReadonlyArray<FieldOf<Call>>;
		/** Whether they can still come with a later delivery of this call. */
		readonly areAwaited: (call: Call) => boolean;
		/** The parameter in Filters that decides on such a call: `letThrough` or `ignore`. */
		readonly parameter: string;
		/** What the user can do, to complete "… not finished (…)". */
		readonly hint: string;
	};
	/** The values of "Deduplicate By" but `customField`, which is common. */
	readonly keys: Readonly<Record<string, KeyOf<Call>>>;
	/** The field that says which attempt of the provider a delivery is, if there is one. */
	readonly attemptField?: FieldOf<Call>;
	/** The fields of the simplified output. */
	readonly simplified: ReadonlyArray<FieldOf<Call>>;
	readonly unified: UnifiedMapping<Call>;
	/** Absent where the provider has no API to ask for undelivered calls. */
	readonly callsApi?: CallsApi<Call>;
	/** The example call of the provider's guide, as a call that Trigger On includes. `triggerOn` is what the user chose. */
	readonly sample: (triggerOn: readonly string[]) => IDataObject;
}
