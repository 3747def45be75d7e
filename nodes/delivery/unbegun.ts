import type { INodeExecutionData } from 'n8n-workflow';

import type { Claim } from '../memory/claims';
import { perTrigger } from '../n8n/per-trigger';

const MINUTE_IN_MS = 60_000;
const HOUR_IN_MS = 60 * MINUTE_IN_MS;
/** From the first try to the next ones, then each hour: each may be one more failed execution. */
const TRIES_AFTER_MS = [5 * MINUTE_IN_MS, 15 * MINUTE_IN_MS];
const KEPT_FOR_MS = 24 * HOUR_IN_MS;
const MOST_CALLS = 100;
const MOST_CHARACTERS = 10_000_000;

/** A delivery that n8n took, and whose execution has not begun in time: n8n may have ended that, and then has no call of it. */
export class UnbegunCall {
	/** In characters. */
	readonly size: number;

	/** Milliseconds since the epoch. */
	nextTryAt = Date.now() + MINUTE_IN_MS;

	/** Whether it is not known yet what became of it. */
	isHandedOver = false;

	private tries = 0;

	constructor(
		/** The digest of the call's key, or the id of its delivery. */
		readonly name: string,
		readonly claim: Claim,
		/** What its execution is to begin with. */
		readonly items: INodeExecutionData[][],
	) {
		this.size = JSON.stringify(items).length;
	}

	get hasKey(): boolean {
		return this.name !== this.claim.deliveryId;
	}

	/**
	 * Whether it is handed over again though an execution of it may be on its way: with a key only one of them runs. Not for ever, for
	 * where all workers are away each is one more that waits.
	 */
	get mayBeOnItsWay(): boolean {
		return this.hasKey && this.tries <= TRIES_AFTER_MS.length;
	}

	tried(): void {
		this.nextTryAt = Date.now() + (TRIES_AFTER_MS[this.tries++] ?? HOUR_IN_MS);
	}
}

/** The calls of one trigger that have not begun, oldest first, in the memory of the process. */
export class Unbegun {
	/** By their deliveries. */
	private readonly calls = new Map<string, UnbegunCall>();

	/** Claims of those that were let go, by their deliveries: of two executions of a delivery only one is to run. */
	private readonly letGoClaims = new Map<string, Claim>();

	private characters = 0;

	get size(): number {
		return this.calls.size;
	}

	/** Of several deliveries of a call the last is kept. Undefined where there are too many calls: what was kept before stays. */
	keep(name: string, claim: Claim, items: INodeExecutionData[][]): UnbegunCall | undefined {
		const before = [...this.calls.values()].filter((call) => {
			const isSameCall = call.name === name && Math.abs(call.claim.at - claim.at) < claim.windowInMs;
			return isSameCall || call.claim.deliveryId === claim.deliveryId;
		});
		const call = new UnbegunCall(name, claim, items);
		const characters = before.reduce((sum, { size }) => sum - size, this.characters + call.size);
		if (this.calls.size - before.length >= MOST_CALLS || characters > MOST_CHARACTERS) return undefined;
		for (const each of before) this.letGo(each);
		claim.isKept = true;
		this.characters += call.size;
		this.calls.set(claim.deliveryId, call);
		return call;
	}

	claimOf(deliveryId: string): Claim | undefined {
		return this.calls.get(deliveryId)?.claim ?? this.letGoClaims.get(deliveryId);
	}

	allAreDue(): void {
		for (const call of this.calls.values()) Object.assign(call, { nextTryAt: 0, isHandedOver: false });
	}

	due(now = Date.now()): UnbegunCall[] {
		return [...this.calls.values()].filter(({ nextTryAt, isHandedOver }) => nextTryAt <= now && !isHandedOver);
	}

	/** Its first step has run. */
	hasBegun(deliveryId: string): void {
		const call = this.calls.get(deliveryId);
		if (call !== undefined) this.letGo(call);
	}

	/** It has begun, or nobody will hand it over any more. */
	letGo({ claim, size }: UnbegunCall): void {
		if (!this.calls.delete(claim.deliveryId)) return;
		claim.isKept = false;
		this.characters -= size;
		this.letGoClaims.set(claim.deliveryId, claim);
	}

	dropExpired(now: number): boolean {
		for (const call of this.calls.values()) if (isOver(call.claim, now)) this.letGo(call);
		for (const [deliveryId, claim] of this.letGoClaims) if (isOver(claim, now)) this.letGoClaims.delete(deliveryId);
		return this.calls.size + this.letGoClaims.size === 0;
	}
}

function isOver({ at }: Claim, now: number): boolean {
	return now - at >= KEPT_FOR_MS;
}

/** The calls of one trigger node that have not begun. */
export const unbegunOf = perTrigger(
	() => new Unbegun(),
	(unbegun, now) => unbegun.dropExpired(now),
);
