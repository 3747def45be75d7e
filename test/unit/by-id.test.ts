import { List } from '../../host/core';
import { askById, recordById } from '../../nodes/deduplication/by-id';
import type { Door } from '../../nodes/deduplication/call-ids';
import { Recorder } from '../../nodes/deduplication/durable-record';

const history = 10;
const NO_WAIT = { atLeast: 0, atMost: 0 };

/** Processes that share n8n's list, each with a recorder of its own. */
function scene() {
	const list = new List();
	const record = async (id: string, door: Door, executionId?: string) =>
		await recordById(new Recorder(NO_WAIT), list, { id, door }, 4 * history, executionId);
	const ask = async (...ids: string[]) => {
		const doors = await askById(new Recorder(), list, ids, history);
		return doors && Object.fromEntries(doors);
	};
	return { list, record, ask };
}

it('knows the door that each call came in by, and those that never came', async () => {
	const { list, record, ask } = scene();
	await record('a', 'webhook');
	await record('b', 'catch_up');
	const before = [...list.entries];
	expect(await ask('a', 'b', 'c')).toEqual({ a: 'webhook', b: 'catch_up' });
	expect(list.entries).toEqual(before);
});

it.each<[Door, Door, string]>([
	['webhook', 'webhook', 'first'],
	['webhook', 'catch_up', 'known'],
	['catch_up', 'webhook', 'known'],
	['catch_up', 'catch_up', 'known'],
])('a call that came in by %s is, by %s, %s', async (before, then, what) => {
	const { list, record } = scene();
	expect(await record('a', before)).toBe('first');
	const entries = [...list.entries];
	expect(await record('a', then)).toBe(what);
	if (what === 'known') expect(list.entries).toEqual(entries);
});

it('knows an execution of a worker that is started again under its id', async () => {
	const { record } = scene();
	expect(await record('a', 'catch_up', '7')).toBe('first');
	expect(await record('a', 'catch_up', '7')).toBe('first');
	expect(await record('a', 'catch_up', '8')).toBe('known');
	expect(await record('a', 'webhook', '9')).toBe('known');
});

describe('what other processes do with the list meanwhile', () => {
	it('does not end an execution by what is there for a moment only, since another one looks for it', async () => {
		const { list, record } = scene();
		list.entries = ['call a'];
		const looked = 'call a by webhook, for sure';
		const add = list.checkProcessedAndRecord.bind(list);
		let looks = 0;
		list.checkProcessedAndRecord = async (...args) => {
			const isFirstLook = args[0].includes(looked) && looks++ === 0;
			if (isFirstLook) list.entries.push(looked);
			const found = await add(...args);
			if (isFirstLook) list.entries = list.entries.filter((entry) => entry !== looked);
			return found;
		};
		expect(await record('a', 'catch_up', '7')).toBe('first');
		expect(looks).toBe(2);
	});

	it('does not make a call handled that was only asked for, by a late write of what was there then', async () => {
		const { list, ask } = scene();
		list.entries = ['call a'];
		const remove = list.removeProcessed.bind(list);
		let late = ['call a', 'call a by webhook', 'call a caught up'];
		list.removeProcessed = async (items) => {
			await remove(items);
			if (!items.includes('call a')) return;
			list.entries.push(...late);
			late = [];
		};
		expect(await ask('a')).toEqual({});
		expect(late).toEqual([]);
		expect(await ask('a')).toEqual({});
	});

	it.each<Door>(['webhook', 'catch_up'])(
		'does not end one that comes in by %s for what an asking has added',
		async (door) => {
			const { list, record } = scene();
			list.entries = ['call a', 'call a by webhook', 'call a caught up'];
			expect(await record('a', door, '7')).toBe('first');
		},
	);
});

describe('a question that was killed before it took out what it had added', () => {
	async function killed(...ids: string[]) {
		const { list, record, ask } = scene();
		const { removeProcessed } = list;
		list.removeProcessed = async () => undefined;
		// It is killed after its first writing: nothing else of it happens.
		const { checkProcessedAndRecord } = list;
		let writes = 0;
		list.checkProcessedAndRecord = async (...args) => {
			if (writes++ > 0) throw new Error('killed');
			return await checkProcessedAndRecord.apply(list, args);
		};
		await ask(...ids);
		list.checkProcessedAndRecord = checkProcessedAndRecord.bind(list);
		list.removeProcessed = removeProcessed.bind(list);
		return { list, record, ask };
	}

	it('leaves no call behind that seems handled', async () => {
		const { list, ask } = await killed('a');
		expect(list.entries).not.toEqual([]);
		expect(await ask('a')).toEqual({});
		expect(list.entries).toEqual([]);
	});

	it.each<Door>(['webhook', 'catch_up'])('lets it come in by %s', async (door) => {
		const { record, ask } = await killed('a');
		expect(await record('a', door)).toBe('first');
		expect(await ask('a')).toEqual({ a: door });
	});
});

it('says so where n8n cannot read or write its list', async () => {
	const { list, record, ask } = scene();
	list.failures = 3;
	expect(await record('a', 'webhook')).toBe('unrecorded');
	list.failures = 3;
	expect(await ask('a')).toBeUndefined();
});

it('asks for nothing at no cost', async () => {
	const { list, ask } = scene();
	expect(await ask()).toEqual({});
	expect(list.writes).toBe(0);
});

it('takes for handled what n8n had written, and then failed to say so, only where it is certain', async () => {
	const { list, ask, record } = scene();
	const add = list.checkProcessedAndRecord.bind(list);
	let tries = 0;
	list.checkProcessedAndRecord = async (...args) => {
		const done = await add(...args);
		tries++;
		if (tries === 1 || tries === 3) throw new Error('connection lost');
		return done;
	};
	expect(await ask('missed')).toBeUndefined();
	tries = 4;
	expect(await ask('missed')).toEqual({});
	expect(await record('missed', 'catch_up')).toBe('first');
});
