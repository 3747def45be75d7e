import type { Door } from './call-ids';
import type { Recorded, Recorder } from './durable-record';
import type { Found, ListOfN8n } from './n8n-list';
import { maxEntriesFor } from './list-length';

/** A call as it is recorded by its id, beside its key: so that what came by webhook is not caught up, and the reverse. */
export interface ById {
	/** A digest of the provider's id of the call. */
	readonly id: string;
	readonly door: Door;
	/** How many calls are remembered. */
	readonly history: number;
}

/**
 * A call has two entries: `call` and the door it came in by. One alone is what an asking that was killed has left behind
 * (`askById`), and says nothing: rather twice than lost. One that is caught up has `decided` besides, once its execution has
 * seen that no webhook came first.
 */
const entriesOf = (id: string) => ({
	call: `call ${id}`,
	webhook: `call ${id} by webhook`,
	catch_up: `call ${id} caught up`,
	decided: `call ${id} caught up, decided`,
});

/**
 * Records a call by its id, for an execution that is about to handle it. What came by webhook is known to the asking; what
 * was caught up is known to both. Two deliveries of one call are not each other's concern here: its key decides on them.
 *
 * Where both doors bring a call at once, to two processes, each finds the other's entries. So that not both of them end, the
 * webhook goes first (../catch-up/ARCHITECTURE.md, "Both doors at once").
 */
export async function recordById(
	recorder: Recorder,
	list: ListOfN8n,
	{ id, door }: Omit<ById, 'history'>,
	maxEntries: number,
	executionId?: string,
): Promise<Recorded> {
	const entries = entriesOf(id);
	const { call, decided } = entries;
	const mine = entries[door];
	const other = door === 'webhook' ? decided : entries.webhook;
	const own = executionId === undefined ? [] : [`${call}@${executionId}`];
	const isKnown = (found: Found) => door === 'catch_up' && found.has(call) && found.has(mine);
	return await recorder.inSameList(async ({ durable, settle, staysThere }) => {
		const { recorded, rounds } = await settle(list, [call, mine, ...own], maxEntries, own[0], isKnown);
		if (recorded !== 'first') return recorded;
		// In any round: what the first one found may be from before another process wrote.
		const someoneWasHere = rounds.find((found) => found.has(call) && !found.has(mine));
		if (someoneWasHere !== undefined) {
			const hasOther = await staysThere(list, other, maxEntries, someoneWasHere);
			if (hasOther === undefined) return 'unrecorded';
			if (hasOther) {
				await durable.remove(list, [mine, ...own]);
				return 'known';
			}
		}
		if (door === 'webhook') return 'first';
		return (await durable.add(list, [decided], maxEntries)) === undefined ? 'unrecorded' : 'first';
	});
}

/**
 * By which door each of these calls came in, where one did; undefined where n8n cannot read or write its list. n8n's list
 * can only be asked by adding to it, and what was not there is taken out again. Were n8n killed between the two, then
 * `call` alone would be left of each: so what has that is asked for its door too.
 */
export async function askById(
	recorder: Recorder,
	list: ListOfN8n,
	ids: readonly string[],
	history: number,
): Promise<Map<string, Door> | undefined> {
	// How the calls in the list were recorded is not known here, and a question must push none of them out.
	const maxEntries = maxEntriesFor(history, { isAnsweredByLastNode: true, isElsewhere: true, catchesUp: true });
	return await recorder.inSameList(async ({ durable }) => {
		/** Which of these calls have an entry of this kind. */
		const having = async (asked: readonly string[], kind: 'call' | Door) => {
			if (asked.length === 0) return new Set<string>();
			const entries = asked.map((id) => entriesOf(id)[kind]);
			const found = await durable.add(list, entries, maxEntries, () => true);
			// What a try that failed has found may be what it had added itself.
			return found?.isCertain ? new Set(asked.filter((id) => found.has(entriesOf(id)[kind]))) : undefined;
		};
		const some = await having(ids, 'call');
		const delivered = some && (await having([...some], 'webhook'));
		const others = delivered && [...some].filter((id) => !delivered.has(id));
		const caughtUp = others && (await having(others, 'catch_up'));
		if (delivered === undefined || others === undefined || caughtUp === undefined) return undefined;
		const leftBehind = others.filter((id) => !caughtUp.has(id)).map((id) => entriesOf(id).call);
		if (leftBehind.length > 0) await durable.remove(list, leftBehind);
		return new Map<string, Door>([
			...[...delivered].map((id) => [id, 'webhook'] as const),
			...[...caughtUp].map((id) => [id, 'catch_up'] as const),
		]);
	});
}
