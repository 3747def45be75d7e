import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../../lib/paths';
import { hash } from 'node:crypto';
import { logged, MINUTE_IN_MS, noteTheLog, Scene, unusableBetween } from './scene';

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

it('hands an undelivered call over, once, oldest first, each in an execution of its own', async () => {
	await proved();
	const undelivered = [scene.undelivered({ summary: 'first' })];
	scene.later(1);
	undelivered.push(scene.undelivered({ summary: 'second' }));
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual(undelivered.map(({ call_id }) => call_id));
	expect(scene.handled[1]).toMatchObject({ event: 'call.completed', call_flow_id: scene.flow.id, gclid: null });
	expect(Object.keys(scene.handled[1] ?? {})).not.toContain('id');
	expect(scene.emitted).toBe(2);
	await scene.ask();
	expect(scene.emitted).toBe(2);
});

it('leaves alone what is not due, what is from before, and what is in progress', async () => {
	scene = await Scene.open();
	scene.undelivered();
	scene.later(1);
	await scene.start();
	await scene.deliver();
	scene.api.business.beginCall(scene.flow);
	scene.later(20);
	scene.undelivered({ duration_seconds: 60 });
	scene.later(6);
	await scene.ask();
	expect(scene.handled).toHaveLength(1);
	expect(scene.emitted).toBe(0);
	scene.later(20);
	await scene.ask();
	expect(scene.handled).toHaveLength(2);
	expect(scene.emitted).toBe(1);
});

it('answers a late webhook of a caught-up call as a duplicate', async () => {
	await proved({ deduplicate: false });
	const late = scene.undelivered();
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

it('hands nothing over before it has proved itself, and says so', async () => {
	scene = await Scene.open();
	await scene.start();
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toEqual([]);
	expect(logged.join('\n')).toContain('1 call looks undelivered, and nothing is handed over yet');
	expect(logged.join('\n')).toContain('check that the webhook sends that');
	scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(logged.filter((line) => line.includes('nothing is handed over yet'))).toHaveLength(1);
	await scene.deliver();
	await scene.ask();
	expect(scene.ids[1]).toEqual(undelivered.call_id);
	expect(logged.join('\n')).toContain('so undelivered calls are handed over');
});

it('answers a webhook that comes while its call is handed over as a duplicate, when that is done', async () => {
	await proved({ deduplicate: false });
	const late = scene.undelivered();
	scene.later(30);
	const asking = scene.ask();
	while (scene.emitted === 0) await new Promise(setImmediate);
	expect(await scene.send(late)).toMatchObject({ body: { status: 'duplicate' } });
	expect(scene.ids.slice(1)).toEqual([late.call_id]);
	await asking;
});

it('does not hand over a call whose webhook comes while others are handed over', async () => {
	await proved({ deduplicate: false });
	const undelivered = Array.from({ length: 9 }, (_, at) => scene.undelivered({ caller_number: `+1305555000${at}` }));
	scene.later(30);
	const asking = scene.ask();
	while (scene.handled.length === 1) await new Promise(setImmediate);
	const [late = {}] = undelivered.filter(({ call_id }) => !scene.ids.includes(call_id)).slice(-1);
	expect(scene.ids).not.toContain(late.call_id);
	await scene.send(late);
	await asking;
	expect(scene.ids.slice(1).sort()).toEqual(undelivered.map(({ call_id }) => call_id).sort());
	// Nor does it take an execution to find that out.
	expect(scene.emitted).toBe(8);
});

it("records its proof with its execution's mark: where another worker writes over that, it is written again", async () => {
	await proved();
	scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.kept.list.entries).toContainEqual(expect.stringMatching(/^call catching up has proved itself by \w+@/));
});

it('stops where the ids are others', async () => {
	await proved();
	scene.api.present({ changeRow: (row) => ({ ...row, id: `other ${String(row.id)}` }) });
	scene.undelivered({ caller_number: '+13055550000' });
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(1);
	expect(logged.join('\n')).toContain('under another ID');
	expect(logged.join('\n')).not.toContain('nothing is handed over yet');
	await scene.deliver();
	expect(scene.handled).toHaveLength(2);
});

describe('a call counts for Deduplication when it was, not when it is caught up', () => {
	const DAY_IN_MINUTES = 24 * 60;
	const byCaller = { deduplicateBy: 'customField', dedupeField: 'caller_number' };
	const caller_number = '+13055557777';

	it('two undelivered calls of one caller, two days apart, are two, and so is one that comes now', async () => {
		await proved(byCaller);
		const first = scene.undelivered({ caller_number });
		scene.later(2 * DAY_IN_MINUTES);
		const second = scene.undelivered({ caller_number });
		// The window is a day.
		scene.later(DAY_IN_MINUTES + 60);
		await scene.ask();
		expect(scene.ids.slice(1)).toEqual([first.call_id, second.call_id]);
		const now = await scene.deliver({ caller_number });
		expect(scene.ids.slice(3)).toEqual([now.call_id]);
	});

	it('two within the window are one', async () => {
		await proved(byCaller);
		const first = scene.undelivered({ caller_number });
		scene.later(60);
		scene.undelivered({ caller_number });
		scene.later(2 * DAY_IN_MINUTES);
		await scene.ask();
		expect(scene.ids.slice(1)).toEqual([first.call_id]);
	});
});

describe('published anew in the same process', () => {
	it.each([
		['after an execution has recorded its proof', 1],
		['before', 0],
	])('it stays proved: %s', async (_when, delivered) => {
		await proved();
		await scene.ask();
		for (let each = 0; each < delivered; each++) await scene.deliver();
		scene.later(60);
		await scene.publishAgain('activate');
		const undelivered = scene.undelivered();
		scene.later(30);
		await scene.ask();
		expect(scene.ids.at(-1)).toBe(undelivered.call_id);
	});
});

it.each<['startAgain' | 'publishAgain', string, number]>([
	['startAgain', 'goes on where n8n starts it again, since another trigger of the workflow has failed', 1],
	['publishAgain', 'starts from now where the user has unpublished and published it', 0],
])('activated by %s, it %s', async (again, _what, handled) => {
	await proved();
	scene.later(30);
	await scene.ask();
	scene.undelivered();
	scene.later(1);
	await scene[again]('activate');
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(1 + handled);
});

it('published with a setting that cannot be used after it was unpublished, and corrected then: starts from now', async () => {
	await proved({ options: { catchUpEvery: unusableBetween(31, 33, 5) } });
	scene.later(30);
	await scene.ask();
	scene.undelivered();
	scene.later(2);
	await scene.publishAgain('activate');
	expect(logged.join('\n')).toContain('so it is off');
	scene.later(2);
	await scene.publishAgain('update');
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(1);
});

it('which call flows it asks for is an expression that a delivery finds changed: its call does not run twice', async () => {
	const { flow } = (scene = await Scene.open());
	const chosen = `={{ $now.toMillis() < ${Date.now() + 40 * MINUTE_IN_MS} ? ["${flow.id}"] : ["another"] }}`;
	scene = await scene.restart({ deduplicate: false, catchUpCallFlows: chosen }, [], 'activate');
	await scene.deliver();
	scene.later(30);
	await scene.ask();
	scene.later(20);
	await scene.deliver();
	scene.later(30);
	await scene.ask();
	expect(scene.handled).toHaveLength(2);
});

it('switched off and on by an expression, and n8n started each time: what came meanwhile is left alone', async () => {
	await proved();
	scene = await scene.restart({ catchUp: '={{ false }}' });
	await scene.deliver();
	scene.later(1);
	const { call_id } = scene.undelivered();
	scene.later(30);
	scene = await scene.restart({ catchUp: '={{ true }}' });
	scene.later(5);
	await scene.ask();
	expect(scene.ids).not.toContain(call_id);
});

it('switched off and on while n8n runs, where an execution saves what it had of the static data before: what came meanwhile is left alone', async () => {
	const [off, on] = [10, 50].map((minutes) => Date.now() + minutes * MINUTE_IN_MS);
	await proved({ catchUp: `={{ $now.toMillis() < ${off} || $now.toMillis() > ${on} }}` });
	const before = { ...scene.staticData };
	scene.later(15);
	await scene.startAgain('update');
	const { call_id } = scene.undelivered();
	Object.assign(scene.staticData, before);
	scene.later(40);
	await scene.startAgain('update');
	scene.later(5);
	await scene.ask();
	expect(scene.ids).not.toContain(call_id);
});

describe('a call that is held for a setting', () => {
	const held = async () => {
		await proved({ filters: { minDuration: unusableBetween(5, 60, 0) } });
		scene.later(6);
		const call = scene.api.business.call(scene.flow, { gclid: 'as delivered' });
		await expect(scene.send(call)).rejects.toThrow('A call is held');
		scene.later(30);
		return call;
	};

	it('waits for its user, with all that its webhook said, and is not caught up meanwhile', async () => {
		const { call_id } = await held();
		await scene.ask();
		expect(scene.ids).not.toContain(call_id);
		scene.later(30);
		await scene.retry();
		expect(scene.handled.filter((item) => item.call_id === call_id)).toMatchObject([{ gclid: 'as delivered' }]);
		await scene.ask();
		expect(scene.handled).toHaveLength(2);
	});

	it('nor where its delivery was answered as a failure, as where the last node answers', async () => {
		await proved({ respond: 'lastNode', filters: { minDuration: unusableBetween(5, 60, 0) } });
		scene.later(6);
		const call = scene.api.business.call(scene.flow);
		await scene.send(call, 500);
		await expect(scene.hold()).rejects.toThrow('A call is held');
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(call.call_id);
		expect(scene.emitted).toBe(0);
	});

	it('nor where a field of it was rejected, of which the API tells nothing', async () => {
		await proved({ options: { onInvalidFields: 'reject' } });
		const call = scene.api.business.call(scene.flow, { landing_page: 'as delivered' });
		expect(await scene.send({ ...call, gclid: { of: 'two' } }, 422)).toMatchObject({ status: 422 });
		await expect(scene.hold()).rejects.toThrow('A call is held');
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(call.call_id);
		scene = await scene.restart();
		expect(scene.ids).not.toContain(call.call_id);
	});

	it('nor after a restart', async () => {
		const { call_id } = await held();
		const another = scene.undelivered();
		scene.later(30);
		scene = await scene.restart({});
		await scene.ask();
		expect(scene.ids).toContain(another.call_id);
		expect(scene.ids).not.toContain(call_id);
	});
});

describe('after a restart', () => {
	/** One that n8n has saved, since it has caught a call up. */
	async function saved(): Promise<Scene> {
		await proved();
		scene.undelivered();
		scene.later(30);
		await scene.ask();
		expect(scene.emitted).toBe(1);
		return scene;
	}

	it('asks the durable list once for all, and hands on what that does not know', async () => {
		const before = await saved();
		for (let each = 0; each < 5; each++) await before.deliver();
		const undelivered = [before.undelivered(), before.undelivered()];
		before.later(30);
		scene = await before.restart();
		expect(scene.ids.sort()).toEqual(undelivered.map(({ call_id }) => String(call_id)).sort());
		expect(scene.emitted).toBe(3);
		await scene.ask();
		expect(scene.emitted).toBe(3);
	});

	it('knows what it had caught up, and a late webhook of it', async () => {
		const before = await saved();
		const late = before.undelivered();
		before.later(30);
		await before.ask();
		scene = await before.restart();
		expect(scene.handled).toEqual([]);
		await scene.send(late);
		expect(scene.handled).toEqual([]);
	});

	it('stays proved though nothing was undelivered before, and the call that proved it is long ago', async () => {
		const before = await proved();
		await before.ask();
		await before.ask();
		expect([before.handled.length, before.emitted]).toEqual([1, 0]);
		before.later(4 * 24 * 60);
		const undelivered = before.undelivered();
		before.later(30);
		scene = await before.restart();
		expect(scene.ids).toEqual([undelivered.call_id]);
	});

	it('finds its proof of days ago though nothing is undelivered yet, and keeps it', async () => {
		const before = await proved();
		before.later(5 * 24 * 60);
		scene = await before.restart();
		expect(scene.emitted).toBe(1);
		scene.later(9 * 24 * 60);
		const undelivered = scene.undelivered();
		scene.later(30);
		scene = await scene.restart();
		expect(scene.ids).toEqual([undelivered.call_id]);
	});

	it('stays proved for good once an execution has run after its proof', async () => {
		const before = await proved();
		await before.ask();
		await before.deliver();
		before.later(30 * 24 * 60);
		const undelivered = before.undelivered();
		before.later(30);
		scene = await before.restart();
		expect(scene.ids).toEqual([undelivered.call_id]);
	});

	it('has its proof as the newest in the list again, of which n8n drops the oldest', async () => {
		const before = await proved();
		await before.ask();
		for (let each = 0; each < 3; each++) await before.deliver();
		const { entries } = before.kept.list;
		const newest = entries.at(-1) ?? '';
		const proof = 'call catching up has proved itself by call_id handled';
		expect(entries).toContain(proof);
		expect(entries.indexOf(proof)).toBeLessThan(entries.indexOf(newest));
		// Its first asking learns from the list that it is proved, the next one from a call.
		before.later(60);
		scene = await before.restart();
		await scene.deliver();
		await scene.ask();
		await scene.deliver();
		const now = scene.kept.list.entries;
		expect(now.indexOf(proof)).toBeGreaterThan(now.indexOf(newest));
	});

	it.each([
		['nothing', {}],
		['that it was off', { 'catch-up trigger': 'off' }],
	])(
		'goes on from the oldest call it remembers, where an execution has saved what was kept before: %s',
		async (_, old) => {
			scene = await Scene.open();
			// From before it was published.
			const history = scene.undelivered();
			scene.later(60);
			await scene.start();
			await scene.deliver();
			await scene.ask();
			const before = scene;
			const undelivered = [before.undelivered(), before.undelivered()];
			before.later(30);
			before.kept.staticData = old;
			scene = await before.restart();
			expect(scene.ids).toEqual(undelivered.map(({ call_id }) => call_id));
			expect(scene.ids).not.toContain(history.call_id);
			expect(logged.join('\n')).toContain('since when it asks is kept no more');
			// Until the workflow is published again.
			scene = await scene.restart();
			expect(scene.ids).toEqual([]);
			expect(logged.filter((line) => line.includes('is kept no more'))).toHaveLength(2);
		},
	);

	it.each(['init', 'leadershipChange'] as const)(
		'goes on from its start, where nothing is remembered either (%s)',
		async (mode) => {
			scene = await Scene.open();
			scene.undelivered();
			scene.later(60);
			await scene.start(mode);
			expect(logged.join('\n')).toContain('Publish the workflow again');
			await scene.deliver();
			await scene.ask();
			const undelivered = scene.undelivered();
			scene.later(30);
			await scene.ask();
			expect(scene.ids.slice(1)).toEqual([undelivered.call_id]);
		},
	);

	it('says nothing of that where it goes on', async () => {
		scene = await (await saved()).restart();
		expect(logged.join('\n')).not.toContain('since when it asks is kept no more');
	});

	it('takes nothing for handled that a killed question has left in the list', async () => {
		const before = await saved();
		await before.deliver();
		const undelivered = before.undelivered();
		before.later(30);
		// What the question has added, and not yet taken out again.
		before.kept.list.entries.push(`call call_id ${hash('sha256', String(undelivered.call_id), 'base64url')}`);
		scene = await before.restart();
		expect(scene.ids).toEqual([undelivered.call_id]);
	});
});

it('judges a field that the API does not tell as if it were right', async () => {
	await proved({
		conditions: { rows: [{ field: 'gclid', operator: 'isNotEmpty', value: '' }] },
		filters: { sources: ['google'], minAiScore: 10 },
	});
	const undelivered = scene.undelivered({ gclid: 'abc' });
	scene.undelivered({ source: 'bing', utm_source: 'bing' });
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual([undelivered.call_id]);
});

it.each([false, true])(
	'what a filter excludes starts an execution where the user wants that alone: %j',
	async (emitIgnored) => {
		await proved({ filters: { sources: ['google'] }, options: { emitIgnored } });
		scene.undelivered({ source: 'bing', utm_source: 'bing' });
		scene.later(30);
		await scene.ask();
		await scene.ask();
		expect([scene.handled.length, scene.emitted]).toEqual([1, emitIgnored ? 1 : 0]);
		expect(logged.filter((line) => line.includes(': not handed over: ignored'))).toHaveLength(1);
	},
);

it('tells in the details of the delivery that it was asked for', async () => {
	await proved({ options: { includeDelivery: true } });
	scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.handled[1]?.delivery).toMatchObject({ via: 'catch_up', method: null, remote_address: null });
});

it('tells the fields that stay null as its page does', async () => {
	await proved();
	const documented = Object.keys(scene.handled[0] ?? {});
	scene.undelivered(
		Object.fromEntries(documented.filter((name) => scene.handled[0]?.[name] === null).map((name) => [name, 'x'])),
	);
	scene.later(30);
	await scene.ask();
	const stayNull = documented.filter((name) => scene.handled[1]?.[name] === null);
	const page = readFileSync(join(ROOT, 'docs', 'catching-up.md'), 'utf8');
	const [, listed = ''] = /<!-- null -->([^]*)<!-- end of null -->/.exec(page) ?? [];
	expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(stayNull);
});

it.each([1, 7, 45, 59])('asks every %d minutes', async (catchUpEvery) => {
	scene = await Scene.open({ options: { catchUpEvery } });
	await scene.start();
	expect(scene.expression).toBe('0 * * * * *');
	expect([await scene.ask(), await scene.ask()]).toEqual([catchUpEvery, catchUpEvery]);
});
