import fc from 'fast-check';

import { List } from '../../host/core';
import { askById } from '../../nodes/deduplication/by-id';
import type { Door } from '../../nodes/deduplication/call-ids';
import { recorderOf } from '../../nodes/deduplication/durable-record';
import { recordCall } from '../../nodes/deduplication/record-call';

const history = 100;
const limits = { history, windowInMs: 24 * 3_600_000 };

let scenes = 0;

/** A call that came by webhook, and is found missed at the same moment: a process for each, and one that asks, share n8n's list. */
async function bothDoors(
	{ webhookAt, caughtUpAfter, gapInMs, isLeftBehind }: Meeting,
	keys: Record<Door, string>,
): Promise<string[]> {
	const scene = ++scenes;
	const list = new List(gapInMs);
	// An asking that was killed has left it.
	if (isLeftBehind) list.entries = ['call 1'];
	const execution = async (door: Door, atMs: number) => {
		await sleep(atMs);
		return await recordCall(
			{ trigger: `${door} ${scene}`, id: door, isRetry: false, list },
			{
				deliveryId: `by ${door}`,
				byKey: { key: keys[door], receivedAt: 0, limits },
				byId: { id: '1', door, history },
				catchesUp: true,
				isAnsweredByLastNode: false,
			},
		);
	};
	const caughtUp = async () => {
		const doors = await askById(recorderOf(`asking ${scene}`), list, ['1'], history);
		return doors?.has('1') ? 'known' : await execution('catch_up', caughtUpAfter);
	};
	return await inTime(Promise.all([execution('webhook', webhookAt), caughtUp()]));
}

const meeting = fc.record({
	webhookAt: fc.nat(200),
	caughtUpAfter: fc.nat(100),
	gapInMs: fc.integer({ min: 1, max: 30 }),
	isLeftBehind: fc.boolean(),
});
type Meeting = typeof meeting extends fc.Arbitrary<infer Value> ? Value : never;

const sleep = async (ms: number) => await new Promise((resolve) => setTimeout(resolve, ms));

async function inTime<Result>(something: Promise<Result>): Promise<Result> {
	let isOpen = true;
	void something.finally(() => (isOpen = false));
	while (isOpen) await jest.advanceTimersByTimeAsync(20);
	return await something;
}

beforeEach(() => {
	jest.useFakeTimers();
});
afterEach(() => {
	jest.useRealTimers();
});

const RUNS = { numRuns: 2_000 };

it('a call that comes by both doors at once is handled by exactly one of them', async () => {
	await fc.assert(
		fc.asyncProperty(meeting, async (each) => {
			const found = await bothDoors(each, { webhook: 'key', catch_up: 'key' });
			expect(found.filter((one) => one !== 'known')).toHaveLength(1);
		}),
		RUNS,
	);
});

it('it is lost no more where the API tells another key of it', async () => {
	await fc.assert(
		fc.asyncProperty(meeting, async (each) => {
			const found = await bothDoors(each, { webhook: 'key', catch_up: 'another key' });
			expect(found.filter((one) => one !== 'known')).not.toEqual([]);
		}),
		RUNS,
	);
});
