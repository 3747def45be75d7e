import { sleep } from 'n8n-workflow';

import { Recorder } from '../../nodes/delivery/record';
import { List } from '../list';

const LIMITS = { history: 10, windowHours: 2 };
const HOUR = 3_600_000;

it('knows a call that another execution recorded', async () => {
	const list = new List();
	const recorder = new Recorder();
	expect(await recorder.record(list, 'a', LIMITS)).toBe('first');
	expect(await recorder.record(list, 'a', LIMITS)).toBe('known');
	expect(await recorder.record(list, 'b', LIMITS)).toBe('first');
});

it('knows it after a restart, which leaves nothing but the list', async () => {
	const list = new List();
	await new Recorder().record(list, 'a', LIMITS);
	expect(await new Recorder().record(list, 'a', LIMITS)).toBe('known');
});

it('lets exactly one of many executions of a process have a call', async () => {
	const list = new List(5);
	const recorder = new Recorder();
	const found = await Promise.all(Array.from({ length: 20 }, async () => await recorder.record(list, 'a', LIMITS)));
	expect(found.filter((each) => each === 'first')).toHaveLength(1);
});

it('records what waits together', async () => {
	const list = new List(5);
	const recorder = new Recorder();
	await Promise.all(Array.from({ length: 50 }, async (_, call) => await recorder.record(list, String(call), LIMITS)));
	expect(list.writes).toBe(2);
	expect(list.entries).toHaveLength(20);
});

it('lets exactly one of two processes have a call, though one overwrites what the other wrote', async () => {
	for (let round = 0; round < 10; round++) {
		const list = new List(10);
		const found = await Promise.all([
			new Recorder(Date.now, 30).record(list, 'a', LIMITS, '1'),
			new Recorder(Date.now, 30).record(list, 'a', LIMITS, '2'),
		]);
		expect(found.sort()).toEqual(['first', 'known']);
	}
});

it('lets an execution have its call again that n8n starts again under the same id', async () => {
	const list = new List();
	expect(await new Recorder(Date.now, 1).record(list, 'a', LIMITS, '7')).toBe('first');
	expect(await new Recorder(Date.now, 1).record(list, 'a', LIMITS, '7')).toBe('first');
	expect(await new Recorder(Date.now, 1).record(list, 'a', LIMITS, '8')).toBe('known');
});

it('leaves no mark of an execution that found the call known, so that starting it again changes nothing', async () => {
	const list = new List();
	await new Recorder(Date.now, 1).record(list, 'a', LIMITS, '7');
	const before = [...list.entries];
	expect(await new Recorder(Date.now, 1).record(list, 'a', LIMITS, '8')).toBe('known');
	expect(list.entries).toEqual(before);
	expect(await new Recorder(Date.now, 1).record(list, 'a', LIMITS, '8')).toBe('known');
});

describe('the window', () => {
	it.each([0, 0.5 * HOUR, 0.99 * HOUR])('holds for at least half of it (recorded %d ms into it)', async (start) => {
		const list = new List();
		await new Recorder(() => start).record(list, 'a', LIMITS);
		expect(await new Recorder(() => start + HOUR).record(list, 'a', LIMITS)).toBe('known');
	});

	it.each([0, 0.5 * HOUR, 0.99 * HOUR])('holds for no longer than it (recorded %d ms into it)', async (start) => {
		const list = new List();
		await new Recorder(() => start).record(list, 'a', LIMITS);
		expect(await new Recorder(() => start + 2 * HOUR).record(list, 'a', LIMITS)).toBe('first');
	});

	it('is not prolonged by duplicates', async () => {
		const list = new List();
		await new Recorder(() => 0).record(list, 'a', LIMITS);
		await new Recorder(() => 1.5 * HOUR).record(list, 'a', LIMITS);
		expect(await new Recorder(() => 2 * HOUR).record(list, 'a', LIMITS)).toBe('first');
	});
});

it('keeps no more than the history', async () => {
	const list = new List();
	const recorder = new Recorder();
	for (let call = 0; call < 30; call++) await recorder.record(list, String(call), LIMITS);
	expect(list.entries).toHaveLength(20);
	expect(await recorder.record(list, '29', LIMITS)).toBe('known');
	expect(await recorder.record(list, '19', LIMITS)).toBe('first');
});

it('can ask without recording', async () => {
	const list = new List();
	const recorder = new Recorder();
	expect(await recorder.knows(list, 'a', LIMITS)).toBe(false);
	expect(list.entries).toEqual([]);
	await recorder.record(list, 'a', LIMITS);
	expect(await recorder.knows(list, 'a', LIMITS)).toBe(true);
});

it('asks for many calls at once, while others are recorded, and mixes nothing up', async () => {
	const list = new List(2);
	const recorder = new Recorder();
	const limits = { history: 1000, windowHours: 2 };
	await recorder.record(list, 'handled', limits);
	for (let round = 0; round < 3; round++) {
		const answers = Array.from({ length: 20 }, async (_, call) => {
			await recorder.record(list, `delivery ${round} of ${call}`, limits);
			return await recorder.knows(list, `call ${call}`, limits);
		});
		expect(await recorder.knows(list, 'handled', limits)).toBe(true);
		expect(await Promise.all(answers)).toEqual(answers.map(() => false));
	}
	expect(list.entries).toHaveLength(2 * (1 + 3 * 20));
});

it('does not take a call for recorded because n8n was killed while it asked', async () => {
	const list = new List();
	const { removeProcessed } = list;
	list.removeProcessed = async () => await new Promise(() => {});
	void new Recorder().knows(list, 'a', LIMITS);
	await sleep(10);
	list.removeProcessed = removeProcessed;

	const afterwards = new Recorder();
	expect(await afterwards.knows(list, 'a', LIMITS)).toBe(false);
	await afterwards.record(list, 'a', LIMITS);
	expect(await afterwards.knows(list, 'a', LIMITS)).toBe(true);
});

describe('where n8n cannot write its list', () => {
	it('tries again', async () => {
		const list = new List();
		list.failures = 2;
		expect(await new Recorder().record(list, 'a', LIMITS)).toBe('first');
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
		expect(await recorder.record(list, 'a', LIMITS)).toBe('unrecorded');
		expect(await recorder.record(list, 'a', LIMITS)).toBe('known');
	});

	it('says that the call is not recorded, and works again afterwards', async () => {
		const list = new List();
		list.failures = 3;
		const recorder = new Recorder();
		expect(await recorder.record(list, 'a', LIMITS)).toBe('unrecorded');
		expect(await recorder.record(list, 'a', LIMITS)).toBe('first');
	});
});
