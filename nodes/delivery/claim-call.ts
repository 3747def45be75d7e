import type { IDataObject } from 'n8n-workflow';

import type { ById } from '../deduplication/by-id';
import { callIdsOf } from '../deduplication/call-ids';
import type { DeliveryResponse } from '../deduplication/claim';
import { claimsOf } from '../deduplication/claim';
import { ended } from './answer';
import { callIdOf } from './call-id';
import type { ReceivedCall } from './item';

/**
 * Claims a call for its delivery, or ends the delivery where another one has the call. A call without a key is nobody
 * else's, and at the test URL nothing is a duplicate.
 */
export async function claimCall<Call extends IDataObject>(
	{ key, delivery }: ReceivedCall<Call>,
	response: DeliveryResponse,
	waitInMs?: number,
): Promise<void> {
	if (key === undefined || delivery.isTest) return;
	const claimed = await claimsOf(delivery.trigger.id).take(key.digest, delivery.id, response, key.limits, waitInMs);
	if (claimed.verdict === 'accepted') return;
	const since = new Date(claimed.at).toISOString();
	throw claimed.verdict === 'duplicate' ? ended.duplicate(since, key.text) : ended.inProgress(since, key.text);
}

/**
 * Notes that a delivery of a call arrived, whatever becomes of it, where the trigger catches up on calls that never did. One
 * that was caught up already is ended.
 */
export async function noteArrival<Call extends IDataObject>(
	{ provider, settings, delivery, call }: ReceivedCall<Call>,
	response: DeliveryResponse,
): Promise<ById | undefined> {
	if (!settings.catchesUp || delivery.isTest || provider.callsApi === undefined) return undefined;
	const id = callIdOf(provider.callsApi, call);
	if (id === undefined) return undefined;
	const { history } = settings;
	const arrived = await callIdsOf(delivery.trigger.id).arrive(id.digest, delivery.id, response, history, id.looks);
	if (arrived.verdict === 'accepted') return { id: id.digest, door: 'webhook', history };
	const at = new Date(arrived.at).toISOString();
	throw arrived.verdict === 'duplicate' ? ended.caughtUp(provider.title, at) : ended.beingCaughtUp(provider.title, at);
}
