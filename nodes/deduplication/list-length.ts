/** How the calls of a trigger are recorded: it decides how many entries each of them keeps in n8n's list. */
interface WaysToRecord {
	readonly isAnsweredByLastNode: boolean;
	/** Whether the execution is in another process than the one that took the request. */
	readonly isElsewhere: boolean;
	/** Whether the trigger catches up on missed calls: then they are recorded by their ids too. */
	readonly catchesUp: boolean;
}

/** The longest history that a user can set. */
export const MOST_CALLS = 100_000;

/** The entries that a call keeps (ARCHITECTURE.md, "One list, entry by entry"), here and elsewhere. */
const OF_ITS_KEY = { answeredAtOnce: [3, 4], answeredByLastNode: [4, 6] } as const;
const OF_ITS_ID = [3, 4] as const;

/**
 * How long n8n's list may become so that it holds so many calls. Reading and writing it costs by its length, so it is no
 * longer than that. Where calls are caught up, those are answered at once, others perhaps by the last node: room for either.
 */
export function maxEntriesFor(history: number, { isAnsweredByLastNode, isElsewhere, catchesUp }: WaysToRecord): number {
	const place = isElsewhere ? 1 : 0;
	const ofItsKey = OF_ITS_KEY[isAnsweredByLastNode || catchesUp ? 'answeredByLastNode' : 'answeredAtOnce'][place];
	return history * (ofItsKey + (catchesUp ? OF_ITS_ID[place] : 0));
}
