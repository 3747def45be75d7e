import { sleep } from 'n8n-workflow';

import { perTrigger } from './per-trigger';

/** The part of an HTTP response that tells how a delivery ended. */
export interface DeliveryResponse {
	/** True once n8n has answered, even when the caller hung up long before (docs/n8n.md, 7). */
	readonly writableEnded: boolean;
	readonly statusCode: number;
}

/** What is remembered: at most so many calls, each for so long. */
export interface MemoryLimits {
	/** A number of calls. */
	readonly history: number;
	readonly windowInMs: number;
}

/** A call, and the delivery that it was accepted with. */
export interface Claim {
	readonly deliveryId: string;
	/** When the delivery was received, in milliseconds since the epoch; of a call that is caught up, when it ended. */
	readonly at: number;
	readonly windowInMs: number;
	/** The delivery's response while that is open; afterwards its status alone, since a response holds its request. */
	outcome: DeliveryResponse | number;
	/**
	 * Set where the execution found that the call had been recorded before this process: then it is no longer known than from
	 * that earlier delivery on, and this claim must not prolong it. Milliseconds since the epoch.
	 */
	knownUntil?: number;
}

export type ClaimVerdict =
	| { verdict: 'accepted' }
	| { verdict: 'duplicate'; at: number }
	| { verdict: 'in_progress'; at: number };

export const POLL_IN_MS = 50;

/** How long a further delivery waits for the first one's end: under the 10 s that both providers allow for an answer. */
export const IN_PROGRESS_WAIT_IN_MS = 6_000;

/**
 * The calls that one trigger has accepted, oldest first, by the digest of their key. It lives in the memory of the process
 * that receives webhooks: that is where deliveries of one call meet before anything is stored (ARCHITECTURE.md).
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
		at = this.now(),
	): Promise<ClaimVerdict> {
		const patience = this.now() + waitInMs;
		for (;;) {
			const first = this.claims.get(key);
			const status = first && statusOf(first);
			if (
				first === undefined ||
				hasRunOut(first, this.now(), limits.windowInMs, at) ||
				(status !== undefined && status >= 400)
			) {
				const { windowInMs } = limits;
				this.put(key, { deliveryId, at, windowInMs, outcome: response }, limits.history);
				return { verdict: 'accepted' };
			}
			if (status !== undefined) return { verdict: 'duplicate', at: first.at };
			if (this.now() >= patience) return { verdict: 'in_progress', at: first.at };
			await sleep(POLL_IN_MS);
		}
	}

	/** Lets go of the calls whose window has passed; true where none is left. */
	dropExpired(now: number): boolean {
		letGoOfEnded(this.open);
		for (const [key, claim] of this.claims) {
			if (!hasRunOut(claim, now, claim.windowInMs)) break;
			this.claims.delete(key);
		}
		return this.claims.size === 0;
	}

	private put(key: string, claim: Claim, history: number): void {
		letGoOfEnded(this.open);
		// Deleted first, so that the order of the map stays the order of acceptance.
		this.claims.delete(key);
		this.claims.set(key, claim);
		this.open.add(claim);
		for (const [oldKey, old] of this.claims) {
			if (this.claims.size <= history && !hasRunOut(old, this.now(), old.windowInMs)) break;
			// What is being worked on is never forgotten, however many calls come meanwhile.
			if (!this.open.has(old)) this.claims.delete(oldKey);
		}
	}
}

/** Keeps the status alone of each response that has ended, and forgets it: a response holds its request, with its body. */
export function letGoOfEnded(open: Set<Pick<Claim, 'outcome'>>): void {
	for (const claim of open) {
		const status = statusOf(claim);
		if (status === undefined) continue;
		claim.outcome = status;
		open.delete(claim);
	}
}

/**
 * Whether a delivery has ended, and its call is no longer remembered where another one was received `at`. That may be long
 * before now, and before the first one: a call that is caught up counts from its end.
 */
function hasRunOut(claim: Claim, now: number, windowInMs: number, at = now): boolean {
	const isFarFrom = Math.abs(at - claim.at) >= windowInMs;
	return statusOf(claim) !== undefined && (isFarFrom || now >= (claim.knownUntil ?? Infinity));
}

/** The status a claim's delivery was answered with; undefined while it is still being worked on. */
export function statusOf({ outcome }: Pick<Claim, 'outcome'>): number | undefined {
	if (typeof outcome === 'number') return outcome;
	return outcome.writableEnded ? outcome.statusCode : undefined;
}

/** The status a claim's delivery will have been answered with. */
export async function endOf(claim: Pick<Claim, 'outcome'>): Promise<number> {
	for (;;) {
		const status = statusOf(claim);
		if (status !== undefined) return status;
		await sleep(POLL_IN_MS);
	}
}

/** The claims of one trigger node. */
export const claimsOf = perTrigger(() => new Claims());
