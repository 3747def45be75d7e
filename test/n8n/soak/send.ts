import { setTimeout as sleep } from 'node:timers/promises';

import { type Answer, deliver, type Delivery, NoAnswer } from '../../../host';
import type { Delivered } from './balance';
import type { Planned } from './traffic';

const DELIVERIES_AT_ONCE = 8;
const TRY_AGAIN_AFTER_IN_MILLISECONDS = 500;

/**
 * n8n answers so while it starts or stops, before a trigger sees the delivery, and a trigger that can no longer read its
 * credential. While n8n brings its database up to date it says "n8n is starting up" with 200: a real provider would take
 * that for success.
 */
function isFromStarting({ status, text }: Answer): boolean {
	return status === 404 || status >= 500 || text.startsWith('n8n is starting up');
}

/** As a provider whose patience has no end: delivers until there is an answer. */
async function deliverUntilAnswered(url: string, delivery: Delivery): Promise<{ answer: Answer; attempts: number }> {
	for (let attempts = 1; ; attempts++) {
		try {
			const answer = await deliver(url, delivery);
			const isInProgress = answer.status === 409;
			if (!isInProgress && !isFromStarting(answer)) return { answer, attempts };
		} catch (error) {
			if (!(error instanceof NoAnswer)) throw error;
		}
		await sleep(TRY_AGAIN_AFTER_IN_MILLISECONDS);
	}
}

/** Sends traffic in its order, several deliveries at a time. `onDelivered` learns of each how many that makes. */
export async function send(
	url: string,
	planned: Planned[],
	onDelivered: (count: number) => void = () => {},
): Promise<Delivered[]> {
	const delivered: Delivered[] = [];
	const queue = planned.values();
	const work = async (): Promise<void> => {
		for (const each of queue) {
			const made = await deliverUntilAnswered(url, each.delivery);
			delivered.push({ ...each, ...made });
			onDelivered(delivered.length);
		}
	};
	await Promise.all(Array.from({ length: DELIVERIES_AT_ONCE }, work));
	return delivered;
}
