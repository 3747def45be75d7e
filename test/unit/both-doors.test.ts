import { List } from '../../host/core';
import { DurableList } from '../../nodes/n8n/durable-list';
import { type ById, handledAmong, lookForCaughtUp, recordIds } from '../../nodes/memory/both-doors';
import type { Door } from '../../nodes/memory/claims';
import { SharedList } from '../../nodes/memory/shared-list';

const history = 10;
const NO_WAIT = { atLeast: 0, atMost: 0 };

/** Processes that share n8n's list and nothing else. */
function scene() {
	const list = new List();
	const inProcess = () => new SharedList(new DurableList(), list, 8 * history, NO_WAIT);
	const recordAll = async (byId: ById, executionId?: string) => await recordIds(inProcess(), byId, executionId);
	const record = async (id: string, door: Door, executionId?: string) =>
		await recordAll({ ids: [id], door }, executionId);
	const lookUp = async (...ids: string[]) => {
		const handled = await handledAmong(inProcess(), ids);
		return handled && [...handled];
	};
	const isCaughtUp = async (id: string) => await lookForCaughtUp(inProcess(), [id]);
	return { list, record, recordAll, lookUp, isCaughtUp };
}

it('knows the calls that were handled, by either door, and leaves the list as it was', async () => {
	const { list, record, lookUp, isCaughtUp } = scene();
	await record('a', 'webhook');
	await record('b', 'catch_up');
	const before = [...list.entries];
	expect(await lookUp('a', 'b', 'c')).toEqual(['a', 'b']);
	expect(await Promise.all(['a', 'b', 'c'].map(isCaughtUp))).toEqual(['first', 'known', 'first']);
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

it.each([
	['at first', 3],
	['when it looks again', 4],
])('lets a call run, and says so, where n8n cannot tell whether it came by the other door: %s', async (_when, last) => {
	const { list, record } = scene();
	list.entries = ['call a', 'call a by webhook'];
	const add = list.checkProcessedAndRecord.bind(list);
	let looks = 0;
	list.checkProcessedAndRecord = async (...args) => {
		const isLook = args[0].includes('call a by webhook');
		if (isLook && ++looks <= last && looks > last - 3) throw new Error('database is locked');
		return await add(...args);
	};
	expect(await record('a', 'catch_up', '7')).toBe('unrecorded');
});

describe('what other processes do with the list meanwhile', () => {
	it('does not end an execution by what is there for a moment only, since another one looks for it', async () => {
		const { list, record } = scene();
		list.entries = ['call a'];
		const looked = 'call a by webhook';
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
		const { list, lookUp } = scene();
		list.entries = ['call a'];
		const remove = list.removeProcessed.bind(list);
		let late = ['call a', 'call a handled'];
		list.removeProcessed = async (items) => {
			await remove(items);
			if (!items.includes('call a')) return;
			list.entries.push(...late);
			late = [];
		};
		expect(await lookUp('a')).toEqual([]);
		expect(late).toEqual([]);
		expect(await lookUp('a')).toEqual([]);
	});

	it.each<Door>(['webhook', 'catch_up'])(
		'does not end one that comes in by %s for what an asking has added',
		async (door) => {
			const { list, record } = scene();
			list.entries = ['call a', 'call a handled'];
			expect(await record('a', door, '7')).toBe('first');
		},
	);
});

describe('a question that was killed before it took out what it had added', () => {
	async function killed(...ids: string[]) {
		const { list, record, lookUp } = scene();
		const { removeProcessed } = list;
		list.removeProcessed = async () => undefined;
		// It is killed after its first writing: nothing else of it happens.
		const { checkProcessedAndRecord } = list;
		let writes = 0;
		list.checkProcessedAndRecord = async (...args) => {
			if (writes++ > 0) throw new Error('killed');
			return await checkProcessedAndRecord.apply(list, args);
		};
		await lookUp(...ids);
		list.checkProcessedAndRecord = checkProcessedAndRecord.bind(list);
		list.removeProcessed = removeProcessed.bind(list);
		return { list, record, lookUp };
	}

	it('leaves no call behind that seems handled', async () => {
		const { list, lookUp } = await killed('a');
		expect(list.entries).not.toEqual([]);
		expect(await lookUp('a')).toEqual([]);
		expect(list.entries).toEqual([]);
	});

	it.each<Door>(['webhook', 'catch_up'])('lets it come in by %s', async (door) => {
		const { record, lookUp } = await killed('a');
		expect(await record('a', door)).toBe('first');
		expect(await lookUp('a')).toEqual(['a']);
	});
});

it('says so where n8n cannot read or write its list', async () => {
	const { list, record, lookUp } = scene();
	list.failures = 3;
	expect(await record('a', 'webhook')).toBe('unrecorded');
	list.failures = 3;
	expect(await lookUp('a')).toBeUndefined();
});

it('asks for nothing at no cost', async () => {
	const { list, lookUp } = scene();
	expect(await lookUp()).toEqual([]);
	expect(list.writes).toBe(0);
});

it('takes for handled what n8n had written, and then failed to say so, only where it is certain', async () => {
	const { list, lookUp, record } = scene();
	const add = list.checkProcessedAndRecord.bind(list);
	let tries = 0;
	list.checkProcessedAndRecord = async (...args) => {
		const done = await add(...args);
		tries++;
		if (tries === 1 || tries === 3) throw new Error('connection lost');
		return done;
	};
	expect(await lookUp('undelivered')).toBeUndefined();
	tries = 4;
	expect(await lookUp('undelivered')).toEqual([]);
	expect(await record('undelivered', 'catch_up')).toBe('first');
});

describe('a call with several ids', () => {
	it.each<[ById, ById, string]>([
		[{ ids: ['a', 'b'], door: 'catch_up' }, { ids: ['a'], door: 'webhook' }, 'known'],
		[{ ids: ['a', 'b'], door: 'catch_up' }, { ids: ['made up', 'b'], door: 'webhook' }, 'known'],
		[{ ids: ['a', 'b'], door: 'catch_up' }, { ids: ['made up'], door: 'webhook' }, 'first'],
		[{ ids: ['a'], door: 'webhook' }, { ids: ['a', 'b'], door: 'catch_up' }, 'known'],
		[{ ids: ['made up', 'b'], door: 'webhook' }, { ids: ['a', 'b'], door: 'catch_up' }, 'known'],
		[{ ids: ['a', 'made up'], door: 'webhook' }, { ids: ['b', 'made up'], door: 'webhook' }, 'first'],
	])('that came in as %j is, as %j, %s', async (before, then, what) => {
		const { recordAll } = scene();
		expect(await recordAll(before)).toBe('first');
		expect(await recordAll(then, '7')).toBe(what);
	});

	it('of which another shares a made-up one is a duplicate of what was caught up by its own', async () => {
		const { recordAll } = scene();
		await recordAll({ ids: ['a', 'made up'], door: 'webhook' });
		await recordAll({ ids: ['b', 'c'], door: 'catch_up' });
		expect(await recordAll({ ids: ['b', 'made up'], door: 'webhook' })).toBe('known');
	});

	it('is looked up by what its webhook looked like, for which no delivery ends', async () => {
		const { recordAll, lookUp } = scene();
		await recordAll({ ids: [], looks: ['looks'], door: 'webhook' });
		expect(await lookUp('looks')).toEqual(['looks']);
		for (const id of ['1', '2'])
			expect(await recordAll({ ids: [id], looks: ['looks'], door: 'webhook' }, id)).toBe('first');
		await recordAll({ ids: ['3'], looks: ['other looks'], door: 'catch_up' });
		expect(await lookUp('other looks')).toEqual([]);
	});
});
