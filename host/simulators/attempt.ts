import { type Answer, deliver, type Delivery } from '../deliver/deliver';
import { NoAnswer } from '../deliver/exchange';

/** Both guides: an answer that comes later is none. */
export const PROVIDERS_PATIENCE_IN_MILLISECONDS = 10_000;
/** How long the simulators wait unless told otherwise: a machine that does much else must not look like a slow trigger. */
export const PATIENCE_IN_MILLISECONDS = 60_000;

/** What a provider's delivery log would show of one delivery. */
export type Attempt =
	| { outcome: 'answered'; answer: Answer; payload: Record<string, unknown> }
	| { outcome: 'timeout' | 'connection'; payload: Record<string, unknown> };

export async function attempt(url: string, delivery: Delivery, payload: Record<string, unknown>): Promise<Attempt> {
	try {
		return { outcome: 'answered', answer: await deliver(url, delivery), payload };
	} catch (error) {
		if (error instanceof NoAnswer) return { outcome: error.reason, payload };
		throw error;
	}
}

/** Both guides: only a 2xx answer within the time-out counts as delivered. */
export function isDelivered(made: Attempt): boolean {
	return made.outcome === 'answered' && made.answer.status >= 200 && made.answer.status < 300;
}
