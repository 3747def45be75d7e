import type { IDataObject } from 'n8n-workflow';

import type { ById } from '../memory/both-doors';
import type { Claim } from '../memory/claims';
import { claimsOf } from '../memory/claims';
import { MOST_CALLS } from '../memory/room';
import type { CallsApi } from '../provider/calls-api';
import { isBlank } from '../provider/comparing';
import type { Provider } from '../provider/provider';
import { ended } from './answer';
import { callIdsOf } from './call-id';
import type { Delivery } from './delivery';
import type { ReceivedCall } from './item';
import type { Settings } from './settings';
import { typeFields } from './type';

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
	const byId = knownById(received);
	if (byId === undefined) return undefined;
	const { provider, settings, delivery } = received;
	const arrived = await claimsOf(delivery.trigger.id).arrive(byId, claim, settings.history);
	if (arrived.verdict === 'accepted') return byId;
	const at = new Date(arrived.at).toISOString();
	throw arrived.verdict === 'duplicate' ? ended.caughtUp(provider.title, at) : ended.beingCaughtUp(provider.title, at);
}

/**
 * Notes that a call arrived which is held for its settings, whatever these say of catching up: it waits for its user, with all
 * that its webhook said, and is not to be caught up meanwhile. Gives what it is known by.
 */
export async function noteHeld<Call extends IDataObject>(
	{ callsApi: api, schema }: Provider<Call>,
	delivery: Delivery,
	fields: IDataObject,
	claim: Claim,
): Promise<ById | undefined> {
	const byId = api && byIdOf(api, delivery, typeFields(schema, fields, []).call);
	if (byId !== undefined) await claimsOf(delivery.trigger.id).arrive(byId, claim, MOST_CALLS);
	return byId;
}

/** What a call is known by beside its key; undefined where nobody may ask for it. */
export function knownById<Call extends IDataObject>({ provider, settings, delivery, call }: ReceivedCall<Call>) {
	const { callsApi: api } = provider;
	if (!settings.catchesUp || delivery.isTest || api === undefined || !mayBeAskedFor(api, settings, call))
		return undefined;
	return byIdOf(api, delivery, call);
}

function byIdOf<Call extends IDataObject>(api: CallsApi<Call>, { via, trigger }: Delivery, call: Call) {
	const { ids, looks } = callIdsOf(api, call, via, trigger.instanceId);
	// Looks that other calls may have too say nothing without an id.
	const isKnown = ids.length > 0 || (looks.length > 0 && api.looksAlike === 'the same');
	return isKnown ? { ids, looks, door: via } : undefined;
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
