import type { GenericValue, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import type { DedupeKey } from './key';
import type { Provider, Unified } from './provider';
import { UNIFIED_KEYS } from './provider';
import type { Settings } from './settings';
import { isBlank } from './text';
import type { TypedCall } from './type';

/** How a delivery came, for whoever audits it (QCall guide: "Log every request (request id, timestamp, IP)"). */
export interface DeliveryDetails {
	request_id: string;
	/** ISO 8601, UTC. */
	received_at: string;
	remote_address: string;
	method: string;
	/** Which attempt of the provider this is, where it says so. */
	attempt: number | null;
	dedupe_key: string | null;
}

export function detailsOf<Call extends IDataObject>(
	context: IWebhookFunctions,
	provider: Provider<Call>,
	call: Call,
	{ deliveryId, receivedAt, key }: { deliveryId: string; receivedAt: Date; key: DedupeKey | undefined },
): DeliveryDetails {
	const request = context.getRequestObject();
	return {
		request_id: deliveryId,
		received_at: receivedAt.toISOString(),
		remote_address: request.ip ?? '',
		method: request.method,
		attempt: provider.attemptOf(call),
		dedupe_key: key?.text ?? null,
	};
}

/** The item that the workflow gets for a call, in the form that the user chose. */
export function itemOf<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings,
	fields: IDataObject,
	{ call, issues }: TypedCall<Call>,
	details: DeliveryDetails,
): IDataObject {
	let item = shape(provider, settings, fields, call);
	if (issues.length > 0 && settings.output !== 'raw') item = withExtra(item, 'issues', issues);
	if (settings.options.includeDelivery) item = withExtra(item, 'delivery', details);
	return item;
}

function shape<Call extends IDataObject>(
	provider: Provider<Call>,
	{ output, triggerOn }: Settings,
	fields: IDataObject,
	call: Call,
): IDataObject {
	switch (output) {
		case 'raw':
			return fields;
		case 'fields':
			return call;
		case 'simplified':
			return Object.fromEntries(provider.simplified.map((name) => [name, call[name] ?? null]));
		case 'unified':
			return unify(provider, triggerOn, call);
	}
}

function unify<Call extends IDataObject>(
	provider: Provider<Call>,
	triggerOn: readonly string[],
	call: Call,
): IDataObject {
	const used = new Set<string>();
	const record = Object.fromEntries(
		UNIFIED_KEYS.map((key): [string, GenericValue] => {
			if (key === 'provider') return [key, provider.name];
			if (key === 'custom') return [key, null];
			const { from, value = firstOf(from) } = provider.unified[key];
			for (const name of from) used.add(name);
			return [key, value(call, triggerOn)];
		}),
	);
	record.custom = Object.fromEntries(Object.entries(call).filter(([name]) => !used.has(name)));
	return record;
}

function firstOf<Call extends IDataObject>(from: Unified<Call>['from']) {
	return (call: Call): GenericValue => from.map((name) => call[name]).find((value) => !isBlank(value)) ?? null;
}

/** Adds a key of ours. A field of the provider's that has the same name stays, under `<name>_sent`. */
function withExtra(item: IDataObject, name: string, value: GenericValue): IDataObject {
	const sent = name in item ? { [`${name}_sent`]: item[name] } : {};
	return { ...item, ...sent, [name]: value };
}
