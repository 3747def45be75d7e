import { sleep } from 'n8n-workflow';

import { perTrigger } from './perTrigger';

/** The part of an HTTP response that tells how a delivery ended. */
export interface DeliveryResponse {
	/** True once n8n has answered, even when the caller hung up long before. */
	readonly writableEnded: boolean;
	readonly statusCode: number;
}

/** The delivery that a call was first accepted with. */
export interface Claim {
	readonly deliveryId: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** How it ends, as long as that is open; afterwards only the status is kept. */
	outcome: DeliveryResponse | number;
}

export type ClaimVerdict =
	| { verdict: 'accepted' }
	| { verdict: 'duplicate'; at: number }
	| { verdict: 'in_progress'; at: number };

/** What is remembered: at most so many calls, each for so long. */
export interface MemoryLimits {
	history: number;
	windowHours: number;
}

const HOUR_IN_MS = 3_600_000;
const POLL_IN_MS = 50;

/** How long a further delivery waits for the first one's end: under the 10 s that both providers allow for an answer. */
export const IN_PROGRESS_WAIT_IN_MS = 6_000;

/**
 * The calls that one trigger has accepted, oldest first. It lives in the memory of the process that receives webhooks:
 * that is where deliveries of one call meet before anything is stored.
 */
export class Claims {
	private readonly claims = new Map<string, Claim>();

	private readonly open = new Set<Claim>();

	constructor(private readonly now: () => number = Date.now) {}

	get size(): number {
		return this.claims.size;
	}

	find(key: string): Claim | undefined {
		return this.claims.get(key);
	}

	/**
	 * Claims a call for a delivery. The claim holds while the delivery's response is open or ended below 400; a call
	 * whose delivery was answered with a failure is free again, and so is one from before the window.
	 */
	async take(
		key: string,
		deliveryId: string,
		response: DeliveryResponse,
		limits: MemoryLimits,
		waitInMs = IN_PROGRESS_WAIT_IN_MS,
	): Promise<ClaimVerdict> {
		const patience = this.now() + waitInMs;
		for (;;) {
			const first = this.claims.get(key);
			const status = first && statusOf(first);
			if (first === undefined || this.isExpired(first, limits) || (status !== undefined && status >= 400)) {
				this.put(key, { deliveryId, at: this.now(), outcome: response }, limits);
				return { verdict: 'accepted' };
			}
			if (status !== undefined) return { verdict: 'duplicate', at: first.at };
			if (this.now() >= patience) return { verdict: 'in_progress', at: first.at };
			await sleep(POLL_IN_MS);
		}
	}

	private isExpired(claim: Claim, { windowHours }: MemoryLimits): boolean {
		return statusOf(claim) !== undefined && this.now() - claim.at >= windowHours * HOUR_IN_MS;
	}

	private put(key: string, claim: Claim, limits: MemoryLimits): void {
		this.settle();
		// Deleted first, so that the order of the map stays the order of acceptance.
		this.claims.delete(key);
		this.claims.set(key, claim);
		this.open.add(claim);
		for (const [oldKey, old] of this.claims) {
			if (this.claims.size <= limits.history && !this.isExpired(old, limits)) break;
			if (old === claim) break;
			this.claims.delete(oldKey);
			this.open.delete(old);
		}
	}

	/** Lets go of the responses that have ended: a response holds its request, with its body. */
	private settle(): void {
		for (const claim of this.open) {
			const status = statusOf(claim);
			if (status === undefined) continue;
			claim.outcome = status;
			this.open.delete(claim);
		}
	}
}

/** The status a claim's delivery was answered with; undefined while it is still being worked on. */
export function statusOf({ outcome }: Claim): number | undefined {
	if (typeof outcome === 'number') return outcome;
	return outcome.writableEnded ? outcome.statusCode : undefined;
}

/** The status a claim's delivery will have been answered with. */
export async function ended(claim: Claim): Promise<number> {
	for (;;) {
		const status = statusOf(claim);
		if (status !== undefined) return status;
		await sleep(POLL_IN_MS);
	}
}

/** The claims of one trigger node. */
export const claimsOf = perTrigger(() => new Claims());
