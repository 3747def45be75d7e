import { sleep } from 'n8n-workflow';

import { type Before, type ListOfN8n, DurableList } from '../n8n/durable-list';
import { perTrigger } from '../n8n/per-trigger';

/** What an execution found when it recorded its call. */
export type Recorded =
	/** No other execution has the call. */
	| 'first'
	/** Another execution has it. */
	| 'known'
	/** n8n could not read or write its list, or only after a failure that leaves it open. */
	| 'unrecorded';

interface Settled {
	readonly recorded: Recorded;
	/** What was there each time that the entries were added: more than once where other processes may write too. */
	readonly rounds: readonly Before[];
}

/** How long an execution waits before it adds its entries again, to see whether its own is still there. */
const SETTLE_IN_MS = { atLeast: 150, atMost: 3_000 };
/**
 * Times what n8n's list just took here: another process takes about as long for its reading and writing, and at times much
 * longer (ARCHITECTURE.md, "Two processes at once").
 */
const SETTLE_TIMES = 4;
const MAX_SETTLE_ROUNDS = 5;

const doubtOf = (entry: string) => `${entry}?`;
/** The doubts come last, since n8n drops the oldest entries first. */
const withDoubts = (entries: readonly string[]) => [...entries, ...entries.map(doubtOf)];

/** n8n's list as one execution works on it, which shares it with the others of this process and with other processes. */
export class SharedList {
	constructor(
		private readonly durable: DurableList,
		private readonly n8nList: ListOfN8n,
		/** How many entries the list is to keep. */
		private readonly room: number,
		private readonly settleInMs = SETTLE_IN_MS,
	) {}

	/** Adds entries and gives which were there; undefined where n8n could not read or write its list. */
	async add(entries: readonly string[], isTakenBack?: (before: Before) => boolean): Promise<Before | undefined> {
		return await this.durable.add(this.n8nList, entries, this.room, isTakenBack);
	}

	async remove(entries: readonly string[]): Promise<void> {
		await this.durable.remove(this.n8nList, entries);
	}

	/**
	 * Looks for entries and leaves the list as it was. n8n's list can only be asked by adding to it. Undefined where n8n cannot
	 * tell for sure: what is found by a try after one that failed may be that one's own.
	 */
	async look(entries: readonly string[]): Promise<Before | undefined> {
		const before = await this.add(entries, () => true);
		return before?.isCertain ? before : undefined;
	}

	/**
	 * Whether any of these entries was recorded, looked for without a trace, where no other process works on the list. To look is
	 * to add and take back, and a kill in between leaves behind what was added: so a doubt of each is added with it, in the same
	 * write, and what is doubted was not recorded, and goes.
	 */
	async lookFor(entries: readonly string[]): Promise<Recorded> {
		const before = await this.look(withDoubts(entries));
		if (before === undefined) return 'unrecorded';
		const doubted = entries.filter((entry) => before.has(doubtOf(entry)));
		if (doubted.length > 0) await this.remove(withDoubts(doubted));
		return entries.some((entry) => before.has(entry) && !before.has(doubtOf(entry))) ? 'known' : 'first';
	}

	/**
	 * Whether an entry is there, and still after a wait: where other processes work on the list too, it may be there for a moment
	 * only, since one of them looks for it. What is there is not changed by that.
	 */
	async staysThere(entry: string): Promise<boolean | undefined> {
		const first = await this.look([entry]);
		if (first?.has(entry) !== true) return first && false;
		await this.wait(first);
		return (await this.look([entry]))?.has(entry);
	}

	/** Removes entries, and after a wait once more, should another process have written what it had read before. */
	async removeForGood(entries: readonly string[]): Promise<void> {
		if (entries.length === 0) return;
		const start = performance.now();
		await this.remove(entries);
		await this.wait({ tookMs: performance.now() - start });
		await this.remove(entries);
	}

	/**
	 * Adds entries, unless they show that the call is known. Between processes a later write can undo an earlier one
	 * (docs/n8n.md, 8): so an execution with an entry of its own waits and adds all again, until it finds its own still there.
	 */
	async settle(
		entries: readonly string[],
		own: string | undefined,
		isKnown: (before: Before) => boolean = () => false,
	): Promise<Settled> {
		let waitedMs = Infinity;
		const rounds: Before[] = [];
		const all = own === undefined ? entries : [...entries, own];
		for (let round = 0; ; round++) {
			const isMine = (before: Before) => own !== undefined && before.has(own);
			// A duplicate neither prolongs the window nor leaves anything behind.
			const before = await this.add(all, (each) => isKnown(each) && !isMine(each));
			if (before === undefined) return { recorded: 'unrecorded', rounds };
			rounds.push(before);
			if (isMine(before)) return { recorded: 'first', rounds };
			if (isKnown(before)) {
				// A try that reported a failure may have written these entries: without one of its own the execution cannot tell.
				// Rather twice than lost.
				if (own === undefined && !before.isCertain) return { recorded: 'unrecorded', rounds };
				// Where reading took longer than the wait, the list may be from before the other one's write, and two executions
				// could each take the other for the first.
				return { recorded: before.tookMs > waitedMs ? 'unrecorded' : 'known', rounds };
			}
			if (own === undefined || round === MAX_SETTLE_ROUNDS) return { recorded: 'first', rounds };
			waitedMs = await this.wait(before);
		}
	}

	/** Waits as long as another process may need for so many changes of the list, by what one took here; gives how long, in ms. */
	async wait({ tookMs }: Pick<Before, 'tookMs'>, times = 1): Promise<number> {
		const { atLeast, atMost } = this.settleInMs;
		const waitedMs = times * Math.min(Math.max(SETTLE_TIMES * tookMs, atLeast), atMost);
		await sleep(waitedMs);
		return waitedMs;
	}
}

/** All work of this process on the list of a trigger goes through one queue, which stays: a second one would undo its writes. */
const queueOf = perTrigger(() => new DurableList());

/** n8n's list of one trigger node; `room` is how many entries it is to keep. */
export function listOfTrigger(trigger: string, n8nList: ListOfN8n, room: number): SharedList {
	return new SharedList(queueOf(trigger), n8nList, room);
}
