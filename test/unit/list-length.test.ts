import { List } from '../../host/core';
import { claimsOf } from '../../nodes/deduplication/claim';
import type { Door } from '../../nodes/deduplication/call-ids';
import { callIdsOf } from '../../nodes/deduplication/call-ids';
import { maxEntriesFor } from '../../nodes/deduplication/list-length';
import { recordCall } from '../../nodes/deduplication/record-call';

const HISTORY = 5;
const LIMITS = { history: HISTORY, windowInMs: 3_600_000 };
const ANSWERED = { writableEnded: true, statusCode: 200 };

let triggers = 0;

/** Records so many calls, each by an execution of its own, and lets what follows the answer be done. */
async function recorded(
	calls: number,
	ways: Parameters<typeof maxEntriesFor>[1],
	door: Door = 'webhook',
): Promise<List> {
	const list = new List();
	const trigger = `trigger ${++triggers}`;
	for (let each = 0; each < calls; each++) {
		const [key, deliveryId] = [`call ${each}`, `delivery ${each}`];
		if (!ways.isElsewhere) {
			await claimsOf(trigger).take(key, deliveryId, ANSWERED, LIMITS);
			await callIdsOf(trigger).arrive(key, deliveryId, ANSWERED, HISTORY);
		}
		const recording = recordCall(
			{ trigger, id: String(each), isRetry: false, list },
			{
				deliveryId,
				byKey: { key, receivedAt: 0, limits: LIMITS },
				byId: ways.catchesUp ? { id: key, door, history: HISTORY } : undefined,
				...ways,
			},
		);
		await jest.advanceTimersByTimeAsync(1_000);
		await recording;
	}
	return list;
}

beforeEach(() => {
	jest.useFakeTimers();
});
afterEach(() => {
	jest.useRealTimers();
});

const WAYS = [false, true].flatMap((isAnsweredByLastNode) =>
	[false, true].flatMap((isElsewhere) =>
		[false, true].map((catchesUp) => ({ isAnsweredByLastNode, isElsewhere, catchesUp })),
	),
);

const BY_EACH_DOOR: Array<[Door, (typeof WAYS)[number]]> = [
	...WAYS.map((ways): [Door, typeof ways] => ['webhook', ways]),
	// What is caught up is answered at once.
	...WAYS.filter(({ catchesUp, isAnsweredByLastNode }) => catchesUp && !isAnsweredByLastNode).map(
		(ways): [Door, typeof ways] => ['catch_up', ways],
	),
];

it.each(BY_EACH_DOOR)('has room for all that the calls of a full history keep (%s, %p)', async (door, ways) => {
	const list = await recorded(HISTORY, ways, door);
	expect(list.entries.length).toBeLessThanOrEqual(maxEntriesFor(HISTORY, ways));
	const ofEach = list.entries.length / HISTORY;
	expect(list.entries.slice(0, ofEach).every((entry) => /(call|delivery) 0\b/.test(entry))).toBe(true);
});

/** Where calls are caught up there is room for those that the last node answers, which keep the most. */
const FULL = WAYS.filter(({ catchesUp, isAnsweredByLastNode }) => isAnsweredByLastNode || !catchesUp);

it.each(FULL)('and for no more: each costs (%p)', async (ways) => {
	const list = await recorded(HISTORY, ways);
	expect(list.entries).toHaveLength(maxEntriesFor(HISTORY, ways));
});
