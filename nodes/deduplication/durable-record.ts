import { sleep } from 'n8n-workflow';

import { perTrigger } from './per-trigger';
import type { Found, ListOfN8n } from './n8n-list';
import { DurableList } from './n8n-list';

/** What an execution found when it recorded its call. */
export type Recorded =
	/** No other execution has the call. */
	| 'first'
	/** Another execution has it. */
	| 'known'
	/** n8n could not read or write its list, or only after a failure that leaves it open. */
	| 'unrecorded';

/** A call as it is recorded. */
export interface Recording {
	/** The digest of the call's key. */
	readonly key: string;
	readonly windowInMs: number;
	/** How many entries the list is to keep. */
	readonly maxEntries: number;
	/** When its delivery was received, in milliseconds since the epoch: an execution may begin much later. */
	readonly receivedAt: number;
	/**
	 * Set unless this process took the request too. The execution then writes an entry with its id, by which it knows its
	 * own record again: where another process wrote over n8n's list, or n8n starts it once more under the same id.
	 */
	readonly executionId?: string;
}

interface Settled {
	recorded: Recorded;
	/** What was there each time that the entries were added: more than once where other processes may write too. */
	rounds: readonly Found[];
}

/** What there is to work with for what else is remembered in the same list. */
export interface SameList {
	readonly durable: DurableList;
	/** Adds entries, and again until `own` is still there. */
	readonly settle: (
		n8nList: ListOfN8n,
		entries: readonly string[],
		maxEntries: number,
		own: string | undefined,
	) => Promise<Settled>;
	/** Waits as long as another process may need to read and write the list, by what that took here. */
	readonly wait: (took: Pick<Found, 'tookMs'>) => Promise<unknown>;
	/**
	 * Whether an entry is there, and still after a wait; undefined where n8n cannot tell. n8n's list can only be asked by
	 * adding to it, so an entry may be there for a moment only, since another process looks for it too.
	 */
	readonly staysThere: (n8nList: ListOfN8n, entry: string, maxEntries: number) => Promise<boolean | undefined>;
	/** Removes entries, and after a wait once more, should another process have written what it had read before. */
	readonly removeForGood: (n8nList: ListOfN8n, entries: readonly string[]) => Promise<void>;
}

/** How long an execution waits before it adds its entries again, to see whether its own is still there. */
const SETTLE_IN_MS = { atLeast: 150, atMost: 3_000 };
/**
 * Times what n8n's list just took here: another process takes about as long for its reading and writing, and at times much
 * longer (ARCHITECTURE.md, "Two processes at once").
 */
const SETTLE_TIMES = 4;
const MAX_SETTLE_ROUNDS = 5;

/**
 * Records calls durably in n8n's list of processed entries, so that they are known after a restart and in every worker.
 * ARCHITECTURE.md shows a recorded list.
 */
export class Recorder {
	private readonly durable = new DurableList();

	/** How many calls are being recorded just now. */
	private working = 0;

	constructor(private readonly settleInMs = SETTLE_IN_MS) {}

	/** What it has recorded is in n8n's database. Only while it works there must be no second one for the same list. */
	dropExpired(): boolean {
		return this.working === 0;
	}

	/** Records a call as handled, for an execution that is about to handle it. */
	async record(n8nList: ListOfN8n, recording: Recording): Promise<Recorded> {
		const { current, next, own } = entriesOf(recording);
		const lastNode = lastNodeEntriesOf(recording);
		// Known to `begin` too, should the user change how the trigger responds.
		const entries = [current, next, lastNode.next, ...own];
		const isKnown = (found: Found) => found.has(current) || found.has(next);
		return await this.atWork(async () => {
			const { recorded, rounds } = await this.addUntilSettled(n8nList, entries, recording.maxEntries, own[0], isKnown);
			// It had begun, and was cut off or failed: what that left behind would let the next delivery begin.
			const hadBegun = recorded === 'first' && rounds[0]?.has(lastNode.next) === true;
			if (hadBegun) await this.durable.remove(n8nList, lastNode.begun);
			return recorded;
		});
	}

	/**
	 * Records a call as begun, where it counts as handled only once the last node has answered: until `succeeded` is called,
	 * another delivery of it may begin too, after a failure or a kill. `deliveryId` tells two executions of one delivery, of
	 * which the second is not to begin, from two deliveries. It has entries of its own, not those of `record`: n8n's list
	 * cannot tell whether a recorded call was only begun without being changed.
	 */
	async begin(n8nList: ListOfN8n, recording: Recording, deliveryId: string): Promise<Recorded> {
		const { current, next, begun } = lastNodeEntriesOf(recording);
		const delivery = `delivery ${deliveryId}`;
		const own = recording.executionId === undefined ? [] : [`${delivery}@${recording.executionId}`];
		// n8n drops the oldest entries first: were a `begun` dropped before its call, that would count as handled.
		const entries = [current, next, ...begun, delivery, ...own];
		const isHandled = (found: Found) =>
			[current, next].some((entry, position) => found.has(entry) && !found.has(begun[position] ?? ''));
		const isKnown = (found: Found) => found.has(delivery) || isHandled(found);
		return await this.atWork(
			async () => (await this.addUntilSettled(n8nList, entries, recording.maxEntries, own[0], isKnown)).recorded,
		);
	}

	/** The last node of a call that had begun has answered: from now on the call is handled. */
	async succeeded(n8nList: ListOfN8n, recording: Recording): Promise<void> {
		const { begun } = lastNodeEntriesOf(recording);
		await this.atWork(async () => {
			// Known to `record` too, should the user change how the trigger responds. What is removed next pushes nothing out.
			await this.durable.add(n8nList, [entriesOf(recording).next], recording.maxEntries + begun.length);
			await this.durable.remove(n8nList, begun);
		});
	}

	/** For what else is remembered in the same list, by other entries: all work on a list goes through one queue. */
	async inSameList<Result>(work: (list: SameList) => Promise<Result>): Promise<Result> {
		const list: SameList = {
			durable: this.durable,
			settle: async (...what) => await this.addUntilSettled(...what, () => false),
			wait: this.wait.bind(this),
			staysThere: this.staysThere.bind(this),
			removeForGood: this.removeForGood.bind(this),
		};
		return await this.atWork(async () => await work(list));
	}

	private async atWork<Result>(work: () => Promise<Result>): Promise<Result> {
		this.working++;
		try {
			return await work();
		} finally {
			this.working--;
		}
	}

	/**
	 * Adds entries, unless they show that the call is known. Between processes a later write can undo an earlier one
	 * (docs/n8n.md, 8): so an execution with an entry of its own waits and adds all again, until it finds its own still there.
	 */
	private async addUntilSettled(
		n8nList: ListOfN8n,
		entries: readonly string[],
		maxEntries: number,
		own: string | undefined,
		isKnown: (found: Found) => boolean,
	): Promise<Settled> {
		let waitedMs = Infinity;
		const rounds: Found[] = [];
		for (let round = 0; ; round++) {
			const isMine = (found: Found) => own !== undefined && found.has(own);
			// A duplicate neither prolongs the window nor leaves anything behind.
			const isTakenBack = (found: Found) => isKnown(found) && !isMine(found);
			const found = await this.durable.add(n8nList, entries, maxEntries, isTakenBack);
			if (found === undefined) return { recorded: 'unrecorded', rounds };
			rounds.push(found);
			if (isMine(found)) return { recorded: 'first', rounds };
			if (isKnown(found)) {
				// A try that reported a failure may have written these entries: without one of its own the execution cannot tell.
				// Rather twice than lost.
				if (own === undefined && !found.isCertain) return { recorded: 'unrecorded', rounds };
				// Where reading took longer than the wait, the list may be from before the other one's write, and two executions
				// could each take the other for the first.
				return { recorded: found.tookMs > waitedMs ? 'unrecorded' : 'known', rounds };
			}
			if (own === undefined || round === MAX_SETTLE_ROUNDS) return { recorded: 'first', rounds };
			waitedMs = await this.wait(found);
		}
	}

	private async staysThere(n8nList: ListOfN8n, entry: string, maxEntries: number): Promise<boolean | undefined> {
		const look = async () => await this.durable.add(n8nList, [entry], maxEntries, () => true);
		const first = await look();
		// What a try that failed has found may be its own: rather twice than lost.
		if (first?.isCertain !== true) return undefined;
		if (!first.has(entry)) return false;
		await this.wait(first);
		const second = await look();
		return second?.isCertain === true ? second.has(entry) : undefined;
	}

	private async removeForGood(n8nList: ListOfN8n, entries: readonly string[]): Promise<void> {
		if (entries.length === 0) return;
		const start = performance.now();
		await this.durable.remove(n8nList, entries);
		await this.wait({ tookMs: performance.now() - start });
		await this.durable.remove(n8nList, entries);
	}

	/** Gives how long it waited, in milliseconds. */
	private async wait({ tookMs }: Pick<Found, 'tookMs'>): Promise<number> {
		const { atLeast, atMost } = this.settleInMs;
		const waitedMs = Math.min(Math.max(SETTLE_TIMES * tookMs, atLeast), atMost);
		await sleep(waitedMs);
		return waitedMs;
	}
}

/**
 * The entries that a call can have. n8n's entries carry no time, so the time is in them: a call is recorded for the half of
 * the window in which it was received and for the next one. It is known for at least half of the window and never longer
 * than the whole of it. An execution's own entry does not depend on the half.
 */
function entriesOf({ key, executionId, ...received }: Recording) {
	const half = halfOf(received);
	const [current, next] = [`${key}#${half}`, `${key}#${half + 1}`];
	return { current, next, own: executionId === undefined ? [] : [`${key}@${executionId}`] };
}

function halfOf({ receivedAt, windowInMs }: Pick<Recording, 'receivedAt' | 'windowInMs'>): number {
	return Math.floor(receivedAt / (windowInMs / 2));
}

/** How long a call is known at least of which a delivery found an earlier one recorded: as long as the half it came in. */
export function surelyKnownUntil(recording: Recording): number {
	return (halfOf(recording) + 1) * (recording.windowInMs / 2);
}

/** The entries of a call that counts as handled once the last node has answered: `begun` are there until then. */
function lastNodeEntriesOf(recording: Recording) {
	const { current, next } = entriesOf({ ...recording, key: `last node ${recording.key}` });
	return { current, next, begun: [`${current}?`, `${next}?`] };
}

/** The recorder of one trigger node. */
export const recorderOf = perTrigger(() => new Recorder());
