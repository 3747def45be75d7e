import { List } from '../../host/core';
import { DurableList } from '../../nodes/n8n/durable-list';

it('tells which entries were there, and adds the others', async () => {
	const list = new List();
	const durable = new DurableList();
	await durable.add(list, ['a'], 10);
	const found = await durable.add(list, ['a', 'b'], 10);
	expect([found?.has('a'), found?.has('b'), found?.has('c')]).toEqual([true, false, false]);
	expect(found?.isCertain).toBe(true);
	expect(list.entries).toEqual(['a', 'b']);
});

it('is not certain where an earlier try failed, which may have added what the next one found', async () => {
	const list = new List();
	list.failures = 1;
	expect(await new DurableList().add(list, ['a'], 10)).toMatchObject({ isCertain: false });
});

it('tells how long the reading and writing took, without the tries that failed', async () => {
	jest.useFakeTimers();
	const list = new List(50);
	for (const failures of [0, 2]) {
		list.failures = failures;
		const added = new DurableList().add(list, ['a'], 10);
		await jest.advanceTimersByTimeAsync(1_000);
		expect(await added).toMatchObject({ tookMs: 50 });
	}
	jest.useRealTimers();
});

it('waits longer from try to try, three of them: a busy database passes', async () => {
	jest.useFakeTimers();
	const list = new List();
	list.failures = 3;
	let result: unknown = 'open';
	void new DurableList().add(list, ['a'], 10).then((found) => (result = found));
	await jest.advanceTimersByTimeAsync(0);
	expect(list.failures).toBe(2);
	await jest.advanceTimersByTimeAsync(100);
	expect(list.failures).toBe(1);
	await jest.advanceTimersByTimeAsync(100);
	expect(list.failures).toBe(1);
	await jest.advanceTimersByTimeAsync(100);
	expect(list.failures).toBe(0);
	expect(result).toBeUndefined();
	jest.useRealTimers();
});

it('gives each of many that wait together what it would have seen by itself', async () => {
	const list = new List(5);
	const durable = new DurableList();
	await durable.add(list, ['old'], 100);
	const found = await Promise.all([
		durable.add(list, ['old', 'a'], 100),
		durable.add(list, ['a', 'b'], 100, () => true),
		durable.add(list, ['b', 'c'], 100),
		durable.add(list, ['d'], 100, (each) => !each.has('d')),
		durable.add(list, ['e'], 100, (each) => each.has('d')),
	]);
	expect(found.map((each) => ['old', 'a', 'b', 'c', 'd', 'e'].filter((entry) => each?.has(entry)))).toEqual([
		['old'],
		['a'],
		[],
		[],
		[],
	]);
	expect(list.entries).toEqual(['old', 'a', 'b', 'c', 'e']);
});

it('keeps as many entries beside the new ones as the one that wants most, of those that wait together', async () => {
	const list = new List();
	const durable = new DurableList();
	await durable.add(list, ['a', 'b', 'c', 'd'], 10);
	await Promise.all([durable.add(list, ['e'], 3), durable.add(list, ['f'], 2)]);
	expect(list.entries).toEqual(['b', 'c', 'd', 'e', 'f']);
});

it("is the node's own list, of entries", async () => {
	const list = new List();
	const calls = [jest.spyOn(list, 'checkProcessedAndRecord'), jest.spyOn(list, 'removeProcessed')];
	const durable = new DurableList();
	await durable.add(list, ['a'], 10);
	await durable.remove(list, ['a']);
	expect(calls.map((call) => call.mock.calls[0])).toEqual([
		[['a'], 'node', { mode: 'entries', maxEntries: 10 + 1 }],
		[['a'], 'node', { mode: 'entries' }],
	]);
});

it('takes back nothing where there is nothing to', async () => {
	const list = new List();
	const removed = jest.spyOn(list, 'removeProcessed');
	await new DurableList().add(list, ['a'], 10);
	expect(removed).not.toHaveBeenCalled();
});

it('says to each of many that n8n could not write its list', async () => {
	const list = new List();
	list.failures = 3;
	const durable = new DurableList();
	expect(await Promise.all([durable.add(list, ['a'], 10), durable.add(list, ['b'], 10)])).toEqual([
		undefined,
		undefined,
	]);
});

it('goes on after n8n could not take back', async () => {
	const list = new List();
	const durable = new DurableList();
	jest.spyOn(list, 'removeProcessed').mockRejectedValueOnce(new Error('database is locked'));
	expect((await durable.add(list, ['a'], 10, () => true))?.has('a')).toBe(false);
	await durable.remove(list, ['a']);
	expect(list.entries).toEqual([]);
});

it('goes on after n8n could not remove', async () => {
	const list = new List();
	const durable = new DurableList();
	await durable.add(list, ['a'], 10);
	list.failures = 1;
	await durable.remove(list, ['a']);
	expect(list.entries).toEqual(['a']);
	await durable.remove(list, ['a']);
	expect(list.entries).toEqual([]);
});
