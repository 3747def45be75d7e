import fc from 'fast-check';
import { sleep } from 'n8n-workflow';

import { List } from '../../host/core';
import { recordCall } from '../../nodes/memory/handled-already';
import { handledAmong } from '../../nodes/memory/both-doors';
import type { Door } from '../../nodes/memory/claims';
import type { Recorded } from '../../nodes/memory/shared-list';
import { listOfTrigger } from '../../nodes/memory/shared-list';
import { passTimeUntil } from './pass-time';

/** A call's webhook and the asking that misses the call, at about the same moment. Times are in milliseconds. */
interface Meeting {
	webhookAfter: number;
	/** Once the asking has found nothing of it. */
	handedOnAfter: number;
	/** Of n8n's list, for each of its readings and writings in turn. */
	gaps: Iterator<number>;
	/** Whether an asking that was killed has left something of the call in the list. */
	isLeftBehind: boolean;
}

const meetings: fc.Arbitrary<Meeting> = fc.record({
	webhookAfter: fc.nat(200),
	handedOnAfter: fc.nat(100),
	gaps: fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
	isLeftBehind: fc.boolean(),
});
const RUNS = { numRuns: 1_500 };

const history = 100;
const windowInMs = 24 * 3_600_000;
const SAME_KEY: Record<Door, string> = { webhook: 'key', catch_up: 'key' };

const ANOTHER_KEY = { keys: { webhook: 'key', catch_up: 'another key' } };

let scenes = 0;

/** What becomes of the two executions. A process for each, and one that asks, share n8n's list and nothing else. */
async function met(
	{ webhookAfter, handedOnAfter, gaps, isLeftBehind }: Meeting,
	{ keys = SAME_KEY, lastNode = false } = {},
): Promise<Recorded[]> {
	const scene = ++scenes;
	const list = new List(() => gaps.next().value ?? 0);
	if (isLeftBehind) list.entries = ['call 1'];
	const execution = async (door: Door) =>
		await recordCall(
			{ trigger: `${door} ${scene}`, id: door, isRetry: false, isOneProcess: false, isReleased: false, list },
			{
				deliveryId: `by ${door}`,
				history,
				byKey: { key: keys[door], receivedAt: 0, windowInMs },
				byId: { ids: ['1'], door },
				idsOfACall: 1,
				isAnsweredByLastNode: lastNode && door === 'webhook',
			},
		);
	const arrives = async () => {
		await sleep(webhookAfter);
		return await execution('webhook');
	};
	const isCaughtUp = async () => {
		const handled = await handledAmong(listOfTrigger(`asking ${scene}`, list, 7 * history), ['1']);
		if (handled?.has('1')) return 'known';
		await sleep(handedOnAfter);
		return await execution('catch_up');
	};
	return await passTimeUntil(Promise.all([arrives(), isCaughtUp()]));
}

const handledIn = (found: Recorded[]) => found.filter((each) => each !== 'known').length;

beforeEach(() => {
	jest.useFakeTimers();
});
afterEach(() => {
	jest.useRealTimers();
});

it('a call that comes by both doors at once is handled by exactly one of them', async () => {
	await fc.assert(
		fc.asyncProperty(meetings, async (meeting) => {
			expect(handledIn(await met(meeting))).toBe(1);
		}),
		RUNS,
	);
});

it.each([
	['the API gives it another key', ANOTHER_KEY],
	['the last node answers', { lastNode: true }],
])('it is handled by at least one of them where %s', async (_, how) => {
	await fc.assert(
		fc.asyncProperty(meetings, async (meeting) => {
			expect(handledIn(await met(meeting, how))).toBeGreaterThanOrEqual(1);
		}),
		RUNS,
	);
});

it('it is handled by exactly one of them, whatever its key, where the list always takes equally long', async () => {
	const evenly = fc.integer({ min: 1, max: 30 }).chain((gap) => fc.infiniteStream(fc.constant(gap)));
	await fc.assert(
		fc.asyncProperty(meetings, evenly, async (meeting, gaps) => {
			const found = await met({ ...meeting, gaps, isLeftBehind: false }, ANOTHER_KEY);
			expect(handledIn(found)).toBe(1);
		}),
		RUNS,
	);
});

it.each([
	['', false],
	[', and an asking was killed before', true],
])('it is rarely handled by both, whatever its key%s', async (_, isLeftBehind) => {
	let twice = 0;
	for (const meeting of fc.sample(meetings, RUNS)) {
		if (handledIn(await met({ ...meeting, isLeftBehind }, ANOTHER_KEY)) > 1) twice++;
	}
	expect(twice).toBeLessThan(RUNS.numRuns / 100);
});
