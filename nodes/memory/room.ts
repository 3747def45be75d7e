/** The longest history that a user can set. */
export const MOST_CALLS = 100_000;
/** More than a delivered call of any provider is known by: its ids, and what it looks like. */
export const MOST_IDS = 4;

/** The entries that a call keeps (ARCHITECTURE.md, "One list, entry by entry"). */
const OF_ITS_KEY = 2;
const OF_AN_ID = 3;

/**
 * How many entries n8n's list is to keep so that it holds so many calls. Reading and writing it costs by its length, so it is
 * no longer than that; whoever writes it with less room cuts off what others have recorded. `isElsewhere`: the execution is in
 * another process than the one that took the request, and adds one of its own for the key and for the ids. `idsOfACall`: by how
 * many ids calls are recorded too, where the trigger catches up.
 */
export function roomFor(history: number, { isElsewhere, idsOfACall }: { isElsewhere: boolean; idsOfACall: number }) {
	const own = isElsewhere ? 1 + Math.sign(idsOfACall) : 0;
	return history * (OF_ITS_KEY + idsOfACall * OF_AN_ID + own);
}
