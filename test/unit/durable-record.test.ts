import { sleep } from 'n8n-workflow';

import { List } from '../../host/core';
import { Recorder } from '../../nodes/deduplication/durable-record';

const HOUR = 3_600_000;
const WINDOW = { windowInMs: 2 * HOUR };
/** Of a call that is answered at once. */
const ENTRIES_OF_A_CALL = 3;
const HISTORY = 10;
const AT_ONCE = { atLeast: 1, atMost: 1 };

/** A call by its key; with the id of an execution that others may compete with. */
const call = (key: string, executionId?: string, receivedAt = 0, entriesOfACall = ENTRIES_OF_A_CALL) => ({
	...{ key, ...WINDOW, receivedAt, executionId },
	maxEntries: HISTORY * entriesOfACall,
});

it('knows a call that another execution recorded', async () => {
	const list = new List();
	const recorder = new Recorder();
	expect(await recorder.record(list, call('a'))).toBe('first');
	expect(await recorder.record(list, call('a'))).toBe('known');
	expect(await recorder.record(list, call('b'))).toBe('first');
});

it('knows it after a restart, which leaves nothing but the list', async () => {
	const list = new List();
	await new Recorder().record(list, call('a'));
	expect(await new Recorder().record(list, call('a'))).toBe('known');
});

it('lets exactly one of many executions of a process have a call', async () => {
	const list = new List(5);
	const recorder = new Recorder();
	const found = await Promise.all(Array.from({ length: 20 }, async () => await recorder.record(list, call('a'))));
	expect(found.filter((each) => each === 'first')).toHaveLength(1);
});

it('records what waits together', async () => {
	const list = new List(5);
	const recorder = new Recorder();
	await Promise.all(Array.from({ length: 50 }, async (_, each) => await recorder.record(list, call(String(each)))));
	expect(list.writes).toBe(1);
	expect(list.entries).toHaveLength(3 * 50);
	await recorder.record(list, call('one more'));
	expect(list.entries).toHaveLength(ENTRIES_OF_A_CALL * (HISTORY + 1));
});

it('lets exactly one of two processes have a call, though one overwrites what the other wrote', async () => {
	// Many times what the list takes, also on a machine that has other work.
	const settle = { atLeast: 200, atMost: 200 };
	for (let round = 0; round < 5; round++) {
		const list = new List(10);
		const found = await Promise.all([
			new Recorder(settle).record(list, call('a', '1')),
			new Recorder(settle).record(list, call('a', '2')),
		]);
		expect(found.sort()).toEqual(['first', 'known']);
	}
});

it('lets an execution have its call again that n8n starts again under the same id', async () => {
	const list = new List();
	expect(await new Recorder(AT_ONCE).record(list, call('a', '7'))).toBe('first');
	expect(await new Recorder(AT_ONCE).record(list, call('a', '7'))).toBe('first');
	expect(await new Recorder(AT_ONCE).record(list, call('a', '8'))).toBe('known');
});

it('leaves no mark of an execution that found the call known, so that starting it again changes nothing', async () => {
	const list = new List();
	await new Recorder(AT_ONCE).record(list, call('a', '7'));
	const before = [...list.entries];
	expect(await new Recorder(AT_ONCE).record(list, call('a', '8'))).toBe('known');
	expect(list.entries).toEqual(before);
	expect(await new Recorder(AT_ONCE).record(list, call('a', '8'))).toBe('known');
});

it('is neither known nor run twice by a duplicate of another call at the same moment', async () => {
	const list = new List(5);
	await new Recorder().record(list, call('old'));
	await new Recorder().record(list, call('older'));
	const again = await Promise.all(
		['old', 'older', 'old', 'older'].map(
			async (key, process) => await new Recorder(AT_ONCE).record(list, call(key, `execution ${process}`)),
		),
	);
	expect(again).toEqual(['known', 'known', 'known', 'known']);
});

it('runs a call rather twice than never, where looking again took longer than the wait before it', async () => {
	const list = new List();
	const { checkProcessedAndRecord } = list;
	list.checkProcessedAndRecord = async (...parameters) => {
		const found = await checkProcessedAndRecord.apply(list, parameters);
		// Another process writes over it, and the next look is slow.
		list.entries = list.entries.filter((entry) => !entry.includes('@'));
		list.gapInMs = 50;
		return found;
	};
	expect(await new Recorder({ atLeast: 10, atMost: 10 }).record(list, call('a', '1'))).toBe('unrecorded');
});

describe('the window', () => {
	it.each([0, 0.5 * HOUR, 0.99 * HOUR])('holds for at least half of it (recorded %d ms into it)', async (start) => {
		const list = new List();
		await new Recorder().record(list, call('a', undefined, start));
		expect(await new Recorder().record(list, call('a', undefined, start + HOUR))).toBe('known');
	});

	it.each([0, 0.5 * HOUR, 0.99 * HOUR])('holds for no longer than it (recorded %d ms into it)', async (start) => {
		const list = new List();
		await new Recorder().record(list, call('a', undefined, start));
		expect(await new Recorder().record(list, call('a', undefined, start + 2 * HOUR))).toBe('first');
	});

	it('is not prolonged by duplicates', async () => {
		const list = new List();
		await new Recorder().record(list, call('a', undefined, 0));
		await new Recorder().record(list, call('a', undefined, 1.5 * HOUR));
		expect(await new Recorder().record(list, call('a', undefined, 2 * HOUR))).toBe('first');
	});
});

it('keeps no more than the history', async () => {
	const list = new List();
	const recorder = new Recorder();
	for (let each = 0; each < 30; each++) await recorder.record(list, call(String(each)));
	// And the one that was recorded last.
	expect(list.entries).toHaveLength(ENTRIES_OF_A_CALL * (HISTORY + 1));
	expect(await recorder.record(list, call('29'))).toBe('known');
	expect(await recorder.record(list, call('18'))).toBe('first');
});

it.each(['record', 'begin'] as const)('forgets no call over a duplicate (%s)', async (verb) => {
	const list = new List();
	const recorder = new Recorder(AT_ONCE);
	for (let each = 0; each < 10; each++) {
		const handled = call(String(each), `execution ${each}`, 0, verb === 'begin' ? 6 : 4);
		await recorder[verb](list, handled, `delivery ${each}`);
		if (verb === 'begin') await recorder.succeeded(list, handled);
	}
	for (let each = 9; each >= 0; each--) {
		const again = call(String(each), 'another', 0, verb === 'begin' ? 6 : 4);
		expect(await new Recorder(AT_ONCE)[verb](list, again, 'again')).toBe('known');
	}
});

it('waits as long as the database takes, before it looks again whether its entry is still there', async () => {
	const list = new List(100);
	const settle = { atLeast: 1, atMost: 10_000 };
	const startedAt = Date.now();
	await new Recorder(settle).record(list, call('a', '1'));
	// Two rounds of reading and writing, and four times as long as one of them in between.
	expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2 * 100 + 4 * 100 - 20);
	const bounded = Date.now();
	await new Recorder(AT_ONCE).record(list, call('b', '1'));
	expect(Date.now() - bounded).toBeLessThan(500);
});

it('has its call in the end where other processes overwrite its entries time and again', async () => {
	const list = new List();
	const forgetful = jest.spyOn(list, 'checkProcessedAndRecord').mockImplementation(async (items) => {
		return { new: items, processed: [] };
	});
	expect(await new Recorder(AT_ONCE).record(list, call('a', '1'))).toBe('first');
	expect(forgetful.mock.calls.length).toBeGreaterThan(1);
});

it('may be let go of where it is not at work, pauses included: a second one would undo what it writes', async () => {
	const recorder = new Recorder({ atLeast: 50, atMost: 50 });
	expect(recorder.dropExpired()).toBe(true);
	const recorded = recorder.record(new List(), call('a', 'an execution'));
	await sleep(20);
	expect(recorder.dropExpired()).toBe(false);
	await recorded;
	expect(recorder.dropExpired()).toBe(true);
});

it('an execution knows its own entry also in another half of the window', async () => {
	const list = new List();
	expect(await new Recorder(AT_ONCE).record(list, call('a', '7', 0))).toBe('first');
	expect(await new Recorder(AT_ONCE).record(list, call('a', '7', HOUR))).toBe('first');
	expect(await new Recorder(AT_ONCE).record(list, call('a', '7', 1.5 * HOUR))).toBe('first');
});

describe('where the last node answers', () => {
	it('a call that has begun is not handled until that has succeeded', async () => {
		const list = new List();
		expect(await new Recorder().begin(list, call('a'), 'delivery 1')).toBe('first');
		expect(await new Recorder().begin(list, call('a'), 'delivery 2')).toBe('first');
		await new Recorder().succeeded(list, call('a'));
		expect(await new Recorder().begin(list, call('a'), 'delivery 3')).toBe('known');
	});

	it('a second execution of one delivery does not begin, whether the first one succeeds or not', async () => {
		const list = new List();
		expect(await new Recorder().begin(list, call('a'), 'delivery 1')).toBe('first');
		expect(await new Recorder().begin(list, call('a'), 'delivery 1')).toBe('known');
		await new Recorder().succeeded(list, call('a'));
		expect(await new Recorder().begin(list, call('a'), 'delivery 1')).toBe('known');
	});

	it('an execution that n8n starts again under its id begins again', async () => {
		const list = new List();
		const recorder = () => new Recorder(AT_ONCE);
		expect(await recorder().begin(list, call('a', '7'), 'delivery 1')).toBe('first');
		expect(await recorder().begin(list, call('a', '7'), 'delivery 1')).toBe('first');
		expect(await recorder().begin(list, call('a', '8'), 'delivery 1')).toBe('known');
	});

	it('a call that was begun and cut off is no duplicate after the trigger was set to answer immediately', async () => {
		const list = new List();
		await new Recorder().begin(list, call('a'), 'delivery 1');
		expect(await new Recorder().record(list, call('a'))).toBe('first');
		expect(await new Recorder().record(list, call('a'))).toBe('known');
	});

	it('a call that was begun and cut off long ago does not make one handled since then run again', async () => {
		const list = new List();
		await new Recorder().begin(list, call('a', undefined, 0), 'delivery 1');
		expect(await new Recorder().record(list, call('a', undefined, 3 * HOUR))).toBe('first');
		expect(await new Recorder().record(list, call('a', undefined, 3 * HOUR))).toBe('known');
	});

	it('a call that succeeds is handled for as long as one that was received at the same moment', async () => {
		const list = new List();
		await new Recorder().begin(list, call('a', undefined, 0.9 * HOUR), 'delivery 1');
		await new Recorder().succeeded(list, call('a', undefined, 0.9 * HOUR));
		expect(await new Recorder().begin(list, call('a', undefined, 1.1 * HOUR), 'delivery 2')).toBe('known');
		expect(await new Recorder().begin(list, call('a', undefined, 2 * HOUR), 'delivery 3')).toBe('first');
	});

	it('a call that waited for its execution is known, where a later delivery of it was quicker', async () => {
		const list = new List();
		expect(await new Recorder().record(list, call('a', undefined, 1.1 * HOUR))).toBe('first');
		expect(await new Recorder().record(list, call('a', undefined, 0.9 * HOUR))).toBe('known');
	});

	it('so is one that succeeded', async () => {
		const list = new List();
		await new Recorder().begin(list, call('a', undefined, 1.1 * HOUR), 'delivery 2');
		await new Recorder().succeeded(list, call('a', undefined, 1.1 * HOUR));
		expect(await new Recorder().begin(list, call('a', undefined, 0.9 * HOUR), 'delivery 1')).toBe('known');
	});

	describe.each(['0', '0.9'])('received %s hours into a half of the window', (hours) => {
		const receivedAt = Number(hours) * HOUR;

		it('a call that was handled on receipt is handled', async () => {
			const list = new List();
			await new Recorder().record(list, call('a', undefined, receivedAt));
			for (const later of [receivedAt, receivedAt + HOUR]) {
				expect(await new Recorder().begin(list, call('a', undefined, later), `delivery at ${later}`)).toBe('known');
			}
		});

		it('a call that succeeded is handled on receipt too', async () => {
			const list = new List();
			await new Recorder().begin(list, call('a', undefined, receivedAt), 'delivery 1');
			await new Recorder().succeeded(list, call('a', undefined, receivedAt));
			for (const later of [receivedAt, receivedAt + HOUR]) {
				expect(await new Recorder().record(list, call('a', undefined, later))).toBe('known');
			}
		});

		it('a call that was begun and cut off, and then handled by a retry, is handled', async () => {
			const list = new List();
			await new Recorder().begin(list, call('a', undefined, receivedAt), 'delivery 1');
			expect(await new Recorder(AT_ONCE).record(list, call('a', 'retry', receivedAt))).toBe('first');
			for (const later of [receivedAt, receivedAt + HOUR]) {
				expect(await new Recorder().begin(list, call('a', undefined, later), `delivery at ${later}`)).toBe('known');
			}
		});
	});

	it('keeps no more than the history', async () => {
		const list = new List();
		const recorder = new Recorder();
		for (let each = 0; each < 30; each++) {
			const handled = call(String(each), undefined, 0, 4);
			await recorder.begin(list, handled, `delivery of ${each}`);
			await recorder.succeeded(list, handled);
		}
		// Each call's two halves of the window, its delivery, and what `record` asks for; and the last addition.
		expect(list.entries.length).toBeLessThanOrEqual(4 * 10 + 5);
		expect(await recorder.begin(list, call('29'), 'another')).toBe('known');
		expect(await recorder.begin(list, call('15'), 'another')).toBe('first');
	});

	it('many begin and succeed at once, and nothing is mixed up', async () => {
		const list = new List(2);
		const recorder = new Recorder();
		const many = Array.from({ length: 20 }, (_, each) => ({
			...call(`call ${each}`),
			maxEntries: 1000,
		}));
		const once = async () =>
			await Promise.all(
				many.map(async (each) => {
					const begun = await recorder.begin(list, each, `delivery of ${each.key}`);
					await recorder.succeeded(list, each);
					return begun;
				}),
			);
		expect(new Set(await once())).toEqual(new Set(['first']));
		expect(new Set(await once())).toEqual(new Set(['known']));
		// Each call's two halves of the window, its delivery, and what `record` asks for.
		expect(list.entries).toHaveLength(4 * 20);
	});
});

describe('where n8n cannot write its list', () => {
	it('tries again', async () => {
		const list = new List();
		list.failures = 2;
		expect(await new Recorder().record(list, call('a'))).toBe('first');
	});

	it('does not take a call for known that a failed try of its own may have recorded', async () => {
		const list = new List();
		const { checkProcessedAndRecord } = list;
		list.checkProcessedAndRecord = async (...parameters) => {
			await checkProcessedAndRecord.apply(list, parameters);
			list.checkProcessedAndRecord = checkProcessedAndRecord;
			throw new Error('The connection was lost after the write.');
		};
		const recorder = new Recorder();
		expect(await recorder.record(list, call('a'))).toBe('unrecorded');
		expect(await recorder.record(list, call('a'))).toBe('known');
	});

	it('knows a call of another execution also after a failed try, where its own entry would show that it was its own', async () => {
		const list = new List();
		await new Recorder(AT_ONCE).record(list, call('a', '7'));
		list.failures = 1;
		expect(await new Recorder(AT_ONCE).record(list, call('a', '8'))).toBe('known');
	});

	it('says that the call is not recorded, and works again afterwards', async () => {
		const list = new List();
		list.failures = 3;
		const recorder = new Recorder();
		expect(await recorder.record(list, call('a'))).toBe('unrecorded');
		expect(await recorder.record(list, call('a'))).toBe('first');
	});
});
