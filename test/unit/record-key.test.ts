import { List } from '../../host/core';
import type { ListOfN8n } from '../../nodes/n8n/durable-list';
import { DurableList } from '../../nodes/n8n/durable-list';
import type { Recording } from '../../nodes/memory/record-key';
import { lookForKey, recordKey } from '../../nodes/memory/record-key';
import type { Recorded } from '../../nodes/memory/shared-list';
import { SharedList } from '../../nodes/memory/shared-list';

const HOUR = 3_600_000;
const WINDOW = { windowInMs: 2 * HOUR };
const ENTRIES_OF_A_CALL = 2;
const HISTORY = 10;
const AT_ONCE = { atLeast: 1, atMost: 1 };

/** A process that works on n8n's list. */
function processWith(settleInMs = AT_ONCE, entriesOfACall = ENTRIES_OF_A_CALL) {
	const queue = new DurableList();
	const shared = (list: ListOfN8n) => new SharedList(queue, list, HISTORY * entriesOfACall, settleInMs);
	return {
		record: async (list: ListOfN8n, recording: Recording): Promise<Recorded> =>
			await recordKey(shared(list), recording),
		look: async (list: ListOfN8n, recording: Recording): Promise<Recorded> => await lookForKey(shared(list), recording),
	};
}

/** A call by its key; with the id of an execution that others may compete with. */
const call = (key: string, executionId?: string, receivedAt = 0) => ({ key, ...WINDOW, receivedAt, executionId });

it('knows a call that another execution recorded', async () => {
	const list = new List();
	const recorder = processWith();
	expect(await recorder.record(list, call('a'))).toBe('first');
	expect(await recorder.record(list, call('a'))).toBe('known');
	expect(await recorder.record(list, call('b'))).toBe('first');
});

it('knows it after a restart, which leaves nothing but the list', async () => {
	const list = new List();
	await processWith().record(list, call('a'));
	expect(await processWith().record(list, call('a'))).toBe('known');
});

it('lets exactly one of many executions of a process have a call', async () => {
	const list = new List(5);
	const recorder = processWith();
	const found = await Promise.all(Array.from({ length: 20 }, async () => await recorder.record(list, call('a'))));
	expect(found.filter((each) => each === 'first')).toHaveLength(1);
});

it('records what waits together', async () => {
	const list = new List(5);
	const recorder = processWith();
	await Promise.all(Array.from({ length: 50 }, async (_, each) => await recorder.record(list, call(String(each)))));
	expect(list.writes).toBe(1);
	expect(list.entries).toHaveLength(ENTRIES_OF_A_CALL * 50);
	await recorder.record(list, call('one more'));
	expect(list.entries).toHaveLength(ENTRIES_OF_A_CALL * (HISTORY + 1));
});

afterEach(() => jest.useRealTimers());

it('lets exactly one of two processes have a call, though one overwrites what the other wrote', async () => {
	jest.useFakeTimers();
	const list = new List(10);
	const settle = { atLeast: 200, atMost: 200 };
	const found = Promise.all([
		processWith(settle).record(list, call('a', '1')),
		processWith(settle).record(list, call('a', '2')),
	]);
	await jest.advanceTimersByTimeAsync(5_000);
	expect((await found).sort()).toEqual(['first', 'known']);
});

it('lets an execution have its call again that n8n starts again under the same id', async () => {
	const list = new List();
	expect(await processWith(AT_ONCE).record(list, call('a', '7'))).toBe('first');
	expect(await processWith(AT_ONCE).record(list, call('a', '7'))).toBe('first');
	expect(await processWith(AT_ONCE).record(list, call('a', '8'))).toBe('known');
});

it('leaves no mark of an execution that found the call known, so that starting it again changes nothing', async () => {
	const list = new List();
	await processWith(AT_ONCE).record(list, call('a', '7'));
	const before = [...list.entries];
	expect(await processWith(AT_ONCE).record(list, call('a', '8'))).toBe('known');
	expect(list.entries).toEqual(before);
	expect(await processWith(AT_ONCE).record(list, call('a', '8'))).toBe('known');
});

it('is neither known nor run twice by a duplicate of another call at the same moment', async () => {
	const list = new List(5);
	await processWith().record(list, call('old'));
	await processWith().record(list, call('older'));
	const again = await Promise.all(
		['old', 'older', 'old', 'older'].map(
			async (key, process) => await processWith(AT_ONCE).record(list, call(key, `execution ${process}`)),
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
		// Long enough also where what is waited for passes twenty times as fast (test/context/fast-sleep.js).
		list.gapInMs = 400;
		return found;
	};
	expect(await processWith({ atLeast: 10, atMost: 10 }).record(list, call('a', '1'))).toBe('unrecorded');
});

describe('the window', () => {
	it.each([0, 0.5 * HOUR, 0.99 * HOUR])('holds for at least half of it (recorded %d ms into it)', async (start) => {
		const list = new List();
		await processWith().record(list, call('a', undefined, start));
		expect(await processWith().record(list, call('a', undefined, start + HOUR))).toBe('known');
	});

	it.each([0, 0.5 * HOUR, 0.99 * HOUR])('holds for no longer than it (recorded %d ms into it)', async (start) => {
		const list = new List();
		await processWith().record(list, call('a', undefined, start));
		expect(await processWith().record(list, call('a', undefined, start + 2 * HOUR))).toBe('first');
	});

	it('is not prolonged by duplicates', async () => {
		const list = new List();
		await processWith().record(list, call('a', undefined, 0));
		await processWith().record(list, call('a', undefined, 1.5 * HOUR));
		expect(await processWith().record(list, call('a', undefined, 2 * HOUR))).toBe('first');
	});
});

it('keeps no more than the history', async () => {
	const list = new List();
	const recorder = processWith();
	for (let each = 0; each < 30; each++) await recorder.record(list, call(String(each)));
	// And the one that was recorded last.
	expect(list.entries).toHaveLength(ENTRIES_OF_A_CALL * (HISTORY + 1));
	expect(await recorder.record(list, call('29'))).toBe('known');
	expect(await recorder.record(list, call('18'))).toBe('first');
});

it('forgets no call over a duplicate', async () => {
	const list = new List();
	const here = processWith(AT_ONCE, 3);
	for (let each = 0; each < 10; each++) await here.record(list, call(String(each), `execution ${each}`));
	for (let each = 9; each >= 0; each--) {
		expect(await processWith(AT_ONCE, 3).record(list, call(String(each), 'another'))).toBe('known');
		expect(await processWith(AT_ONCE, 3).look(list, call(String(each)))).toBe('known');
	}
});

it('waits as long as the database takes, before it looks again whether its entry is still there', async () => {
	jest.useFakeTimers();
	const list = new List(100);
	const howLong = async (settle: { atLeast: number; atMost: number }, key: string) => {
		const startedAt = Date.now();
		const recorded = processWith(settle)
			.record(list, call(key, '1'))
			.then(() => Date.now() - startedAt);
		await jest.advanceTimersByTimeAsync(10_000);
		return await recorded;
	};
	// Two rounds of reading and writing, and four times as long as one of them in between.
	expect(await howLong({ atLeast: 1, atMost: 10_000 }, 'a')).toBe(2 * 100 + 4 * 100);
	expect(await howLong(AT_ONCE, 'b')).toBe(2 * 100 + AT_ONCE.atMost);
	jest.useRealTimers();
});

it('has its call in the end where other processes overwrite its entries time and again', async () => {
	const list = new List();
	const forgetful = jest.spyOn(list, 'checkProcessedAndRecord').mockImplementation(async (items) => {
		return { new: items, processed: [] };
	});
	expect(await processWith(AT_ONCE).record(list, call('a', '1'))).toBe('first');
	expect(forgetful.mock.calls.length).toBeGreaterThan(1);
});

it('an execution knows its own entry also in another half of the window', async () => {
	const list = new List();
	expect(await processWith(AT_ONCE).record(list, call('a', '7', 0))).toBe('first');
	expect(await processWith(AT_ONCE).record(list, call('a', '7', HOUR))).toBe('first');
	expect(await processWith(AT_ONCE).record(list, call('a', '7', 1.5 * HOUR))).toBe('first');
});

describe('a look, for an execution whose call counts as handled only once the last node has answered', () => {
	it.each([0, 0.9 * HOUR])('knows a call that was recorded, for as long as a delivery would (%d ms)', async (at) => {
		const list = new List();
		await processWith().record(list, call('a', undefined, at));
		for (const later of [at, at + HOUR])
			expect(await processWith().look(list, call('a', undefined, later))).toBe('known');
		expect(await processWith().look(list, call('a', undefined, at + 2 * HOUR))).toBe('first');
	});

	it('leaves the list as it was', async () => {
		const list = new List();
		const here = processWith();
		await here.record(list, call('b'));
		const before = [...list.entries];
		expect(await here.look(list, call('a'))).toBe('first');
		expect(await here.look(list, call('b'))).toBe('known');
		expect(list.entries).toEqual(before);
	});

	/** A process that is killed when it has added what it looks for. */
	async function killedLook(list: List) {
		const remove = jest.spyOn(list, 'removeProcessed').mockResolvedValueOnce(undefined);
		await processWith().look(list, call('a'));
		remove.mockRestore();
	}

	it.each(['record', 'look'] as const)(
		'that is killed does not make the call handled: another one may have it (%s)',
		async (verb) => {
			const list = new List();
			await killedLook(list);
			expect(list.entries).not.toEqual([]);
			expect(await processWith()[verb](list, call('a'))).toBe('first');
			// Which then has recorded it, where it did more than look.
			expect(await processWith().record(list, call('a'))).toBe(verb === 'record' ? 'known' : 'first');
		},
	);

	it('that is killed does not keep a call that is handled later from being known', async () => {
		const list = new List();
		await killedLook(list);
		expect(await processWith().look(list, call('a'))).toBe('first');
		expect(await processWith().record(list, call('a'))).toBe('first');
		expect(await processWith().look(list, call('a'))).toBe('known');
		expect(await processWith().record(list, call('a'))).toBe('known');
	});

	it('says so where n8n cannot tell', async () => {
		const list = new List();
		list.failures = 3;
		expect(await processWith().look(list, call('a'))).toBe('unrecorded');
	});
});

describe('where n8n cannot write its list', () => {
	it('tries again', async () => {
		const list = new List();
		list.failures = 2;
		expect(await processWith().record(list, call('a'))).toBe('first');
	});

	it('does not take a call for known that a failed try of its own may have recorded', async () => {
		const list = new List();
		const { checkProcessedAndRecord } = list;
		list.checkProcessedAndRecord = async (...parameters) => {
			await checkProcessedAndRecord.apply(list, parameters);
			list.checkProcessedAndRecord = checkProcessedAndRecord;
			throw new Error('The connection was lost after the write.');
		};
		const recorder = processWith();
		expect(await recorder.record(list, call('a'))).toBe('unrecorded');
		expect(await recorder.record(list, call('a'))).toBe('known');
	});

	it('knows a call of another execution also after a failed try, where its own entry would show that it was its own', async () => {
		const list = new List();
		await processWith(AT_ONCE).record(list, call('a', '7'));
		list.failures = 1;
		expect(await processWith(AT_ONCE).record(list, call('a', '8'))).toBe('known');
	});

	it('says that the call is not recorded, and works again afterwards', async () => {
		const list = new List();
		list.failures = 3;
		const recorder = processWith();
		expect(await recorder.record(list, call('a'))).toBe('unrecorded');
		expect(await recorder.record(list, call('a'))).toBe('first');
	});
});

it('takes out what a killed look has left: whoever records the call then has it', async () => {
	const list = new List();
	list.entries = ['a#0', 'a#1', 'a#0?', 'a#1?'];
	expect(await processWith().look(list, call('a'))).toBe('first');
	expect(await processWith().record(list, call('a', '7'))).toBe('first');
});

it('a look that was killed says nothing, however much of what it left n8n has dropped since', async () => {
	const killed = Object.assign(new List(), { removeProcessed: async () => undefined });
	await processWith().look(killed, call('a'));
	for (let dropped = 0; dropped <= killed.entries.length; dropped++) {
		const list = new List();
		list.entries = killed.entries.slice(dropped);
		expect(await processWith().look(list, call('a'))).toBe('first');
	}
	expect(killed.entries).not.toEqual([]);
});
