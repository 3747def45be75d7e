import type { IDataObject } from 'n8n-workflow';

import type { Provider } from '../provider/provider';
import { ended } from './answer';
import { dedupeKeyOf } from './dedupe-key';
import type { Delivery } from './delivery';
import { filterCall } from './filter';
import type { ReceivedCall } from './item';
import type { Settings } from './settings';
import { typeFields } from './type';

/**
 * The steps from a call's fields to a decision, the same whether it was delivered (receive.ts), is caught up, or was held and
 * is retried (emit.ts): what comes before them and after them differs.
 */

/** Types a call's fields, and finds what tells it from others. */
export function prepare<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings<Call>,
	delivery: Delivery,
	fields: IDataObject,
): ReceivedCall<Call> {
	const typed =
		delivery.via === 'webhook'
			? typeFields(provider.schema, fields, settings.customFields)
			: typeCaughtUp(provider, settings, fields);
	const key = dedupeKeyOf(provider, settings, typed, delivery.trigger.instanceId);
	return { provider, settings, delivery, fields, ...typed, key };
}

/** What the API does not tell of a call is null, and no issue: its webhook might have had it. */
function typeCaughtUp<Call extends IDataObject>(
	{ schema, fieldNames }: Provider<Call>,
	{ customFields }: Settings<Call>,
	fields: IDataObject,
) {
	const { call, issues } = typeFields(
		schema,
		fields,
		customFields.map((row) => ({ ...row, required: false })),
	);
	const names = [...fieldNames, ...customFields.map(({ name }) => name)];
	return { call: { ...Object.fromEntries(names.map((name) => [name, null])), ...call }, issues };
}

/**
 * Ends a call that the user does not want: one with fields that cannot be typed, where these are rejected, or one that Trigger
 * On, a filter or a condition excludes. Where the provider was asked for a call, it may not have told what a webhook sends,
 * and what was not told excludes nothing.
 */
export function decide<Call extends IDataObject>(received: ReceivedCall<Call>): void {
	const { provider, settings, delivery, fields, issues } = received;
	if (issues.length > 0 && settings.rejectsInvalidFields) throw ended.invalidFields(issues);
	const isTold = delivery.via === 'webhook' ? undefined : (field: string) => Object.hasOwn(fields, field);
	filterCall(provider, settings, received, isTold);
}
