import type { Door } from './call-ids';
import type { Recorded, Recorder } from './durable-record';
import type { ListOfN8n } from './n8n-list';
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
 * A handled call has `call` and two entries for the door it came in by: one that an asking looks for, and one that only
 * executions look for. Looking is adding, and another process's late write can keep what was added: so what an asking has left
 * behind ends no execution, and what an execution has left behind is of one that went on. `call` alone says nothing.
 */
const entriesOf = (id: string) => ({
	call: `call ${id}`,
	webhook: { asked: `call ${id} by webhook`, sure: `call ${id} by webhook, for sure` },
	catch_up: { asked: `call ${id} caught up`, sure: `call ${id} caught up, for sure` },
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
	const { call, webhook, catch_up } = entriesOf(id);
	const own = executionId === undefined ? [] : [`${call}@${executionId}`];
	const mine = door === 'webhook' ? [webhook.sure, ...own] : own;
	const atOnce = door === 'webhook' ? [webhook.asked, ...mine] : mine;
	// The webhook's first: were it looked for with the other, a webhook's execution would find that while it looks for it.
	const others = door === 'webhook' ? [catch_up.sure] : [webhook.sure, catch_up.sure];
	return await recorder.inSameList(async ({ durable, settle, wait, staysThere }) => {
		const { recorded, rounds } = await settle(list, [call, ...atOnce], maxEntries, own[0]);
		if (recorded !== 'first') return recorded;
		// In any round: what the first one found may be from before another process wrote.
		const someoneWasHere = rounds.find((found) => found.has(call) && !mine.some((entry) => found.has(entry)));
		if (someoneWasHere !== undefined) {
			// Until one that is about to catch the call up has come to its decision.
			if (door === 'webhook') await wait(someoneWasHere);
			for (const other of others) {
				const hasOther = await staysThere(list, other, maxEntries);
				if (hasOther === undefined) return 'unrecorded';
				if (!hasOther) continue;
				await durable.remove(list, atOnce);
				return 'known';
			}
		}
		if (door === 'webhook') return 'first';
		return (await durable.add(list, Object.values(catch_up), maxEntries)) === undefined ? 'unrecorded' : 'first';
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
	return await recorder.inSameList(async ({ durable, removeForGood }) => {
		/** Which of these calls have this entry. */
		const having = async (asked: readonly string[], entryOf: (id: string) => string) => {
			if (asked.length === 0) return new Set<string>();
			const found = await durable.add(list, asked.map(entryOf), maxEntries, () => true);
			// What a try that failed has found may be what it had added itself.
			return found?.isCertain ? new Set(asked.filter((id) => found.has(entryOf(id)))) : undefined;
		};
		const some = await having(ids, (id) => entriesOf(id).call);
		const delivered = some && (await having([...some], (id) => entriesOf(id).webhook.asked));
		const others = delivered && [...some].filter((id) => !delivered.has(id));
		const caughtUp = others && (await having(others, (id) => entriesOf(id).catch_up.asked));
		if (delivered === undefined || others === undefined || caughtUp === undefined) return undefined;
		const leftBehind = others.filter((id) => !caughtUp.has(id)).map((id) => entriesOf(id));
		// Asked again, a call with `call` alone would be taken for handled if what was added just now for its doors came back.
		await removeForGood(
			list,
			leftBehind.flatMap(({ call, webhook, catch_up }) => [call, webhook.asked, catch_up.asked]),
		);
		return new Map<string, Door>([
			...[...delivered].map((id) => [id, 'webhook'] as const),
			...[...caughtUp].map((id) => [id, 'catch_up'] as const),
		]);
	});
}
