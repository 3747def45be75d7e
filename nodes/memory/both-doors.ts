import { z } from 'zod/v4';

import { DOORS } from './claims';
import type { Recorded, SharedList } from './shared-list';

/** A call as it is recorded by its ids, beside its key: so that what came by webhook is not caught up, and the reverse. */
export const callById = z.object({
	/** Digests of the provider's ids of the call: by any of them it is known. */
	ids: z.array(z.string()).readonly(),
	/** What a call of the API is known by beside them, where the ids of webhooks may be made up. No delivery ends for it. */
	looks: z.array(z.string()).readonly().optional(),
	door: z.enum(DOORS),
});

export type ById = z.infer<typeof callById>;

/**
 * A handled call has three entries. Catching up looks for the first two, one after the other, so that what a kill leaves behind
 * of one look says nothing. Executions look for the door, which no look of catching up adds: so none of those ends an execution.
 */
const entriesOf = (id: string) => ({
	call: `call ${id}`,
	handled: `call ${id} handled`,
	webhook: `call ${id} by webhook`,
	catch_up: `call ${id} caught up`,
});

/**
 * Records a call by its id, for an execution that is about to handle it. What came by webhook is known to catching up; what
 * was caught up is known to both. Two deliveries of one call are not each other's concern here: its key decides on them.
 *
 * Where both doors bring a call at once, to two processes, each finds the other's entries. So that not both of them end, the
 * webhook goes first (ARCHITECTURE.md, "Both doors at once").
 */
export async function recordIds(list: SharedList, byId: ById, executionId?: string): Promise<Recorded> {
	const { ids, looks = [], door } = byId;
	const isWebhook = door === 'webhook';
	const all = ids.map(entriesOf);
	const each = (name: keyof ReturnType<typeof entriesOf>) => all.map((entries) => entries[name]);
	const own = executionId === undefined ? [] : [ownEntryOf(byId, executionId)];
	const ofLooks = looks.map(entriesOf).flatMap(({ call, handled }) => [call, handled]);
	const atOnce = isWebhook ? [...each('handled'), ...each('webhook'), ...ofLooks] : [];
	const { recorded, rounds } = await list.settle([...each('call'), ...atOnce], own[0]);
	if (recorded !== 'first') return recorded;
	// In any round: what the first one saw may be from before another process wrote.
	const someoneWasHere = rounds.find(
		(before) =>
			!own.some((entry) => before.has(entry)) &&
			all.some(({ call, webhook }) => before.has(call) && !(isWebhook && before.has(webhook))),
	);
	if (someoneWasHere !== undefined) {
		// Until one in another process that is about to catch the call up has decided, and has written its door once more.
		if (isWebhook && own.length > 0) await list.wait(someoneWasHere, 2);
		// To look is to add: looked for together, the other's door would stand there for a moment, and a webhook's execution end for it.
		for (const other of [...(isWebhook ? [] : each('webhook')), ...each('catch_up')]) {
			const isThere = await list.staysThere(other);
			if (isThere === undefined) return 'unrecorded';
			if (!isThere) continue;
			await list.remove(isWebhook ? [...each('webhook'), ...own] : own);
			return 'known';
		}
	}
	if (isWebhook) return 'first';
	return (await list.add(entriesOfCaughtUp(ids))) === undefined ? 'unrecorded' : 'first';
}

const ownEntryOf = ({ ids, looks = [] }: ById, executionId: string): string =>
	`call ${ids[0] ?? looks[0]}@${executionId}`;

const entriesOfCaughtUp = (ids: readonly string[]): string[] =>
	ids.map(entriesOf).flatMap(({ call, handled, catch_up }) => [call, handled, catch_up]);

/**
 * What is written once more with the key of a call, for another process may have written over it: by its own entry an execution
 * that begins again knows itself, by the door of one that caught a call up the webhook's ends.
 */
export function entriesBesideKey(byId: ById, executionId?: string): string[] {
	const caughtUp = byId.door === 'catch_up' ? entriesOfCaughtUp(byId.ids) : [];
	return executionId === undefined ? caughtUp : [...caughtUp, ownEntryOf(byId, executionId)];
}

/** Takes out what is recorded by these ids. */
export async function removeIds(list: SharedList, ids: readonly string[]): Promise<void> {
	await list.remove(ids.map(entriesOf).flatMap((entries) => Object.values(entries)));
}

/** Whether a call was caught up, for an execution whose call counts as handled only once the last node has answered. */
export async function lookForCaughtUp(list: SharedList, ids: readonly string[]): Promise<Recorded> {
	return await list.lookFor(ids.map((id) => entriesOf(id).catch_up));
}

/** Which of these calls were handled; undefined where n8n cannot tell. */
export async function handledAmong(list: SharedList, ids: readonly string[]): Promise<ReadonlySet<string> | undefined> {
	const having = async (asked: readonly string[], entryOf: (id: string) => string) => {
		if (asked.length === 0) return [];
		const before = await list.look(asked.map(entryOf));
		return before && asked.filter((id) => before.has(entryOf(id)));
	};
	const seen = await having(ids, (id) => entriesOf(id).call);
	const handled = seen && (await having(seen, (id) => entriesOf(id).handled));
	if (handled === undefined) return undefined;
	const known = new Set(handled);
	// What was added just now may come back by another's late write, and the call would be taken for handled: so it goes for good.
	const leftBehind = seen?.filter((id) => !known.has(id)).map(entriesOf) ?? [];
	await list.removeForGood(leftBehind.flatMap(({ call, handled: added }) => [call, added]));
	return known;
}
