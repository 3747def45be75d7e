import { createHash } from 'node:crypto';

import { logged, noteTheLog, Scene } from './scene';

/** Ways that things go on a bad day, each of which once lost a call or ran it twice. */
noteTheLog();

let scene: Scene;

afterEach(async () => {
	jest.restoreAllMocks();
	await scene.close();
});

async function proved(parameters = {}): Promise<Scene> {
	scene = await Scene.open(parameters);
	await scene.start();
	await scene.deliver();
	return scene;
}

/** n8n's clock goes on. */
function wait(milliseconds: number): void {
	const now = Date.now.bind(Date);
	jest.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
}

const HAS_GCLID = { rows: [{ field: 'gclid', operator: 'isNotEmpty', value: '' }] };

describe('the first webhook comes long after the start', () => {
	it('and is known to the asking', async () => {
		scene = await Scene.open();
		await scene.start();
		wait(90_000);
		await scene.deliver();
		const missed = scene.miss();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(missed.call_id);
	});

	it('after a restart too: what was ignored is', async () => {
		await proved({ conditions: HAS_GCLID });
		await scene.deliver({ gclid: 'abc' });
		scene.miss();
		scene.later(30);
		await scene.ask();
		scene.later(300);
		// It had asked in vain for hours, and this was saved.
		const now = scene.api.clock.now().getTime();
		scene.kept.staticData = JSON.parse(JSON.stringify(scene.kept.staticData).replace(/"asked":\d+/, `"asked":${now}`));
		scene = await scene.restart();
		wait(90_000);
		await scene.deliver({ gclid: 'abc' });
		const ignored = await scene.deliver({ gclid: '' });
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(ignored.call_id);
	});
});

it('what the asking ignored is not handled: its webhook may tell more', async () => {
	await proved({ filters: { qualification: 'qualified', missingAiData: 'ignore' }, options: { catchUpAfter: 1 } });
	const call = scene.miss({ qualified_ai: true, ai_processed: true });
	scene.api.present({ changeRow: (row) => ({ ...row, qualified_ai: null }) });
	scene.later(2);
	await scene.ask();
	expect(scene.ids).not.toContain(call.call_id);
	await scene.send(call);
	expect(scene.ids).toContain(call.call_id);
});

describe('an API that does not tell call flows apart', () => {
	it('hands nothing on that names another call flow', async () => {
		await proved();
		scene.api.present({ changeRow: (row) => ({ ...row, call_flow_id: 'another' }) });
		const missed = scene.miss();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(missed.call_id);
		expect(logged.join('\n')).toContain('2 rows of another call flow');
	});

	it('hands nothing on where it tells one call for two', async () => {
		await proved();
		scene.api.ignoreCallFlows();
		scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, scene.api.business.callFlow('Bing').id] });
		const missed = scene.miss();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(missed.call_id);
		expect(logged.join('\n')).toContain('the same call for two call flows');
	});
});

describe('a time that is wrong for one answer', () => {
	const MONTH_IN_MINUTES = 30 * 24 * 60;

	it.each([1, -1])('takes nothing from what comes after (%d month)', async (months) => {
		await proved();
		scene.later(months * MONTH_IN_MINUTES);
		await scene.ask();
		scene.later(-months * MONTH_IN_MINUTES);
		await scene.ask();
		const missed = scene.miss();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(missed.call_id);
	});

	it.each([12, -12])('nor where it is the first of all (%d months)', async (months) => {
		scene = await Scene.open();
		const history = scene.miss();
		scene.later(1);
		scene.later(months * MONTH_IN_MINUTES);
		await scene.start();
		scene.later(-months * MONTH_IN_MINUTES);
		await scene.deliver();
		const missed = scene.miss();
		// By both clocks: the beginning is reckoned by n8n's own.
		wait(30 * 60_000);
		await scene.ask();
		await scene.ask();
		expect(scene.ids).toContain(missed.call_id);
		if (months > 0) expect(scene.ids).not.toContain(history.call_id);
	});
});

it('other call flows do not push out what is remembered of those that are asked for', async () => {
	await proved({ conditions: HAS_GCLID, options: { dedupeHistory: 10 } });
	await scene.deliver({ gclid: 'abc' });
	const ignored = await scene.deliver({ gclid: '' });
	await scene.ask();
	const other = scene.api.business.callFlow('Bing');
	for (let each = 0; each < 15; each++) await scene.send(scene.api.business.call(other, { gclid: 'x' }));
	scene.later(30);
	await scene.ask();
	expect(scene.ids).not.toContain(ignored.call_id);
});

it('a filter by the name of a call flow excludes no call whose name is not told', async () => {
	await proved({ filters: { callFlows: ['Google Ads'] } });
	scene.api.present({
		changeRow: (row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'call_flow_name')),
	});
	const missed = scene.miss();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(missed.call_id);
});

it('rows of which most could not be read for hours are asked for again', async () => {
	await proved();
	const bad = [scene.miss(), scene.miss(), scene.miss()].map(({ call_id }) => call_id);
	scene.api.present({ changeRow: (row) => (bad.includes(String(row.id)) ? { ...row, created_at: 'soon' } : row) });
	for (let each = 0; each < 4; each++) {
		scene.later(40);
		await scene.ask();
	}
	scene.api.present({ changeRow: (row) => row });
	await scene.ask();
	expect(scene.ids).toEqual(expect.arrayContaining(bad));
});

it('a shorter time to wait loses nothing that was not due yet', async () => {
	await proved({ options: { catchUpAfter: 120 } });
	scene.miss();
	scene.later(50);
	const missed = scene.miss();
	scene.later(50);
	await scene.ask();
	scene.later(21);
	await scene.ask();
	const before = scene;
	scene = await scene.restart({ options: { catchUpAfter: 5 } });
	scene.later(30);
	await scene.ask();
	expect([...before.ids, ...scene.ids]).toContain(missed.call_id);
});

it('a call runs whose execution was stored, and never began', async () => {
	await proved();
	const stored = scene.miss();
	scene.refused.add(createHash('sha256').update(String(stored.call_id)).digest('base64url'));
	scene.later(1);
	const missed = scene.miss();
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual([stored.call_id, missed.call_id]);
});

it('another leg of a delivered call is passed over, where ids were found to be the same since', async () => {
	await proved();
	scene.later(20);
	const { created_at, caller_number, tracking_number } = await scene.deliver();
	scene.later(60);
	await scene.ask();
	scene.later(60);
	await scene.ask();
	const leg = scene.miss({ caller_number, tracking_number, duration_seconds: 30 });
	scene.api.present({ changeRow: (row) => (row.id === leg.call_id ? { ...row, created_at } : row) });
	await scene.deliver({ caller_number: '+13055551111' });
	const missed = scene.miss({ caller_number: '+13055550000' });
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(missed.call_id);
	expect(scene.ids).not.toContain(leg.call_id);
});

it('old calls that are all changed at once do not shorten the way back', async () => {
	await proved({ options: { dedupeHistory: 20 } });
	const day = 24 * 60 * 60_000;
	for (let each = 0; each < 30; each++) {
		const old = new Date(scene.api.clock.now().getTime() - 3 * day - each * 60_000);
		const { call_id } = scene.miss({ created_at: old.toISOString() });
		scene.api.business.change(call_id, { ai_score: 7 });
	}
	const missed = scene.miss();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(missed.call_id);
	expect(logged.join('\n')).not.toContain('are not caught up');
});
