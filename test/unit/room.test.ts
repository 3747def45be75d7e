import { List } from '../../host/core';
import { recordCall } from '../../nodes/memory/handled-already';
import type { Door } from '../../nodes/memory/claims';
import { Claim, claimsOf } from '../../nodes/memory/claims';
import { roomFor } from '../../nodes/memory/room';

const HISTORY = 5;
const LIMITS = { history: HISTORY, windowInMs: 3_600_000 };
const ANSWERED = { writableEnded: true, statusCode: 200 };

let triggers = 0;

interface Ways {
	isAnsweredByLastNode: boolean;
	isElsewhere: boolean;
	idsOfACall: number;
}

/** Records so many calls, each by an execution of its own, and lets what follows the answer be done. */
async function recorded(calls: number, ways: Ways, door: Door = 'webhook'): Promise<List> {
	const list = new List();
	const trigger = `trigger ${++triggers}`;
	for (let each = 0; each < calls; each++) {
		const [key, deliveryId] = [`call ${each}`, `delivery ${each}`];
		if (!ways.isElsewhere) await claimsOf(trigger).claim(key, new Claim(deliveryId, ANSWERED), LIMITS);
		const recording = recordCall(
			{ trigger, id: String(each), isRetry: false, isOneProcess: false, isReleased: false, list },
			{
				deliveryId,
				history: HISTORY,
				byKey: { key, receivedAt: 0, windowInMs: LIMITS.windowInMs },
				byId: ways.idsOfACall > 0 ? { ids: [key, `${key} too`].slice(0, ways.idsOfACall), door } : undefined,
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
		[0, 1, 2].map((idsOfACall) => ({ isAnsweredByLastNode, isElsewhere, idsOfACall })),
	),
);

const BY_EACH_DOOR: Array<[Door, (typeof WAYS)[number]]> = [
	...WAYS.map((ways): [Door, typeof ways] => ['webhook', ways]),
	// What is caught up is answered at once.
	...WAYS.filter(({ idsOfACall, isAnsweredByLastNode }) => idsOfACall > 0 && !isAnsweredByLastNode).map(
		(ways): [Door, typeof ways] => ['catch_up', ways],
	),
];

it.each(BY_EACH_DOOR)('has room for all that the calls of a full history keep (%s, %p)', async (door, ways) => {
	const list = await recorded(HISTORY, ways, door);
	expect(list.entries.length).toBeLessThanOrEqual(roomFor(HISTORY, ways));
	const ofEach = list.entries.length / HISTORY;
	expect(list.entries.slice(0, ofEach).every((entry) => /call 0\b/.test(entry))).toBe(true);
});

/** In a worker nobody learns how the last node's execution ends, so its key is not recorded there. */
const FULL = WAYS.filter(({ isElsewhere, isAnsweredByLastNode }) => !(isElsewhere && isAnsweredByLastNode));

it.each(FULL)('and for no more: each costs (%p)', async (ways) => {
	const list = await recorded(HISTORY, ways);
	expect(list.entries).toHaveLength(roomFor(HISTORY, ways));
});
