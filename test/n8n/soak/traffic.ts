import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import type { Delivery } from '../../../host';
import { callScalerCall, type CallScalerCall } from '../../../host/simulators';
import { sample } from '../support/seed';

export type Kind = 'new' | 'duplicate' | 'filtered' | 'invalid';

/** One delivery, and what it is meant to be. */
export interface Planned {
	kind: Kind;
	callId: string;
	delivery: Delivery;
	/** What the answer must name, where the delivery is not let through. */
	because?: string;
}

/** What the trigger lets through has at least this duration. */
export const MIN_DURATION_IN_SECONDS = 60;

/** What the next delivery is, of a hundred; `pick` chooses among as many as there are then. */
const lot = fc.record({
	kind: fc.oneof<Array<fc.WeightedArbitrary<Kind>>>(
		{ weight: 35, arbitrary: fc.constant('new') },
		{ weight: 30, arbitrary: fc.constant('duplicate') },
		{ weight: 30, arbitrary: fc.constant('filtered') },
		{ weight: 5, arbitrary: fc.constant('invalid') },
	),
	pick: fc.nat(),
});

/** A day of a busy account: new calls, retries of earlier ones, calls that a filter excludes, and rubbish. */
export function traffic(count: number, secret: string): Planned[] {
	const headers = { 'X-Webhook-Secret': secret };
	const accepted: CallScalerCall[] = [];

	const again = (pick: number): Planned => {
		const call = accepted[pick % accepted.length] ?? callScalerCall();
		const drifted = { ...call, attempt: 2, delivery_id: randomUUID(), webhook_sent_at: new Date().toISOString() };
		return { kind: 'duplicate', callId: String(call.call_id), delivery: { headers, json: drifted } };
	};
	const filtered = (position: number): Planned => {
		const call = callScalerCall({ call_id: `filtered-${position}`, duration_seconds: MIN_DURATION_IN_SECONDS - 1 });
		const because = 'Minimum Duration';
		return { kind: 'filtered', callId: `filtered-${position}`, delivery: { headers, json: call }, because };
	};
	const invalid = (position: number, pick: number): Planned => {
		const callId = `invalid-${position}`;
		const call = callScalerCall({ call_id: callId });
		const ways: Array<[string, Delivery]> = [
			['X-Webhook-Secret', { headers: { 'X-Webhook-Secret': `${secret}!` }, json: call }],
			['JSON object', { headers, json: [call, call] }],
			['duration_seconds', { headers, json: { ...call, duration_seconds: 'two minutes' } }],
		];
		const [because, delivery] = ways[pick % ways.length] ?? ['', {}];
		return { kind: 'invalid', callId, delivery, because };
	};
	const fresh = (position: number): Planned => {
		const call = callScalerCall({ call_id: `call-${position}` });
		accepted.push(call);
		return { kind: 'new', callId: `call-${position}`, delivery: { headers, json: call } };
	};

	return sample(lot, count).map(({ kind, pick }, position) => {
		if (kind === 'invalid') return invalid(position, pick);
		if (kind === 'filtered') return filtered(position);
		return kind === 'duplicate' && accepted.length > 0 ? again(pick) : fresh(position);
	});
}
