import type { DeduplicationHelperFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import type { MemoryLimits } from './claim';
import { perTrigger } from './perTrigger';

/** The part of n8n's helpers that keeps one durable list of processed entries for each node. */
export type DurableMemory = Pick<DeduplicationHelperFunctions, 'checkProcessedAndRecord' | 'removeProcessed'>;

/** What an execution found when it recorded its call. */
export type Recorded = 'first' | 'known' | 'unrecorded';

interface Entry {
	/** What is looked up. */
	mark: string;
	/** What is recorded beside it: the same call in the next half of the window, and the execution's own mark. */
	companions: string[];
	own?: string;
	limits: MemoryLimits;
	resolve: (recorded: Recorded) => void;
}

/** A call that is only asked for. */
interface Question {
	mark: string;
	/** Recorded beside the mark as long as the question is open: where both are left over, n8n died while it asked. */
	asked: string;
	limits: MemoryLimits;
	resolve: (isKnown: boolean) => void;
}

const HALF_HOUR_IN_MS = 1_800_000;
const TRIES = 3;
/** Longer than another process needs between reading n8n's list and writing it. */
const SETTLE_IN_MS = 150;
const MAX_SETTLE_ROUNDS = 5;

/**
 * Records calls durably, through n8n's own list of processed entries, so that they are known after a restart and in
 * every worker. n8n reads that list, then writes it, in two steps: within a process all of a node's records go through
 * one queue, and those that wait are recorded together. Between processes a later write can undo an earlier one: an
 * execution that names its id looks again after a moment whether its own mark is still there.
 */
export class Recorder {
	private waiting: Entry[] = [];

	private questions: Question[] = [];

	private busy = false;

	constructor(
		private readonly now: () => number = Date.now,
		private readonly settleInMs = SETTLE_IN_MS,
	) {}

	/**
	 * Records a call for an execution. `first` where no other execution recorded it within the window; `known` where one
	 * did; `unrecorded` where n8n could not read or write its list, or only after a failure that leaves it open.
	 * `executionId` is for an execution that other processes may compete with, or that n8n may start again under the same
	 * id after a crash: it knows its own mark.
	 */
	async record(memory: DurableMemory, key: string, limits: MemoryLimits, executionId?: string): Promise<Recorded> {
		const [mark, next] = this.marksOf(key, limits);
		const own = executionId === undefined ? undefined : `${mark}@${executionId}`;
		return await new Promise((resolve) => {
			this.waiting.push({ mark, companions: own === undefined ? [next] : [next, own], own, limits, resolve });
			if (!this.busy) void this.work(memory);
		});
	}

	/** Whether a call has been recorded, without recording it. A call that n8n cannot look up counts as not recorded. */
	async knows(memory: DurableMemory, key: string, limits: MemoryLimits): Promise<boolean> {
		const [mark] = this.marksOf(key, limits);
		return await new Promise((resolve) => {
			this.questions.push({ mark, asked: `?${mark}`, limits, resolve });
			if (!this.busy) void this.work(memory);
		});
	}

	/**
	 * n8n's entries carry no time, so the time is in the entry: a call is recorded for the half of the window it falls
	 * into and for the next one. It is known for at least half of the window and never longer than the whole of it.
	 */
	private marksOf(key: string, { windowHours }: MemoryLimits): [string, string] {
		const half = Math.floor(this.now() / (windowHours * HALF_HOUR_IN_MS));
		return [`${key}#${half}`, `${key}#${half + 1}`];
	}

	private async work(memory: DurableMemory): Promise<void> {
		this.busy = true;
		while (this.waiting.length + this.questions.length > 0) {
			const batch = this.waiting;
			this.waiting = [];
			await this.recordTogether(memory, batch);
			const questions = this.questions;
			this.questions = [];
			await this.askTogether(memory, questions);
		}
		this.busy = false;
	}

	/**
	 * n8n can only ask and record in one, so what a question recorded is taken back, before anything else is written. Were
	 * n8n killed in between, the call would count as handled and be lost; that is what `asked` tells apart.
	 */
	private async askTogether(memory: DurableMemory, questions: Question[]): Promise<void> {
		if (questions.length === 0) return;
		const marks = [...new Set(questions.flatMap(({ mark, asked }) => [mark, asked]))];
		const maxEntries = Math.max(...questions.map(({ limits }) => 2 * limits.history));
		const found = (await this.tryToRecord(memory, marks, maxEntries))?.marks;
		const isKnown = ({ mark, asked }: Question) => found?.has(mark) === true && !found.has(asked);

		const recorded = new Set(questions.filter(isKnown).map(({ mark }) => mark));
		const leftOver = marks.filter((mark) => !recorded.has(mark));
		if (found !== undefined) await this.forget(memory, leftOver);
		for (const question of questions) question.resolve(isKnown(question));
	}

	private async recordTogether(memory: DurableMemory, batch: Entry[]): Promise<void> {
		if (batch.length === 0) return;
		const firsts = new Map<string, Entry>();
		for (const entry of batch) {
			if (firsts.has(entry.mark)) entry.resolve('known');
			else firsts.set(entry.mark, entry);
		}

		let open = [...firsts.values()];
		for (let round = 0; open.length > 0; round++) {
			if (round > 0) await sleep(this.settleInMs);
			const marks = open.flatMap(({ mark, companions }) => [mark, ...companions]);
			const maxEntries = Math.max(...open.map(({ limits, companions }) => limits.history * (1 + companions.length)));
			const found = await this.tryToRecord(memory, marks, maxEntries);
			const known = found?.marks;
			const unsettled: Entry[] = [];
			const duplicates: Entry[] = [];
			for (const entry of open) {
				const isMine = entry.own !== undefined && known?.has(entry.own) === true;
				if (known === undefined) {
					entry.resolve('unrecorded');
				} else if (known.has(entry.mark) && !isMine) {
					// A try that failed may have recorded it all the same: rather twice than lost.
					if (entry.own === undefined && found?.isCertain !== true) entry.resolve('unrecorded');
					else duplicates.push(entry);
				} else if (entry.own === undefined || isMine || round === MAX_SETTLE_ROUNDS) {
					entry.resolve('first');
				} else {
					unsettled.push(entry);
				}
			}
			// A duplicate neither prolongs the window nor leaves a mark of its own.
			const superfluous = duplicates.flatMap(({ companions }) => companions.filter((each) => !known?.has(each)));
			if (superfluous.length > 0) await this.forget(memory, superfluous);
			for (const duplicate of duplicates) duplicate.resolve('known');
			open = unsettled;
		}
	}

	/**
	 * n8n's list of entries after this call holds the marks; gives those it held before, or undefined if n8n cannot. What it
	 * held is certain at the first try only: a later one may find what an earlier one wrote before it failed.
	 */
	private async tryToRecord(
		memory: DurableMemory,
		marks: string[],
		maxEntries: number,
	): Promise<{ marks: Set<string>; isCertain: boolean } | undefined> {
		for (let attempt = 1; attempt <= TRIES; attempt++) {
			try {
				const { processed } = await memory.checkProcessedAndRecord(marks, 'node', { mode: 'entries', maxEntries });
				return { marks: new Set(processed.map(String)), isCertain: attempt === 1 };
			} catch {
				// Another process made the list at the same moment, or the database is busy: both pass.
				await sleep(attempt * 100);
			}
		}
		return undefined;
	}

	/** Takes marks back. Where that fails they stay, which at worst makes a call known for somewhat longer. */
	private async forget(memory: DurableMemory, marks: string[]): Promise<void> {
		await memory.removeProcessed(marks, 'node', { mode: 'entries' }).catch(() => undefined);
	}
}

/** The recorder of one trigger node. */
export const recorderOf = perTrigger(() => new Recorder());
