import type { IDataObject } from 'n8n-workflow';

import type { Provider } from '../provider/provider';
import { unify } from '../provider/unified';
import type { DedupeKey } from './dedupe-key';
import type { Delivery } from './delivery';
import type { Settings } from './settings';
import type { TypedCall } from './type';
import { boundedIssues } from './type';

/** A call that was received, with all that its item is made of. */
export interface ReceivedCall<Call extends IDataObject> extends TypedCall<Call> {
	readonly provider: Provider<Call>;
	readonly settings: Settings<Call>;
	readonly delivery: Delivery;
	/** What was sent. */
	readonly fields: IDataObject;
	readonly key: DedupeKey | undefined;
}

/** The item that the workflow gets for a call, in the form that the user chose. */
export function itemOf<Call extends IDataObject>(received: ReceivedCall<Call>): IDataObject {
	const { settings, issues } = received;
	const item = withoutOurNames(shape(received));
	if (issues.length > 0 && settings.output !== 'raw') item.issues = boundedIssues(issues);
	if (settings.includesDelivery) item.delivery = detailsOf(received);
	return item;
}

function shape<Call extends IDataObject>({ provider, settings, fields, call }: ReceivedCall<Call>): IDataObject {
	switch (settings.output) {
		case 'raw':
			return fields;
		case 'fields':
			return call;
		case 'simplified':
			return Object.fromEntries(
				[...provider.simplified, ...settings.customFields.map(({ name }) => name)].map((name) => [
					name,
					Object.hasOwn(call, name) ? (call[name] ?? null) : null,
				]),
			);
		case 'unified':
			return unify(provider.name, provider.unified, call, settings.triggerOn);
	}
}

/** How a delivery came, for whoever audits it (QCall guide, "Log every request (request id, timestamp, IP)"). */
function detailsOf<Call extends IDataObject>({ provider, delivery, call, key }: ReceivedCall<Call>): IDataObject {
	return {
		request_id: delivery.id,
		// ISO 8601, UTC.
		received_at: delivery.receivedAt.toISOString(),
		remote_address: delivery.via === 'webhook' ? delivery.remoteAddress : null,
		method: delivery.via === 'webhook' ? delivery.method : null,
		// Which attempt of the provider this is, where it says so.
		attempt: provider.attemptField === undefined ? null : (call[provider.attemptField] ?? null),
		dedupe_key: key?.text ?? null,
		via: delivery.via,
	};
}

/**
 * A field of the provider's that is called as one of ours is always `<name>_sent`, whether this item has ours or not: a name
 * means the same over all calls. So is one that has a `_sent` already, lest two fields become one.
 */
const OURS = /^(?:issues|delivery)(?:_sent)*$/;

function withoutOurNames(item: IDataObject): IDataObject {
	const entries = Object.entries(item);
	if (!entries.some(([name]) => OURS.test(name))) return { ...item };
	return Object.fromEntries(entries.map(([name, value]) => [OURS.test(name) ? `${name}_sent` : name, value]));
}
