import type { IDataObject } from 'n8n-workflow';

import type { ById } from '../memory/both-doors';
import type { Claim } from '../memory/claims';
import { claimsOf } from '../memory/claims';
import { isBlank } from '../provider/comparing';
import type { CallsApi } from '../provider/calls-api';
import { ended } from './answer';
import { callIdsOf, mostIdsOf } from './call-id';
import type { ReceivedCall } from './item';
import type { Settings } from './settings';

/**
 * Claims a call for its delivery, or ends the delivery where another one has the call. A call without a key is nobody
 * else's, and at the test URL nothing is a duplicate.
 */
export async function claimCall<Call extends IDataObject>(
	{ key, delivery }: ReceivedCall<Call>,
	claim: Claim,
	waitInMs?: number,
): Promise<void> {
	if (key === undefined || delivery.isTest) return;
	const claimed = await claimsOf(delivery.trigger.id).claim(key.digest, claim, key.limits, waitInMs);
	if (claimed.verdict === 'accepted') return;
	const since = new Date(claimed.at).toISOString();
	throw claimed.verdict === 'duplicate' ? ended.duplicate(since, key.text) : ended.inProgress(since, key.text);
}

/**
 * Where the trigger catches up: notes that this call arrived, whatever becomes of its delivery. Ends the delivery of a call
 * that was caught up already.
 */
export async function noteArrival<Call extends IDataObject>(
	received: ReceivedCall<Call>,
	claim: Claim,
): Promise<ById | undefined> {
	const byId = idsToRecord(received);
	if (byId === undefined) return undefined;
	const { provider, settings, delivery } = received;
	const { mostIds, looks, ...ids } = byId;

	const arrived = await claimsOf(delivery.trigger.id).arrive({ ...ids, looks }, claim, settings.history * mostIds);
	if (arrived.verdict === 'accepted') return ids;
	const at = new Date(arrived.at).toISOString();
	throw arrived.verdict === 'duplicate' ? ended.caughtUp(provider.title, at) : ended.beingCaughtUp(provider.title, at);
}

/** What a call is recorded by beside its key; undefined where nobody may ask for it. */
export function idsToRecord<Call extends IDataObject>({ provider, settings, delivery, call }: ReceivedCall<Call>) {
	const { callsApi: api } = provider;
	if (!settings.catchesUp || delivery.isTest || api === undefined || !mayBeAskedFor(api, settings, call))
		return undefined;
	const own = callIdsOf(api, call, delivery.via, delivery.trigger.instanceId);
	if (own.ids.length === 0 && own.alike.length === 0) return undefined;
	return { ...own, door: delivery.via, mostIds: mostIdsOf(api) };
}

/** Whether its call flow, say, is one that is asked for. A call of any other would only push out what is remembered of those. */
function mayBeAskedFor<Call extends IDataObject>(
	{ ofWebhook }: CallsApi<Call>,
	{ catchUpOn }: Settings<Call>,
	call: Call,
): boolean {
	const own = ofWebhook && call[ofWebhook];
	return isBlank(own) || catchUpOn.length === 0 || catchUpOn.includes(String(own).trim());
}
