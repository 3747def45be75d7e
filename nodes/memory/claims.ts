import { sleep } from 'n8n-workflow';

import { perTrigger } from '../n8n/per-trigger';
import { MOST_IDS } from './room';
import type { Recorded } from './shared-list';

/** The two ways a call can come in by: the provider's webhook, or the asking for what that did not bring. */
export const DOORS = ['webhook', 'catch_up'] as const;
export type Door = (typeof DOORS)[number];

/** The part of an HTTP response that tells how a delivery ended. */
interface DeliveryResponse {
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

type ClaimVerdict = { verdict: 'accepted' } | { verdict: 'duplicate' | 'in_progress'; at: number };

const POLL_IN_MS = 50;

/** How long a further delivery waits for the first one's end: under the 10 s that both providers allow for an answer. */
const IN_PROGRESS_WAIT_IN_MS = 6_000;

/** More than wait for one call where a provider repeats a delivery; each that waits holds a request in memory. */
const MOST_WAITING = 10;

/** How long a call's id is remembered, whatever Deduplicate says. */
export const IDS_ARE_KEPT_MS = 7 * 24 * 3_600_000;

/** More deliveries of one call than providers make; those of calls that share a made-up id, or look the same, are in one list. */
const MOST_CLAIMS_OF_A_NAME = 16;

/**
 * A response that is open for longer is not going to end: n8n never answers a delivery whose execution was stopped while it
 * waited for a place. An execution that has begun may run for long.
 */
const GIVEN_UP_AFTER_MS = { notBegun: 3_600_000, begun: 24 * 3_600_000 };
const GIVEN_UP = 504;

/** A delivery's claim to a call, by whichever door: how the delivery ended tells whether the call was handled. */
export class Claim {
	/** Which execution began with it in this process, and what that found. */
	begun?: { readonly executionId: string; readonly recorded: Promise<Recorded> };

	/** Set where the API tells of its call, or a row was taken for that: whatever else looks like it is another call. */
	hasRow = false;

	/** Set while its call is kept, for n8n did not begin it: then it is still to run, with all that its delivery said. */
	isKept = false;

	/** How long the call is remembered by its key. */
	windowInMs = 0;

	/**
	 * Set where the call was already in n8n's list: it is forgotten at this time, as if only the earlier delivery counted.
	 * Milliseconds since the epoch.
	 */
	knownUntil?: number;

	/** The deliveries of the same call that wait for the end of this one. */
	waiting?: Set<Claim>;

	private readonly since = performance.now();

	/** `at` is when the delivery was received, in milliseconds since the epoch; of a call that is caught up, when it ended. */
	constructor(
		readonly deliveryId: string,
		/** The delivery's response while that is open; afterwards its status alone, since a response holds its request. */
		private outcome: DeliveryResponse | number,
		readonly at = Date.now(),
		/**
		 * `unseen` where n8n's list alone knows of it. `not wanted` where catching up did not hand its call over (ignored, held, a
		 * duplicate): its webhook may say more.
		 */
		public door: Door | 'unseen' | 'not wanted' = 'webhook',
	) {}

	/** The status that the delivery was answered with; undefined while it is being worked on. */
	get status(): number | undefined {
		if (typeof this.outcome === 'number') return this.outcome;
		const givenUpAfterMs = GIVEN_UP_AFTER_MS[this.begun === undefined ? 'notBegun' : 'begun'];
		if (this.outcome.writableEnded) this.outcome = this.outcome.statusCode;
		else if (performance.now() - this.since >= givenUpAfterMs) this.outcome = GIVEN_UP;
		return typeof this.outcome === 'number' ? this.outcome : undefined;
	}

	get isOpen(): boolean {
		return this.status === undefined;
	}

	get isHandled(): boolean {
		return (this.status ?? GIVEN_UP) < 400;
	}

	/** An execution has begun after all whose delivery was answered as a failure: a further one has nothing to take over. */
	countsAsHandled(): void {
		if (!this.isOpen) this.outcome = 200;
	}

	/** Whether the delivery is answered below 400, once it is. */
	async end(): Promise<boolean> {
		while (this.isOpen) await sleep(POLL_IN_MS);
		return this.isHandled;
	}
}

/** By what a call is known: its ids, and what it looks like, which other calls may too. */
interface KnownBy {
	readonly ids: readonly string[];
	readonly looks: readonly string[];
}

/**
 * The calls of one trigger in the memory of the process that receives webhooks: that is where deliveries of one call meet
 * before anything is stored (ARCHITECTURE.md). Each is known by the digest of its key, and where the trigger catches up by
 * that of its id too: which event a delivery had and what Deduplicate says makes no difference to the id.
 */
export class Claims {
	/** The latest claim of each key, oldest first. */
	private readonly byKey = new Map<string, Claim>();

	/** By each name, oldest first. */
	private readonly byId = new Map<string, readonly Claim[]>();

	private readonly open = new Set<Claim>();

	/** Since when the ids are complete, in milliseconds since the epoch, where webhooks come to this process. */
	since = Date.now();

	get size(): number {
		return this.byKey.size;
	}

	/**
	 * Claims a call by its key. A claim holds while its delivery's response is open or ended below 400; a call whose delivery
	 * was answered with a failure is free again, and so is one from before the window.
	 */
	async claim(
		key: string,
		claim: Claim,
		{ history, windowInMs }: MemoryLimits,
		waitInMs = IN_PROGRESS_WAIT_IN_MS,
	): Promise<ClaimVerdict> {
		return await whenFree(claim, waitInMs, () => {
			const first = this.holderOf(key, claim.at, windowInMs);
			if (first !== undefined) return first;
			claim.windowInMs = windowInMs;
			this.openUp(claim);
			// Deleted first, so that the order of the map stays the order of acceptance.
			this.byKey.delete(key);
			this.byKey.set(key, claim);
			for (const [oldKey, old] of this.byKey) {
				if (this.byKey.size <= history && !hasRunOut(old)) break;
				// What is being worked on is never forgotten, however many calls come meanwhile.
				if (old !== claim && !old.isOpen) this.byKey.delete(oldKey);
			}
			return undefined;
		});
	}

	/** The delivery that has the call where another one was received `at`; undefined where it is free. */
	holderOf(key: string, at: number, windowInMs: number): Claim | undefined {
		const claim = this.byKey.get(key);
		const isFree = claim === undefined || hasRunOut(claim, windowInMs, at) || !(claim.isOpen || claim.isHandled);
		return isFree ? undefined : claim;
	}

	/** A webhook arrived. It is a duplicate where the call was caught up; where that is being caught up, it waits for its end. */
	async arrive({ ids, looks }: KnownBy, claim: Claim, history: number): Promise<ClaimVerdict> {
		return await whenFree(claim, IN_PROGRESS_WAIT_IN_MS, () => {
			const caughtUp = this.claimsById(ids).filter(({ door }) => door === 'catch_up');
			const first = caughtUp.find(({ isHandled }) => isHandled) ?? caughtUp.find(({ isOpen }) => isOpen);
			if (first === undefined) for (const name of [...ids, ...looks]) this.note(name, claim, history);
			return first;
		});
	}

	/** Claims a call for its catching up; false where it has come in already. */
	catchUp(ids: readonly string[], claim: Claim, history: number): boolean {
		if (this.stateOf(...ids) !== undefined) return false;
		for (const id of ids) this.note(id, claim, history);
		return true;
	}

	/** A call is known to be handled, by n8n's list or another of its ids: no delivery of it came here under this one. */
	learn(id: string, history: number): void {
		if (this.stateOf(id) === undefined) this.note(id, new Claim('', 200, Date.now(), 'unseen'), history);
	}

	/** By which door a call came in that was handled; `open` while it is worked on or kept, undefined where nobody has it. */
	stateOf(...ids: readonly string[]): Claim['door'] | 'open' | undefined {
		const claims = this.claimsById(ids);
		const handled = claims.filter(({ isHandled }) => isHandled);
		if (handled.length > 0) return handled.find(({ door }) => door !== 'not wanted')?.door ?? 'not wanted';
		return claims.length > 0 ? 'open' : undefined;
	}

	/** Whether a call was handled, or ignored. */
	isHandled({ ids }: Pick<KnownBy, 'ids'>): boolean {
		return this.claimsById(ids).some(({ isHandled }) => isHandled);
	}

	/** The API tells of the call with these ids. Of what n8n's list knows, what it looks like may be of this one alone. */
	noteRow({ ids, looks }: KnownBy): void {
		const own = this.deliveriesOf(ids).filter(({ isHandled }) => isHandled);
		const isUnseen = own.length > 0 && own.every(({ door }) => door === 'unseen');
		const unseen = isUnseen ? this.deliveriesOf(looks).filter(({ door }) => door === 'unseen') : [];
		for (const claim of [...own, ...unseen]) claim.hasRow = true;
	}

	/** The deliveries that are known by one of these names, but for those that have failed. */
	deliveriesOf(names: readonly string[]): Claim[] {
		return this.claimsById(names).filter(({ door }) => door === 'webhook' || door === 'unseen');
	}

	/** Those of them that came by webhook and were handled. */
	webhooksOf(names: readonly string[]): Claim[] {
		return this.deliveriesOf(names).filter(({ door, isHandled }) => door === 'webhook' && isHandled);
	}

	/** The claim of a delivery that came to this process; undefined where it did not come here. */
	claimOf(deliveryId: string, { key, ids = [], looks = [] }: Partial<KnownBy> & { key?: string }): Claim | undefined {
		const byKey = key === undefined ? undefined : this.byKey.get(key);
		if (byKey?.deliveryId === deliveryId) return byKey;
		return [...ids, ...looks].flatMap((id) => this.byId.get(id) ?? []).find((each) => each.deliveryId === deliveryId);
	}

	/** Whether a call that came by webhook was handled here. */
	hasDelivered(): boolean {
		return [...this.byId.keys()].some((id) => this.stateOf(id) === 'webhook');
	}

	/** The ids begin anew, where catching up was off: what was delivered meanwhile was not noted. */
	beginIdsAnew(): void {
		this.byId.clear();
		this.since = Date.now();
	}

	/** Lets go of the calls that have run out. */
	dropExpired(now: number): void {
		this.letGoOfEnded();
		for (const [key, claim] of this.byKey) {
			if (!hasRunOut(claim)) break;
			this.byKey.delete(key);
		}
		for (const [id, claims] of this.byId) {
			if (claims.some(({ at }) => now - at < IDS_ARE_KEPT_MS)) break;
			if (this.stateOf(id) !== 'open') this.byId.delete(id);
		}
	}

	/** What failed tells nothing any more, unless its call is kept. */
	private claimsById(ids: readonly string[]): Claim[] {
		const noted = ids.flatMap((id) => this.byId.get(id) ?? []);
		return noted.filter(({ isOpen, isHandled, isKept }) => isOpen || isHandled || isKept);
	}

	private note(id: string, claim: Claim, history: number): void {
		this.openUp(claim);
		const others = this.claimsById([id]);
		this.byId.delete(id);
		const oneTooMany = others.length < MOST_CLAIMS_OF_A_NAME ? undefined : others.find(({ isOpen }) => !isOpen);
		this.byId.set(id, [...others.filter((other) => other !== oneTooMany), claim]);
		if (this.byId.size <= history * MOST_IDS) return;
		for (const old of this.byId.keys()) {
			if (this.stateOf(old) === 'open') continue;
			this.byId.delete(old);
			break;
		}
	}

	private openUp(claim: Claim): void {
		this.letGoOfEnded();
		this.open.add(claim);
	}

	/** A claim lets go of its response when it is asked how that ended: nobody may ask for long. */
	private letGoOfEnded(): void {
		for (const claim of this.open) if (!claim.isOpen) this.open.delete(claim);
	}
}

/** Asks who has a call until nobody has it, that one is done with it, or patience is at an end. */
async function whenFree(claim: Claim, waitInMs: number, takeOrHolder: () => Claim | undefined): Promise<ClaimVerdict> {
	const patience = performance.now() + waitInMs;
	for (;;) {
		const holder = takeOrHolder();
		if (holder === undefined) return { verdict: 'accepted' };
		if (!holder.isOpen) return { verdict: 'duplicate', at: holder.at };
		const waiting = (holder.waiting ??= new Set());
		const isOneTooMany = waiting.size >= MOST_WAITING && !waiting.has(claim);
		if (isOneTooMany || performance.now() >= patience) {
			waiting.delete(claim);
			return { verdict: 'in_progress', at: holder.at };
		}
		waiting.add(claim);
		await sleep(POLL_IN_MS);
	}
}

/**
 * Whether a delivery has ended, and its call is no longer remembered where another one was received `at`. That may be long
 * before now, and before the first one: a call that is caught up counts from its end.
 */
function hasRunOut(claim: Claim, windowInMs = claim.windowInMs, at = Date.now()): boolean {
	return !claim.isOpen && (Math.abs(at - claim.at) >= windowInMs || Date.now() >= (claim.knownUntil ?? Infinity));
}

/** The calls of one trigger node. It stays where it is empty: whoever catches up by it knows since when its ids are complete. */
export const claimsOf = perTrigger(
	() => new Claims(),
	(claims, now) => {
		claims.dropExpired(now);
		return false;
	},
);
