import fc from 'fast-check';
import { sleep } from 'n8n-workflow';

import { List } from '../../host/core';
import { recordCall } from '../../nodes/memory/handled-already';
import { handledAmong } from '../../nodes/memory/both-doors';
import type { Door } from '../../nodes/memory/claims';
import type { ListOfN8n } from '../../nodes/memory/n8n-list';
import type { Recorded } from '../../nodes/memory/shared-list';
import { listOfTrigger } from '../../nodes/memory/shared-list';
import { passTimeUntil } from './pass-time';

/** A call's webhook and the asking that misses the call, at about the same moment. Times are in milliseconds. */
interface Meeting {
	/** Absent where no webhook comes. */
	webhookAfter?: number;
	/** Once the asking has found nothing of it. */
	handedOnAfter: number;
	/** Of n8n's list, for each of its readings and writings in turn. */
	gaps: Iterator<number>;
	/** Whether an asking that was killed has left something of the call in the list. */
	isLeftBehind: boolean;
	/** Set where the process that catches the call up is killed, and n8n begins the execution again elsewhere. */
	killed?: { atStep: number; againAfter: number };
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

/** n8n's list for a process that is killed before this step of its work on it. */
function listUntil(atStep: number, list: List, onKilled: () => void): ListOfN8n {
	let steps = 0;
	const step = async <Result>(work: () => Promise<Result>): Promise<Result> => {
		if (steps++ < atStep) return await work();
		onKilled();
		return await new Promise<never>(() => undefined);
	};
	return {
		checkProcessedAndRecord: async (...asked) => await step(async () => await list.checkProcessedAndRecord(...asked)),
		removeProcessed: async (items) => await step(async () => await list.removeProcessed(items)),
	};
}

let scenes = 0;

/** What becomes of the two executions. A process for each, and one that asks, share n8n's list and nothing else. */
async function met(
	{ webhookAfter, handedOnAfter, gaps, isLeftBehind, killed }: Meeting,
	{ keys = SAME_KEY, lastNode = false, receivedAt = 0 } = {},
): Promise<Recorded[]> {
	const scene = ++scenes;
	const list = new List(() => gaps.next().value ?? 0);
	if (isLeftBehind) list.entries = ['call 1'];
	const execution = async (door: Door, inProcess = `${door} ${scene}`, n8nList: ListOfN8n = list) =>
		await recordCall(
			{ trigger: inProcess, id: door, isRetry: false, isOneProcess: false, isReleased: false, list: n8nList },
			{
				deliveryId: `by ${door}`,
				history,
				byKey: { key: keys[door], receivedAt, windowInMs },
				byId: { ids: ['1'], door },
				idsOfACall: 1,
				isAnsweredByLastNode: lastNode && door === 'webhook',
			},
		);
	const arrives = async () => {
		await sleep(webhookAfter ?? 0);
		return await execution('webhook');
	};
	const isCaughtUp = async () => {
		const handled = await handledAmong(listOfTrigger(`asking ${scene}`, list, 7 * history), ['1']);
		if (handled?.has('1')) return 'known';
		await sleep(handedOnAfter);
		if (killed === undefined) return await execution('catch_up');
		return await new Promise<Recorded>((resolve) => {
			const again = async () => {
				await sleep(killed.againAfter);
				resolve(await execution('catch_up', `again ${scene}`));
			};
			const view = listUntil(killed.atStep, list, () => void again());
			void execution('catch_up', `killed ${scene}`, view).then(resolve);
		});
	};
	return await passTimeUntil(Promise.all([...(webhookAfter === undefined ? [] : [arrives()]), isCaughtUp()]));
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
	['the last node answers', { lastNode: true, receivedAt: Date.now() + windowInMs }],
	['the last node answers, and n8n was started meanwhile', { lastNode: true }],
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

it('it is rarely handled by both, whatever its key', async () => {
	let twice = 0;
	for (const meeting of fc.sample(meetings, { ...RUNS, seed: 1 })) {
		if (handledIn(await met({ ...meeting, isLeftBehind: false }, ANOTHER_KEY)) > 1) twice++;
	}
	expect(twice).toBeLessThanOrEqual(3);
});

const kills = fc.record({ atStep: fc.nat(8), againAfter: fc.nat(1_500) });

it.each([
	['no webhook comes', fc.constant(undefined), {}],
	['its webhook comes', fc.nat(3_000), {}],
	['its webhook comes with another key', fc.nat(3_000), ANOTHER_KEY],
])('it is handled where its catching up is killed at any moment and begins again, and %s', async (_, webhook, how) => {
	await fc.assert(
		fc.asyncProperty(meetings, webhook, kills, async (meeting, webhookAfter, killed) => {
			expect(handledIn(await met({ ...meeting, webhookAfter, killed }, how))).toBeGreaterThanOrEqual(1);
		}),
		{ numRuns: 500 },
	);
});
