import fc from 'fast-check';
import { sleep } from 'n8n-workflow';

import { List } from '../../host/core';
import { recordCall } from '../../nodes/memory/handled-already';
import { handledAmong } from '../../nodes/memory/both-doors';
import type { Door } from '../../nodes/memory/claims';
import type { ListOfN8n } from '../../nodes/n8n/durable-list';
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
	/** Set where the process of one of them is killed, while the nodes behind run at the latest, and n8n begins the execution again. */
	killed?: { door: Door; atStep: number; againAfter: number };
}

const meetings: fc.Arbitrary<Meeting> = fc.record({
	webhookAfter: fc.nat(200),
	handedOnAfter: fc.nat(100),
	gaps: fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
	isLeftBehind: fc.boolean(),
});
/** PLAYED=1000 plays more of them. */
const RUNS = { numRuns: Number(process.env.PLAYED ?? 150) };

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
	const begins = async (door: Door) => {
		if (killed?.door !== door) return await execution(door);
		return await new Promise<Recorded>((resolve) => {
			const again = async () => {
				await sleep(killed.againAfter);
				resolve(await execution(door, `again ${door} ${scene}`));
			};
			const view = listUntil(killed.atStep, list, () => void again());
			void execution(door, `killed ${door} ${scene}`, view).then((found) => {
				if (found === 'known') resolve(found);
				else void again();
			});
		});
	};
	const arrives = async () => {
		await sleep(webhookAfter ?? 0);
		return await begins('webhook');
	};
	const isCaughtUp = async () => {
		const handled = await handledAmong(listOfTrigger(`asking ${scene}`, list, 7 * history), ['1']);
		if (handled?.has('1')) return 'known';
		await sleep(handedOnAfter);
		return await begins('catch_up');
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
	expect(twice).toBeLessThanOrEqual(Math.ceil(RUNS.numRuns / 500));
});

const kills = fc.record({
	door: fc.constantFrom<Door>('webhook', 'catch_up'),
	atStep: fc.nat(12),
	againAfter: fc.constantFrom(50, 500, 5_000, 60_000),
});
/** A list that takes long now and then, longer than anybody waits for it. */
const unevenly = fc.infiniteStream(
	fc.oneof(
		{ weight: 5, arbitrary: fc.integer({ min: 1, max: 30 }) },
		{ weight: 1, arbitrary: fc.integer({ min: 100, max: 700 }) },
	),
);

it.each([
	['', SAME_KEY],
	[', whatever its key', ANOTHER_KEY.keys],
])('it is handled where either is killed at any moment, and begins again%s', async (_, keys) => {
	await fc.assert(
		fc.asyncProperty(meetings, fc.nat(3_000), kills, async (meeting, webhookAfter, killed) => {
			expect(handledIn(await met({ ...meeting, webhookAfter, killed }, { keys }))).toBeGreaterThanOrEqual(1);
		}),
		{ numRuns: 200 },
	);
});

it('it is handled where catching up is killed, begins again, and no webhook comes', async () => {
	await fc.assert(
		fc.asyncProperty(meetings, kills, async (meeting, kill) => {
			const killed = { ...kill, door: 'catch_up' as const };
			expect(await met({ ...meeting, webhookAfter: undefined, killed })).toEqual(['first']);
		}),
		{ numRuns: 200 },
	);
});

it('it is handled where a late write takes out what one of them has written, and that is killed then', async () => {
	const times = fc.record({ webhookAfter: fc.nat(900), handedOnAfter: fc.nat(500), gaps: unevenly });
	let lost = 0;
	for (const [meeting, killed] of fc.sample(fc.tuple(times, kills), { seed: 7, numRuns: 400 }))
		if (handledIn(await met({ ...meeting, isLeftBehind: false, killed })) === 0) lost++;
	expect(lost).toBe(0);
}, 30_000);
