import { List } from '../../host/core';
import { recordCall } from '../../nodes/memory/handled-already';
import type { Door } from '../../nodes/memory/claims';
import { Claim, claimsOf } from '../../nodes/memory/claims';
import { passTimeUntil } from './pass-time';

const limits = { history: 10, windowInMs: 2 * 3_600_000 };

let triggers = 0;

/** A process that receives deliveries of one call and runs executions of it. */
function processWith(list: List, trigger = `trigger ${++triggers}`) {
	const byKey = { key: 'the call', receivedAt: 0, windowInMs: limits.windowInMs };
	return {
		trigger,
		async claimedBy(deliveryId: string, response = { writableEnded: true, statusCode: 200 }) {
			await claimsOf(trigger).claim(byKey.key, new Claim(deliveryId, response, 0), limits);
			return response;
		},
		async run(deliveryId: string, id: string, { isAnsweredByLastNode = false, isRetry = false } = {}) {
			const execution = { trigger, id, isRetry, isOneProcess: false, isReleased: false, list };
			const call = { byKey, deliveryId, history: limits.history, idsOfACall: 0, isAnsweredByLastNode };
			return await passTimeUntil(recordCall(execution, call));
		},
	};
}

beforeEach(() => {
	jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
	jest.useRealTimers();
});

/** What is left to do once a response has ended is done. */
const done = async () => await jest.advanceTimersByTimeAsync(200);

describe('an execution of a delivery that was claimed in this process', () => {
	it('has the call without waiting, for no other process can have it', async () => {
		const list = new List();
		const here = processWith(list);
		await here.claimedBy('delivery 1');
		expect(await here.run('delivery 1', '1')).toBe('first');
		expect(list.writes).toBe(1);
	});

	it.each([false, true])('has it once, though n8n starts a second one for it (last node answers: %p)', async (last) => {
		const here = processWith(new List());
		await here.claimedBy('delivery 1');
		expect(await here.run('delivery 1', '1', { isAnsweredByLastNode: last })).toBe('first');
		expect(await here.run('delivery 1', '2', { isAnsweredByLastNode: last })).toBe('known');
	});

	it.each([false, true])(
		'has it again where n8n runs its first step again, as Retry On Fail does (last node answers: %p)',
		async (last) => {
			const list = new List();
			const here = processWith(list);
			await here.claimedBy('delivery 1');
			for (let times = 0; times < 3; times++)
				expect(await here.run('delivery 1', '1', { isAnsweredByLastNode: last })).toBe('first');
			await here.claimedBy('delivery 2');
			expect(await here.run('delivery 1', '1', { isAnsweredByLastNode: last })).toBe('first');
		},
	);

	it('has the call for good where it begins late, its delivery answered as a failure', async () => {
		const here = processWith(new List());
		await here.claimedBy('delivery 1', { writableEnded: true, statusCode: 503 });
		expect(await here.run('delivery 1', '1')).toBe('first');
		const claim = new Claim('delivery 2', { writableEnded: false, statusCode: 200 });
		expect(await claimsOf(here.trigger).claim('the call', claim, limits)).toMatchObject({ verdict: 'duplicate' });
	});

	it('leaves the call to the redelivery where it begins later than that was accepted', async () => {
		const here = processWith(new List());
		await here.claimedBy('delivery 1', { writableEnded: true, statusCode: 503 });
		await here.claimedBy('delivery 2');
		expect(await here.run('delivery 1', '1')).toBe('known');
		expect(await here.run('delivery 2', '2')).toBe('first');
	});
});

it.each([
	[200, 'known'],
	[500, 'first'],
])(
	'an execution that n8n begins again at its start, whose last node had answered %p, is %s before n8n starts a trigger',
	async (statusCode, found) => {
		const list = new List();
		const before = processWith(list);
		await before.claimedBy('delivery 1', { writableEnded: true, statusCode });
		expect(await before.run('delivery 1', '1', { isAnsweredByLastNode: true })).toBe('first');
		await done();
		expect(await processWith(list).run('delivery 1', '2', { isAnsweredByLastNode: true })).toBe(found);
	},
);

describe.each([false, true])(
	'a duplicate that only its execution finds, after a restart (last node answers: %p)',
	(last) => {
		const HOUR = 3_600_000;
		const ANSWERED = { writableEnded: true, statusCode: 200 };

		/** What becomes of deliveries at these hours, all after one that was handled at once, in a process that began since. */
		async function verdictsAt(...hours: number[]) {
			const list = new List();
			const before = `trigger ${++triggers}`;
			const after = `trigger ${++triggers}`;
			const deliver = async (trigger: string, hour: number) => {
				jest.setSystemTime(hour * HOUR);
				const deliveryId = `delivery at ${hour}`;
				const claim = new Claim(deliveryId, ANSWERED, hour * HOUR);
				const claimed = await claimsOf(trigger).claim('the call', claim, limits);
				if (claimed.verdict !== 'accepted') return claimed.verdict;
				const byKey = { key: 'the call', receivedAt: hour * HOUR, windowInMs: limits.windowInMs };
				const execution = { trigger, id: deliveryId, isRetry: false, isOneProcess: false, isReleased: false, list };
				const call = { byKey, deliveryId, history: limits.history, idsOfACall: 0, isAnsweredByLastNode: last };
				const found = await passTimeUntil(recordCall(execution, call));
				await done();
				return found;
			};
			expect(await deliver(before, 0)).toBe('first');
			const verdicts: string[] = [];
			for (const hour of hours) verdicts.push(await deliver(after, hour));
			return verdicts;
		}

		it('does not make the window longer: a call that comes when it has passed is a new one', async () => {
			expect(await verdictsAt(1.5, 2.5)).toEqual(['known', 'first']);
		});

		it('is remembered as long as the call is surely known, at no cost', async () => {
			expect(await verdictsAt(0.5, 0.9, 1.1, 1.9, 2)).toEqual(['known', 'duplicate', 'known', 'duplicate', 'first']);
		});
	},
);

it('a webhook that ends by its id, the call having been caught up, makes no duplicate of another call with its key', async () => {
	const list = new List();
	const ANSWERED = { writableEnded: true, statusCode: 200 };
	const run = async (trigger: string, door: Door, deliveryId: string, receivedAt: number) =>
		await passTimeUntil(
			recordCall(
				{ trigger, id: deliveryId, isRetry: false, isOneProcess: false, isReleased: false, list },
				{
					deliveryId,
					history: limits.history,
					byKey: { key: 'the caller', receivedAt, windowInMs: limits.windowInMs },
					byId: { ids: ['1'], door },
					idsOfACall: 1,
					isAnsweredByLastNode: false,
				},
			),
		);
	expect(await run(`trigger ${++triggers}`, 'catch_up', 'an asking', 0)).toBe('first');
	// After a restart, and longer after the call than the window.
	const now = 2 * limits.windowInMs;
	jest.setSystemTime(now);
	const after = `trigger ${++triggers}`;
	const take = async (deliveryId: string) =>
		(await claimsOf(after).claim('the caller', new Claim(deliveryId, ANSWERED), limits)).verdict;
	expect(await take('late')).toBe('accepted');
	expect(await run(after, 'webhook', 'late', now)).toBe('known');
	expect(await take('of another call')).toBe('accepted');
});

it.each([
	['its id', 'call 1'],
	['its key', 'the caller#0'],
])('a call of which n8n cannot record %s alone runs, and says so', async (_which, entry) => {
	const list = new List();
	const add = list.checkProcessedAndRecord.bind(list);
	list.checkProcessedAndRecord = async (...args) => {
		if (args[0].includes(entry)) throw new Error('database is locked');
		return await add(...args);
	};
	const execution = { id: '1', isRetry: false, isOneProcess: true, isReleased: true, list };
	const call = { deliveryId: 'd', history: limits.history, idsOfACall: 1, isAnsweredByLastNode: false };
	const byKey = { key: 'the caller', receivedAt: 0, windowInMs: limits.windowInMs };
	const recorded = recordCall(
		{ ...execution, trigger: `trigger ${++triggers}` },
		{ ...call, byKey, byId: { ids: ['1'], door: 'webhook' } },
	);
	expect(await passTimeUntil(recorded)).toBe('unrecorded');
});

it.each([
	['here', true, 0, 10 * 2],
	['here, where the trigger catches up', true, 2, 10 * (2 + 2 * 3)],
	['in a worker', false, 0, 10 * (2 + 1)],
	['in a worker, where the trigger catches up', false, 2, 10 * (2 + 2 * 3 + 2)],
])('the list has room for its history: an execution %s', async (_where, isHere, idsOfACall, room) => {
	const list = new List();
	const asked = jest.spyOn(list, 'checkProcessedAndRecord');
	const here = processWith(list);
	if (isHere) await here.claimedBy('d');
	const execution = { trigger: here.trigger, id: '1', isRetry: false, isOneProcess: isHere, isReleased: false, list };
	const byKey = { key: 'the call', receivedAt: 0, windowInMs: limits.windowInMs };
	const call = { byKey, deliveryId: 'd', history: 10, idsOfACall, isAnsweredByLastNode: false };
	await passTimeUntil(recordCall(execution, call));
	const [entries, , options] = asked.mock.calls[0] ?? [];
	expect(options?.maxEntries).toBe(room + Number(entries?.length));
});

it('a retry pushes nothing out of the list, though it was stored when that was to be shorter', async () => {
	const list = new List();
	list.entries = Array.from({ length: 1_000 }, (_, at) => `entry ${at}`);
	await processWith(list).run('delivery 1', '1', { isRetry: true });
	expect(list.entries).toEqual(expect.arrayContaining(['entry 0']));
});

describe('an execution of a delivery that was claimed elsewhere', () => {
	it('knows its own mark when it is started again, and no other one has the call', async () => {
		const worker = processWith(new List());
		expect(await worker.run('delivery 1', '7')).toBe('first');
		expect(await worker.run('delivery 1', '7')).toBe('first');
		expect(await worker.run('delivery 1', '8')).toBe('known');
	});

	it('has handled the call as soon as it begins, where that is answered immediately', async () => {
		const list = new List();
		expect(await processWith(list).run('delivery 1', '7')).toBe('first');
		expect(await processWith(list).run('delivery 2', '8')).toBe('known');
	});
});

it('a held call that was let go runs again with each retry, also after a restart, though what held it has a claim', async () => {
	const list = new List();
	const byKey = { key: 'the call', receivedAt: 0, windowInMs: limits.windowInMs };
	const byId = { ids: ['1'], door: 'webhook' as const };
	const call = { byKey, byId, deliveryId: 'held', history: 10, idsOfACall: 1, isAnsweredByLastNode: false };
	const retry = async (trigger: string, id: string) =>
		await passTimeUntil(
			recordCall(
				{ trigger, id, isRetry: false, isOneProcess: true, isReleased: true, list },
				{ ...call, deliveryId: id },
			),
		);
	const before = `trigger ${++triggers}`;
	await claimsOf(before).arrive(
		{ ids: ['1'], looks: [] },
		new Claim('held', { writableEnded: true, statusCode: 200 }, 0),
		10,
	);
	expect(await retry(before, 'held')).toBe('first');
	expect(await retry(`trigger ${++triggers}`, 'held')).toBe('first');
	expect(await retry(`trigger ${++triggers}`, 'another delivery of it')).toBe('known');
});

describe('an execution that a user retries', () => {
	it.each([false, true])('has the call, and others know that it is handled (last node answers: %p)', async (last) => {
		const here = processWith(new List());
		expect(await here.run('delivery 1', '1')).toBe('first');
		const retried = { isRetry: true, isAnsweredByLastNode: last };
		expect(await here.run('delivery 1', '2', retried)).toBe('first');
		expect(await here.run('delivery 1', '3', retried)).toBe('first');
		expect(await here.run('delivery 2', '4')).toBe('known');
	});

	it('records the call where nothing had', async () => {
		const here = processWith(new List());
		expect(await here.run('delivery 1', '1', { isRetry: true })).toBe('first');
		expect(await here.run('delivery 2', '2')).toBe('known');
	});

	it('runs, and says so, where n8n cannot write its list', async () => {
		const list = new List();
		list.failures = 3;
		expect(await processWith(list).run('delivery 1', '1', { isRetry: true })).toBe('unrecorded');
	});
});

describe('where the last node answers', () => {
	const last = { isAnsweredByLastNode: true };

	it.each([
		[200, 'known'],
		[399, 'known'],
		[400, 'first'],
		[500, 'first'],
	])('a call whose delivery ends with %d is %s after a restart', async (statusCode, then) => {
		const list = new List();
		const here = processWith(list);
		const response = await here.claimedBy('delivery 1', { writableEnded: false, statusCode });
		expect(await here.run('delivery 1', '1', last)).toBe('first');
		await done();
		expect(list.entries).toEqual([]);
		response.writableEnded = true;
		await done();
		const afterwards = processWith(list);
		await afterwards.claimedBy('delivery 2');
		expect(await afterwards.run('delivery 2', '2', last)).toBe(then);
	});

	it('a call that begins in a worker is not recorded: nobody there learns how it ends', async () => {
		const list = new List();
		expect(await processWith(list).run('delivery 1', '1', last)).toBe('first');
		await done();
		expect(list.entries).toEqual([]);
	});

	/** An execution whose request another process took. */
	const elsewhere = (list: List, isOneProcess = false) => ({
		...{ trigger: `trigger ${++triggers}`, id: '1', list },
		...{ isRetry: false, isReleased: false, isOneProcess },
	});

	it('nor looked for there, where another process could bring that back, unless it is from before the start of n8n', async () => {
		for (const [receivedAt, writes] of [
			[0, 1],
			[Date.UTC(2100, 0), 0],
		]) {
			const list = new List();
			const byKey = { key: 'the call', receivedAt: receivedAt ?? 0, windowInMs: limits.windowInMs };
			const call = { byKey, deliveryId: 'd', history: 10, idsOfACall: 0, isAnsweredByLastNode: true };
			expect(await passTimeUntil(recordCall(elsewhere(list), call))).toBe('first');
			expect(list.writes).toBe(writes);
		}
	});

	it('but counts as handled for catching up when it begins there', async () => {
		for (const isOneProcess of [false, true]) {
			const list = new List();
			const call = { deliveryId: 'd', history: 10, idsOfACall: 1, isAnsweredByLastNode: true };
			await passTimeUntil(
				recordCall(elsewhere(list, isOneProcess), { ...call, byId: { ids: ['1'], door: 'webhook' } }),
			);
			expect(list.entries.includes('call 1 handled')).toBe(!isOneProcess);
		}
	});

	it('a call that was handled on receipt is known, and the reverse', async () => {
		const list = new List();
		for (const [deliveryId, isAnsweredByLastNode, found] of [
			['delivery 1', false, 'first'],
			['delivery 2', true, 'known'],
		] as const) {
			const here = processWith(list);
			await here.claimedBy(deliveryId);
			expect(await here.run(deliveryId, deliveryId, { isAnsweredByLastNode })).toBe(found);
		}
	});

	it('a call runs, and says so, where n8n cannot tell whether it was handled', async () => {
		const list = new List();
		list.failures = 3;
		const here = processWith(list);
		await here.claimedBy('delivery 1');
		expect(await here.run('delivery 1', '1', last)).toBe('unrecorded');
	});
});
