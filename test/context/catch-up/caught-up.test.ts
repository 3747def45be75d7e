import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../../lib/paths';
import { digestOf } from '../../../nodes/delivery/dedupe-key';
import { logged, noteTheLog, Scene } from './scene';

noteTheLog();

let scene: Scene;

afterEach(async () => await scene.close());

/** A trigger that has proved itself: a call came by webhook and was found at the API. */
async function proved(parameters = {}): Promise<Scene> {
	scene = await Scene.open(parameters);
	await scene.start();
	await scene.deliver();
	return scene;
}

it('hands a missed call on, once, oldest first, each in an execution of its own', async () => {
	await proved();
	const missed = [scene.miss({ summary: 'first' })];
	scene.later(1);
	missed.push(scene.miss({ summary: 'second' }));
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual(missed.map(({ call_id }) => call_id));
	expect(scene.handled[1]).toMatchObject({ event: 'call.completed', call_flow_id: scene.flow.id, gclid: null });
	expect(Object.keys(scene.handled[1] ?? {})).not.toContain('id');
	expect(scene.emitted).toBe(2);
	expect(new Set(scene.keys).size).toBe(2);
	await scene.ask();
	expect(scene.emitted).toBe(2);
});

it('leaves alone what is not due, what is from before, and what is in progress', async () => {
	scene = await Scene.open();
	scene.miss();
	scene.later(1);
	await scene.start();
	await scene.deliver();
	scene.api.business.beginCall(scene.flow);
	scene.later(20);
	scene.miss({ duration_seconds: 60 });
	scene.later(6);
	await scene.ask();
	expect(scene.handled).toHaveLength(1);
	// With one execution n8n keeps the proof.
	expect(scene.emitted).toBe(1);
	scene.later(20);
	await scene.ask();
	expect(scene.handled).toHaveLength(2);
	expect(scene.emitted).toBe(2);
});

it('answers a late webhook of a caught-up call as a duplicate', async () => {
	await proved({ deduplicate: false });
	const late = scene.miss();
	scene.later(30);
	await scene.ask();
	expect(await scene.send(late)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
	expect(scene.handled).toHaveLength(2);
});

it('does not catch up what was ignored, and catches up what was answered with a failure', async () => {
	await proved({ filters: { minDuration: 100 } });
	await scene.deliver({ duration_seconds: 5 });
	const failed = await scene.deliver({ duration_seconds: 150 }, 500);
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual([failed.call_id]);
});

it('hands nothing on before it has proved itself, and says so', async () => {
	scene = await Scene.open();
	await scene.start();
	const missed = scene.miss();
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toEqual([]);
	expect(logged.join('\n')).toContain('1 call looks as if missed, and nothing is handed on yet');
	await scene.deliver();
	await scene.ask();
	expect(scene.ids[1]).toEqual(missed.call_id);
});

it('stops where the ids are others', async () => {
	await proved();
	scene.api.present({ changeRow: (row) => ({ ...row, id: `other ${String(row.id)}` }) });
	scene.miss({ caller_number: '+13055550000' });
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(1);
	expect(logged.join('\n')).toContain('under another ID');
	await scene.deliver();
	expect(scene.handled).toHaveLength(2);
});

describe('a call counts for Deduplication when it was, not when it is caught up', () => {
	const DAY_IN_MINUTES = 24 * 60;
	const byCaller = { deduplicateBy: 'customField', dedupeField: 'caller_number' };
	const caller_number = '+13055557777';

	it('two missed calls of one caller, two days apart, are two, and so is one that comes now', async () => {
		await proved(byCaller);
		const first = scene.miss({ caller_number });
		scene.later(2 * DAY_IN_MINUTES);
		const second = scene.miss({ caller_number });
		// The window is a day.
		scene.later(DAY_IN_MINUTES + 60);
		await scene.ask();
		expect(scene.ids.slice(1)).toEqual([first.call_id, second.call_id]);
		const now = await scene.deliver({ caller_number });
		expect(scene.ids.slice(3)).toEqual([now.call_id]);
	});

	it('two within the window are one', async () => {
		await proved(byCaller);
		const first = scene.miss({ caller_number });
		scene.later(60);
		scene.miss({ caller_number });
		scene.later(2 * DAY_IN_MINUTES);
		await scene.ask();
		expect(scene.ids.slice(1)).toEqual([first.call_id]);
	});
});

describe('after a restart', () => {
	/** One that n8n has saved, since it has caught a call up. */
	async function saved(): Promise<Scene> {
		await proved();
		scene.miss();
		scene.later(30);
		await scene.ask();
		expect(scene.emitted).toBe(1);
		return scene;
	}

	it('asks the durable list once for all, and hands on what that does not know', async () => {
		const before = await saved();
		for (let each = 0; each < 5; each++) await before.deliver();
		const missed = [before.miss(), before.miss()];
		before.later(30);
		scene = await before.restart();
		expect(scene.ids.sort()).toEqual(missed.map(({ call_id }) => String(call_id)).sort());
		expect(scene.emitted).toBe(3);
		await scene.ask();
		expect(scene.emitted).toBe(3);
	});

	it('knows what it had caught up, and a late webhook of it', async () => {
		const before = await saved();
		const late = before.miss();
		before.later(30);
		await before.ask();
		scene = await before.restart();
		expect(scene.handled).toEqual([]);
		await scene.send(late);
		expect(scene.handled).toEqual([]);
	});

	it('stays proved though nothing was missed before, and the call that proved it is long ago', async () => {
		const before = await proved();
		await before.ask();
		await before.ask();
		expect([before.handled.length, before.emitted]).toEqual([1, 1]);
		before.later(4 * 24 * 60);
		const missed = before.miss();
		before.later(30);
		scene = await before.restart();
		expect(scene.ids).toEqual([missed.call_id]);
	});

	it('goes on from the oldest call it remembers, where something else has written over how far it had asked', async () => {
		scene = await Scene.open();
		// From before it was published.
		const history = scene.miss();
		scene.later(60);
		await scene.start();
		await scene.deliver();
		await scene.ask();
		const before = scene;
		const missed = [before.miss(), before.miss()];
		before.later(30);
		before.kept.staticData = {};
		scene = await before.restart();
		expect(scene.ids).toEqual(missed.map(({ call_id }) => call_id));
		expect(scene.ids).not.toContain(history.call_id);
		expect(logged.join('\n')).toContain('how far it had asked is kept no more');
		// From then on it is kept again.
		scene = await scene.restart();
		expect(scene.ids).toEqual([]);
		expect(logged.filter((line) => line.includes('is kept no more'))).toHaveLength(1);
	});

	it('goes on from its start, where nothing is remembered either', async () => {
		scene = await Scene.open();
		scene.miss();
		scene.later(60);
		await scene.start('init');
		await scene.deliver();
		await scene.ask();
		const missed = scene.miss();
		scene.later(30);
		await scene.ask();
		expect(scene.ids.slice(1)).toEqual([missed.call_id]);
	});

	it('says nothing of that where it goes on', async () => {
		scene = await (await saved()).restart();
		expect(logged.join('\n')).not.toContain('how far it had asked is kept no more');
	});

	it('takes nothing for handled that a killed question has left in the list', async () => {
		const before = await saved();
		await before.deliver();
		const missed = before.miss();
		before.later(30);
		// What the question has added, and not yet taken out again.
		before.kept.list.entries.push(`call ${digestOf(String(missed.call_id))}`);
		scene = await before.restart();
		expect(scene.ids).toEqual([missed.call_id]);
	});
});

it('judges a field that the API does not tell as if it were right', async () => {
	await proved({
		conditions: { rows: [{ field: 'gclid', operator: 'isNotEmpty', value: '' }] },
		filters: { sources: ['google'], minAiScore: 10 },
	});
	const missed = scene.miss({ gclid: 'abc' });
	scene.miss({ source: 'bing', utm_source: 'bing' });
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual([missed.call_id]);
});

it('tells in the details of the delivery that it was asked for', async () => {
	await proved({ options: { includeDelivery: true } });
	scene.miss();
	scene.later(30);
	await scene.ask();
	expect(scene.handled[1]?.delivery).toMatchObject({ via: 'catch_up', method: null, remote_address: null });
});

it('tells the fields that stay null as its page does', async () => {
	await proved();
	const documented = Object.keys(scene.handled[0] ?? {});
	scene.miss(
		Object.fromEntries(documented.filter((name) => scene.handled[0]?.[name] === null).map((name) => [name, 'x'])),
	);
	scene.later(30);
	await scene.ask();
	const stayNull = documented.filter((name) => scene.handled[1]?.[name] === null);
	const page = readFileSync(join(ROOT, 'docs', 'catching-up.md'), 'utf8');
	const [, listed = ''] = /<!-- null -->([^]*)<!-- end of null -->/.exec(page) ?? [];
	expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(stayNull);
});

it('is woken every few minutes', async () => {
	scene = await Scene.open({ options: { catchUpEvery: 7 } });
	await scene.start();
	expect(scene.expression).toBe('0 */7 * * * *');
});
