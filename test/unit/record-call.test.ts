import { List } from '../../host/core';
import type { Door } from '../../nodes/deduplication/call-ids';
import { claimsOf } from '../../nodes/deduplication/claim';
import { recordCall } from '../../nodes/deduplication/record-call';
import { passTimeUntil } from './pass-time';

const limits = { history: 10, windowInMs: 2 * 3_600_000 };

let triggers = 0;

/** A process that receives deliveries of one call and runs executions of it. */
function processWith(list: List, trigger = `trigger ${++triggers}`) {
	const call = { key: 'the call', limits, receivedAt: 0 };
	return {
		trigger,
		async claimedBy(deliveryId: string, response = { writableEnded: true, statusCode: 200 }) {
			await claimsOf(trigger).take(call.key, deliveryId, response, limits);
			return response;
		},
		async run(deliveryId: string, id: string, { isAnsweredByLastNode = false, isRetry = false } = {}) {
			const execution = { trigger, id, isRetry, list };
			return await passTimeUntil(recordCall(execution, { byKey: call, deliveryId, isAnsweredByLastNode }));
		},
	};
}

beforeEach(() => {
	jest.useFakeTimers();
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

	it('has it once, though n8n starts a second one under the same id', async () => {
		const here = processWith(new List());
		await here.claimedBy('delivery 1');
		expect(await here.run('delivery 1', '1')).toBe('first');
		expect(await here.run('delivery 1', '1')).toBe('known');
	});
});

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
				const claimed = await claimsOf(trigger).take('the call', deliveryId, ANSWERED, limits);
				if (claimed.verdict !== 'accepted') return claimed.verdict;
				const byKey = { key: 'the call', limits, receivedAt: hour * HOUR };
				const execution = { trigger, id: deliveryId, isRetry: false, list };
				const found = await passTimeUntil(recordCall(execution, { byKey, deliveryId, isAnsweredByLastNode: last }));
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
				{ trigger, id: deliveryId, isRetry: false, list },
				{
					deliveryId,
					byKey: { key: 'the caller', receivedAt, limits },
					byId: { id: '1', door, history: 10 },
					catchesUp: true,
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
		(await claimsOf(after).take('the caller', deliveryId, ANSWERED, limits)).verdict;
	expect(await take('late')).toBe('accepted');
	expect(await run(after, 'webhook', 'late', now)).toBe('known');
	expect(await take('of another call')).toBe('accepted');
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

	it('is one though this process has claimed the same call for another delivery', async () => {
		const both = processWith(new List());
		await both.claimedBy('delivery 2');
		expect(await both.run('delivery 1', '7')).toBe('first');
		expect(await both.run('delivery 1', '7')).toBe('first');
	});
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
		expect(list.entries.filter((entry) => entry.endsWith('?'))).not.toEqual([]);
		response.writableEnded = true;
		await done();
		expect(await processWith(list).run('delivery 2', '2', last)).toBe(then);
	});

	it('the end of another delivery tells nothing of this one', async () => {
		const list = new List();
		const both = processWith(list);
		await both.claimedBy('delivery 2');
		expect(await both.run('delivery 1', '1', last)).toBe('first');
		await done();
		expect(await processWith(list).run('delivery 3', '3', last)).toBe('first');
	});

	it('a second execution of a delivery, which is not begun, does not end the first one', async () => {
		const list = new List();
		const here = processWith(list);
		await here.claimedBy('delivery 1');
		await processWith(list).run('delivery 1', '1', last);
		expect(await here.run('delivery 1', '2', last)).toBe('known');
		await done();
		expect(await processWith(list).run('delivery 2', '3', last)).toBe('first');
	});

	it('a call that n8n could not record as begun is recorded as handled no less', async () => {
		const list = new List();
		list.failures = 3;
		const here = processWith(list);
		await here.claimedBy('delivery 1');
		expect(await here.run('delivery 1', '1', last)).toBe('unrecorded');
	});
});
