import { type DeduplicationHelperFunctions, type IExecuteFunctions, sleep } from 'n8n-workflow';

/** The part of n8n's helpers that keeps one durable list of entries for each node (docs/n8n.md, 8). */
export interface ListOfN8n extends Pick<DeduplicationHelperFunctions, 'checkProcessedAndRecord' | 'removeProcessed'> {
	/** Hears why n8n could not read or write it. */
	onFailure?: (error: unknown) => void;
}

/** The list, as an execution has it. Why it cannot be read or written, n8n itself does not log. */
export function listOfN8n(context: IExecuteFunctions): ListOfN8n {
	const { helpers, logger } = context;
	return {
		checkProcessedAndRecord: helpers.checkProcessedAndRecord.bind(helpers),
		removeProcessed: helpers.removeProcessed.bind(helpers),
		onFailure: (error: unknown) =>
			logger.warn(`${context.getNode().name}: n8n could not read or write its list of calls: ${String(error)}`),
	};
}

/** Which of some entries were in the list before they were added to it. */
export interface Before {
	readonly has: (entry: string) => boolean;
	/** False where an earlier try failed, and may have added what this one saw. */
	readonly isCertain: boolean;
	/** How long n8n took to read and write its list, in milliseconds. */
	readonly tookMs: number;
}

/** Entries to be added by one execution. */
interface Addition {
	readonly entries: readonly string[];
	/** How many entries the list is to keep beside these; the oldest go first. */
	readonly maxEntries: number;
	/** Given what was there before: whether the others are to go again at once, by a second write of the whole list. */
	readonly isTakenBack: (before: Before) => boolean;
	readonly resolve: (before: Before | undefined) => void;
}

const TRIES = 3;
const PAUSE_IN_MS = 100;
const ENTRIES = { mode: 'entries' } as const;

/**
 * n8n's durable list of one node. It cannot be read: to ask is to add, and to see what was there. Entries can be removed. n8n
 * reads the list, then writes it, in two steps, so all of a process's work on it goes through one queue, and what waits there
 * is done together.
 */
export class DurableList {
	private waiting: Addition[] = [];

	private queue = Promise.resolve();

	/**
	 * Adds entries and gives which of them were there before, as if nobody else did anything meanwhile in this process.
	 * Undefined where n8n could not read or write its list. What is taken back is out again before anybody else looks.
	 */
	async add(
		n8nList: ListOfN8n,
		entries: readonly string[],
		maxEntries: number,
		isTakenBack: Addition['isTakenBack'] = () => false,
	): Promise<Before | undefined> {
		return await new Promise((resolve) => {
			this.waiting.push({ entries, maxEntries, isTakenBack, resolve });
			void this.inTurn(async () => await this.addTogether(n8nList));
		});
	}

	/** Removes entries. Where that fails they stay; what follows from it is the caller's to know. */
	async remove(n8nList: ListOfN8n, entries: readonly string[]): Promise<void> {
		await this.inTurn(async () => await takeOut(n8nList, entries));
	}

	private async inTurn(work: () => Promise<void>): Promise<void> {
		this.queue = this.queue.then(work, work);
		await this.queue;
	}

	private async addTogether(n8nList: ListOfN8n): Promise<void> {
		const batch = this.waiting;
		this.waiting = [];
		if (batch.length === 0) return;
		const entries = [...new Set(batch.flatMap((addition) => addition.entries))];
		// Room for the whole batch: entries that are taken out again below must not push old ones out meanwhile.
		const maxEntries = Math.max(...batch.map((addition) => addition.maxEntries)) + entries.length;
		const added = await tryToAdd(n8nList, entries, maxEntries);
		if (added === undefined) {
			for (const { resolve } of batch) resolve(undefined);
			return;
		}

		// One after another, each sees what those before it left in the list.
		const { isCertain, tookMs } = added;
		const present = new Set(added.processed);
		const results = batch.map((addition) => {
			const there = new Set(addition.entries.filter((entry) => present.has(entry)));
			const before = { has: (entry: string) => there.has(entry), isCertain, tookMs };
			if (!addition.isTakenBack(before)) for (const entry of addition.entries) present.add(entry);
			return { addition, before };
		});
		const superfluous = entries.filter((entry) => !present.has(entry));
		if (superfluous.length > 0) await takeOut(n8nList, superfluous);
		for (const { addition, before } of results) addition.resolve(before);
	}
}

async function tryToAdd(list: ListOfN8n, entries: string[], maxEntries: number) {
	for (let attempt = 1; attempt <= TRIES; attempt++) {
		const startedAt = performance.now();
		try {
			const { processed } = await list.checkProcessedAndRecord(entries, 'node', { ...ENTRIES, maxEntries });
			const tookMs = performance.now() - startedAt;
			return { processed: processed.map(String), isCertain: attempt === 1, tookMs };
		} catch (error) {
			list.onFailure?.(error);
			// Another process made the list at the same moment, or the database is busy: both pass.
			if (attempt < TRIES) await sleep(attempt * PAUSE_IN_MS);
		}
	}
	return undefined;
}

async function takeOut(list: ListOfN8n, entries: readonly string[]): Promise<void> {
	await list.removeProcessed([...entries], 'node', ENTRIES).catch(() => undefined);
}
