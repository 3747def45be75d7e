import { sleep } from 'n8n-workflow';

import type { Claim, ClaimVerdict, DeliveryResponse } from './claim';
import { IN_PROGRESS_WAIT_IN_MS, letGoOfEnded, POLL_IN_MS, statusOf } from './claim';
import { perTrigger } from './per-trigger';

/** The two ways a call can come in by: the provider's webhook, or the asking for what that missed. */
export type Door = 'webhook' | 'catch_up';

/** How long a call's id is remembered, whatever Deduplicate says. */
export const IDS_ARE_KEPT_MS = 7 * 24 * 3_600_000;

/** One time that a call came in. */
interface Coming extends Pick<Claim, 'outcome'> {
	readonly door: Door;
	readonly deliveryId: string;
	/** False where the asking claimed the call and then ignored it: no execution ran, and its webhook may say more. */
	ran: boolean;
}

interface KnownCall {
	/** Milliseconds since the epoch. */
	at: number;
	/** What else a call is recognized by where its id were another; absent where it has too little. */
	looks?: string;
	comings: Coming[];
}

/**
 * The calls of one trigger by their id, with the door that they came in by, in the memory of the process: it tells the
 * asking which calls need none. Which event a delivery had and what Deduplicate says makes no difference here.
 */
export class CallIds {
	private readonly calls = new Map<string, KnownCall>();

	private readonly open = new Set<Coming>();

	/** How many triggers that ask hold this memory: it must not be dropped while it is empty. */
	private holders = 0;

	/** Since when this memory has been complete, in milliseconds since the epoch, where webhooks come to this process. */
	since: number;

	constructor(private readonly now: () => number = Date.now) {
		this.since = now();
	}

	/** What of a call is known here; `open` while it is being worked on, undefined where nobody has handled it. */
	stateOf(id: string): Door | 'open' | undefined {
		const comings = this.calls.get(id)?.comings ?? [];
		const handled = comings.find((coming) => isHandled(coming));
		if (handled !== undefined) return handled.door;
		return comings.some((coming) => statusOf(coming) === undefined) ? 'open' : undefined;
	}

	/** A webhook arrived. It is a duplicate where the call was caught up; where that is being caught up, it waits for its end. */
	async arrive(
		id: string,
		deliveryId: string,
		response: DeliveryResponse,
		history: number,
		looks?: string,
		waitInMs = IN_PROGRESS_WAIT_IN_MS,
	): Promise<ClaimVerdict> {
		const patience = this.now() + waitInMs;
		for (;;) {
			const known = this.calls.get(id);
			const caughtUp = known?.comings.filter(({ door, ran }) => door === 'catch_up' && ran) ?? [];
			if (known !== undefined && caughtUp.some(isHandled)) return { verdict: 'duplicate', at: known.at };
			if (known === undefined || caughtUp.every((coming) => statusOf(coming) !== undefined)) {
				this.add(id, { door: 'webhook', deliveryId, outcome: response, ran: true }, history, looks);
				return { verdict: 'accepted' };
			}
			if (this.now() >= patience) return { verdict: 'in_progress', at: known.at };
			await sleep(POLL_IN_MS);
		}
	}

	/** Claims a call for its catching up; false where it has come in already. */
	catchUp(id: string, deliveryId: string, outcome: DeliveryResponse, history: number): boolean {
		if (this.stateOf(id) !== undefined) return false;
		this.add(id, { door: 'catch_up', deliveryId, outcome, ran: true }, history);
		return true;
	}

	/** What was claimed for catching up is not to run: it was ignored, or is another one's. */
	passOver(id: string, deliveryId: string): void {
		for (const coming of this.calls.get(id)?.comings ?? []) if (coming.deliveryId === deliveryId) coming.ran = false;
	}

	/** What the durable list told of a call from before this process. */
	learn(id: string, door: Door, history: number): void {
		if (this.stateOf(id) === undefined) this.add(id, { door, deliveryId: '', outcome: 200, ran: true }, history);
	}

	/** How a delivery that came to this process ends; undefined where it did not come here. */
	comingOf(id: string, deliveryId: string): Pick<Claim, 'outcome'> | undefined {
		return this.calls.get(id)?.comings.find((coming) => coming.deliveryId === deliveryId);
	}

	/** The delivered calls, by what these look like: their ids, and when they came. */
	byLooks(): Map<string, Array<{ id: string; at: number }>> {
		const found = new Map<string, Array<{ id: string; at: number }>>();
		for (const [id, { looks, at }] of this.calls) {
			if (looks === undefined || this.stateOf(id) !== 'webhook') continue;
			found.set(looks, [...(found.get(looks) ?? []), { id, at }]);
		}
		return found;
	}

	/** Begins anew, where catching up was off: what was delivered meanwhile was not noted. */
	forget(): void {
		this.calls.clear();
		this.open.clear();
		this.since = this.now();
	}

	/** A trigger asks by this memory, until it releases it. */
	hold(): () => void {
		this.holders++;
		return () => void this.holders--;
	}

	dropExpired(now: number): boolean {
		letGoOfEnded(this.open);
		for (const [id, call] of this.calls) {
			if (now - call.at < IDS_ARE_KEPT_MS) break;
			if (this.stateOf(id) !== 'open') this.calls.delete(id);
		}
		return this.calls.size === 0 && this.holders === 0;
	}

	private add(id: string, coming: Coming, history: number, looks?: string): void {
		letGoOfEnded(this.open);
		const known = this.calls.get(id);
		// What failed tells nothing any more.
		const others = known?.comings.filter((each) => (statusOf(each) ?? 0) < 400) ?? [];
		this.open.add(coming);
		this.calls.delete(id);
		this.calls.set(id, {
			at: this.now(),
			looks: looks ?? known?.looks,
			comings: [...others, coming].slice(-MAX_COMINGS),
		});
		if (this.calls.size <= history) return;
		for (const old of this.calls.keys()) {
			if (this.stateOf(old) === 'open') continue;
			this.calls.delete(old);
			break;
		}
	}
}

/** More deliveries of one call than CallScaler's retries of two events make. */
const MAX_COMINGS = 16;

function isHandled(coming: Coming): boolean {
	const status = statusOf(coming);
	return status !== undefined && status < 400;
}

/** The call ids of one trigger node. */
export const callIdsOf = perTrigger(() => new CallIds());
