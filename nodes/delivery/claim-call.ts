import type { IDataObject } from 'n8n-workflow';

import type { DeliveryResponse } from '../deduplication/claim';
import { claimsOf } from '../deduplication/claim';
import { ended } from './answer';
import type { ReceivedCall } from './item';

/**
 * Claims a call for its delivery, or ends the delivery where another one has the call. A call without a key is nobody
 * else's, and at the test URL nothing is a duplicate.
 */
export async function claimCall<Call extends IDataObject>(
	{ key, delivery }: ReceivedCall<Call>,
	response: DeliveryResponse,
): Promise<void> {
	if (key === undefined || delivery.isTest) return;
	const claimed = await claimsOf(delivery.trigger.id).take(key.digest, delivery.id, response, key.limits);
	if (claimed.verdict === 'accepted') return;
	const since = new Date(claimed.at).toISOString();
	throw claimed.verdict === 'duplicate' ? ended.duplicate(since, key.text) : ended.inProgress(since, key.text);
}
