/** The longest history that a user can set. */
export const MOST_CALLS = 100_000;

/** The entries that a call keeps (ARCHITECTURE.md, "One list, entry by entry"), recorded here and elsewhere. */
const OF_ITS_KEY = [2, 3] as const;
const OF_ITS_ID = [3, 4] as const;

/**
 * How many entries n8n's list is to keep so that it holds so many calls. Reading and writing it costs by its length, so it is
 * no longer than that. `isElsewhere`: the execution is in another process than the one that took the request. `catchesUp`: the
 * trigger catches up, so that calls are recorded by their ids too.
 */
export function roomFor(history: number, { isElsewhere, catchesUp }: { isElsewhere: boolean; catchesUp: boolean }) {
	const place = isElsewhere ? 1 : 0;
	return history * (OF_ITS_KEY[place] + (catchesUp ? OF_ITS_ID[place] : 0));
}
