import { randomUUID } from 'node:crypto';

import type { Delivery } from '../harness';
import { callScalerCall, type CallScalerCall } from '../simulators';

export type Kind = 'new' | 'duplicate' | 'filtered' | 'invalid';

/** One delivery, and what it is meant to be. */
export interface Planned {
	kind: Kind;
	callId: string;
	delivery: Delivery;
	/** What the answer must name, where the delivery is not let through. */
	because?: string;
}

/** Of a hundred deliveries; the rest are new calls. */
export const SHARES = { duplicate: 30, filtered: 30, invalid: 5 };

/** What the trigger lets through has at least this duration. */
export const MIN_DURATION_IN_SECONDS = 60;

/** The same numbers from the same seed, in [0, 1): a run can be repeated. (Mulberry32.) */
export function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export interface TrafficOptions {
	seed: number;
	count: number;
	secret: string;
}

/** A day of a busy account: new calls, retries of earlier ones, calls that a filter excludes, and rubbish. */
export function traffic({ seed, count, secret }: TrafficOptions): Planned[] {
	const random = randomFrom(seed);
	const headers = { 'X-Webhook-Secret': secret };
	const accepted: CallScalerCall[] = [];

	const again = (): Planned => {
		const call = accepted[Math.floor(random() * accepted.length)] ?? callScalerCall();
		const drifted = { ...call, attempt: 2, delivery_id: randomUUID(), webhook_sent_at: new Date().toISOString() };
		return { kind: 'duplicate', callId: String(call.call_id), delivery: { headers, json: drifted } };
	};
	const filtered = (position: number): Planned => {
		const call = callScalerCall({ call_id: `filtered-${position}`, duration_seconds: MIN_DURATION_IN_SECONDS - 1 });
		const because = 'Minimum Duration';
		return { kind: 'filtered', callId: `filtered-${position}`, delivery: { headers, json: call }, because };
	};
	const invalid = (position: number): Planned => {
		const callId = `invalid-${position}`;
		const call = callScalerCall({ call_id: callId });
		const ways: Array<[string, Delivery]> = [
			['X-Webhook-Secret', { headers: { 'X-Webhook-Secret': `${secret}!` }, json: call }],
			['JSON object', { headers, json: [call] }],
			['duration_seconds', { headers, json: { ...call, duration_seconds: 'two minutes' } }],
		];
		const [because, delivery] = ways[Math.floor(random() * ways.length)] ?? ['', {}];
		return { kind: 'invalid', callId, delivery, because };
	};
	const fresh = (position: number): Planned => {
		const call = callScalerCall({ call_id: `call-${position}` });
		accepted.push(call);
		return { kind: 'new', callId: `call-${position}`, delivery: { headers, json: call } };
	};

	return Array.from({ length: count }, (_, position) => {
		const lot = random() * 100;
		if (lot < SHARES.invalid) return invalid(position);
		if (lot < SHARES.invalid + SHARES.filtered) return filtered(position);
		if (lot < SHARES.invalid + SHARES.filtered + SHARES.duplicate && accepted.length > 0) {
			return again();
		}
		return fresh(position);
	});
}
