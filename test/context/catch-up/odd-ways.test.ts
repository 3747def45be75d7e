import { type CallFlow, ENVELOPES, failures, type Row } from '../../../host/simulators';
import { begunHere } from '../../../nodes/n8n/begun-here';
import { logged, MINUTE_IN_MS, noteTheLog, pass, Scene } from './scene';

/** Ways that things go on a bad day, each of which once lost a call or ran it twice. */
noteTheLog();

let scene: Scene;

afterEach(async () => {
	await scene.close();
});

async function proved(parameters = {}): Promise<Scene> {
	scene = await Scene.open(parameters);
	await scene.start();
	await scene.deliver();
	return scene;
}

const HAS_GCLID = { rows: [{ field: 'gclid', operator: 'isNotEmpty', value: '' }] };

describe('the first webhook comes long after the start', () => {
	it('and is known to the asking', async () => {
		scene = await Scene.open();
		await scene.start();
		pass(90_000);
		await scene.deliver();
		const undelivered = scene.undelivered();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(undelivered.call_id);
	});

	it('after a restart too: what was ignored is', async () => {
		await proved({ conditions: HAS_GCLID });
		await scene.deliver({ gclid: 'abc' });
		scene.undelivered();
		scene.later(30);
		await scene.ask();
		scene.later(300);
		scene = await scene.restart();
		pass(90_000);
		await scene.deliver({ gclid: 'abc' });
		const ignored = await scene.deliver({ gclid: '' });
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(ignored.call_id);
	});
});

it('what the asking ignored is not handled: its webhook may tell more', async () => {
	await proved({ filters: { qualification: 'qualified', missingAiData: 'ignore' }, options: { catchUpAfter: 1 } });
	const call = scene.undelivered({ qualified_ai: true, ai_processed: true });
	scene.api.present({ changeRow: (row) => ({ ...row, qualified_ai: null }) });
	scene.later(2);
	await scene.ask();
	expect(scene.ids).not.toContain(call.call_id);
	await scene.send(call);
	expect(scene.ids).toContain(call.call_id);
});

describe('an API that does not tell call flows apart', () => {
	it('hands nothing over that names another call flow', async () => {
		await proved();
		scene.api.present({ changeRow: (row) => ({ ...row, call_flow_id: 'another' }) });
		const undelivered = scene.undelivered();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(undelivered.call_id);
		expect(logged.join('\n')).toContain('2 rows of another call flow');
	});

	it.each([
		['catches a call up once that it tells for two, and names', false],
		['leaves a call alone that it tells for two, and does not name; the others go on', true],
	])('%s', async (_, isNameless) => {
		await proved();
		const other = scene.api.business.callFlow('Bing');
		scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, other.id] });
		const undelivered = scene.undelivered();
		const ofOther = scene.api.business.call(other);
		scene.later(30);
		scene.api.ignoreCallFlows();
		scene.api.present({
			changeRow: (row) => (isNameless && row.id === undelivered.call_id ? { ...row, call_flow_name: undefined } : row),
		});
		await scene.ask();
		await scene.ask();
		expect(scene.ids.sort()).toEqual([...(isNameless ? [] : [undelivered.call_id]), ofOther.call_id].sort());
		const said = 'passed over 1 row told of for two call flows, without naming one, which cannot be caught up';
		expect(logged.join('\n').includes(said)).toBe(isNameless);
	});

	it('hands nothing over that names another call flow by its name, but what has a new name', async () => {
		await proved();
		scene.api.present({ changeRow: (row) => ({ ...row, call_flow_name: 'Old Name' }) });
		const undelivered = scene.undelivered();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).not.toContain(undelivered.call_id);
		expect(logged.join('\n')).toContain('of another call flow');
		scene.api.business.rename(scene.flow.id, 'Old Name');
		await scene.ask();
		expect(scene.ids).toContain(undelivered.call_id);
	});
});

it('a call flow that has a new name is known by it at once', async () => {
	await proved();
	scene.api.business.rename(scene.flow.id, 'New Name');
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

describe('a list that breaks off', () => {
	/** A delivered call whose row comes on the second page, which cannot be read. */
	async function broken() {
		scene = await Scene.open();
		await scene.start();
		const delivered = await scene.deliver();
		scene.later(1);
		for (let each = 0; each < 120; each++) scene.undelivered({ caller_number: `+1305555${1000 + each}` });
		scene.api.fail(failures.answerHtml, '/calls', ({ cursor }) => cursor !== undefined);
		return delivered;
	}

	it('is used as far as it was read, and asked for again', async () => {
		await broken();
		// The newest call is on the first page.
		scene.later(1);
		const proof = await scene.deliver();
		scene.later(30);
		await scene.ask();
		expect(scene.handled).toHaveLength(2 + 99);
		expect(scene.ids).toContain(proof.call_id);
		scene.api.answerNormally();
		await scene.ask();
		expect(scene.handled).toHaveLength(2 + 120);
	});

	it('stops nothing where the delivered call was not told that another one looks like', async () => {
		const { created_at, caller_number, tracking_number } = await broken();
		const leg = scene.undelivered({ caller_number, tracking_number });
		scene.api.present({ changeRow: (row) => (row.id === leg.call_id ? { ...row, created_at } : row) });
		scene.later(30);
		await scene.ask();
		expect(logged.join('\n')).not.toContain('stopped');
		scene.api.answerNormally();
		await scene.ask();
		expect(scene.handled).toHaveLength(1 + 120 + 1);
	});
});

describe('a time that is wrong for one answer', () => {
	const MONTH_IN_MS = 30 * 24 * 60 * MINUTE_IN_MS;

	it.each([1, -1])('takes nothing from what comes after (%d month)', async (months) => {
		await proved();
		scene.api.clock.forward(months * MONTH_IN_MS);
		await scene.ask();
		scene.api.clock.forward(-months * MONTH_IN_MS);
		await scene.ask();
		const undelivered = scene.undelivered();
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(undelivered.call_id);
	});

	it.each([12, -12])('nor where it is the first of all (%d months)', async (months) => {
		scene = await Scene.open();
		const history = scene.undelivered();
		scene.later(1);
		scene.api.clock.forward(months * MONTH_IN_MS);
		await scene.start();
		scene.api.clock.forward(-months * MONTH_IN_MS);
		await scene.deliver();
		const undelivered = scene.undelivered();
		scene.later(30);
		await scene.ask();
		await scene.ask();
		expect(scene.ids).toContain(undelivered.call_id);
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
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
});

it('rows of which most could not be read for hours are asked for again', async () => {
	await proved();
	const bad = [scene.undelivered(), scene.undelivered(), scene.undelivered()].map(({ call_id }) => call_id);
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
	scene.undelivered();
	scene.later(50);
	const undelivered = scene.undelivered();
	scene.later(50);
	await scene.ask();
	scene.later(21);
	await scene.ask();
	const before = scene;
	scene = await scene.restart({ options: { catchUpAfter: 5 } });
	scene.later(30);
	await scene.ask();
	expect([...before.ids, ...scene.ids]).toContain(undelivered.call_id);
});

it.each([20, 30, 90])(
	'a call of %d minutes that its row dates by its end is caught up all the same',
	async (minutes) => {
		await proved();
		scene.api.present({ changeRow: (row) => ({ ...row, created_at: endOf(row) }) });
		const { call_id } = scene.undelivered({ duration_seconds: minutes * 60 });
		for (let passed = 0; passed < minutes + 60; passed += 5) {
			scene.later(5);
			await scene.ask();
		}
		expect(scene.ids.slice(1)).toEqual([call_id]);
	},
);

const endOf = ({ created_at, duration_seconds }: Record<string, unknown>) =>
	new Date(Date.parse(String(created_at)) + Number(duration_seconds) * 1_000).toISOString();

it('a look-up that nothing came of is not the last one for a proof', async () => {
	await proved();
	scene.later(30);
	await scene.ask();
	// With its execution the proof is recorded.
	await scene.deliver();
	// A line that is quiet for so long that none of its calls is looked up for itself.
	scene.later(4 * 24 * 60);
	scene = await scene.restart(undefined, ['never begins']);
	// From now on the line's webhooks do not arrive.
	scene.later(5);
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toEqual([undelivered.call_id]);
});

it('a call that the API tells of no more is asked for some hours longer, and not for ever', async () => {
	await proved();
	await scene.ask();
	scene.undelivered();
	scene.later(30);
	scene.fates.push('never begins');
	await scene.ask();
	scene.api.present({ changeRow: (row) => ({ ...row, call_flow_id: 'another', call_flow_name: 'Another' }) });
	const minutesBack: number[] = [];
	for (let asking = 0; asking < 9; asking++) {
		scene.later(60);
		const at = Date.now();
		await scene.ask();
		const { query } = scene.api.requests().at(-1) ?? {};
		minutesBack.push(Math.round((at - Date.parse(String(query?.updated_since))) / MINUTE_IN_MS));
	}
	// From before it was first told of as long as that may come back, then as far as ever.
	expect(minutesBack.slice(1, 6)).toEqual([1, 2, 3, 4, 5].map((hours) => (minutesBack[0] ?? NaN) + hours * 60));
	expect(Math.max(...minutesBack.slice(6))).toBeLessThan(120);
});

describe('an execution that n8n', () => {
	it('could not start is started by the next asking', async () => {
		await proved();
		const undelivered = [scene.undelivered(), scene.undelivered()];
		scene.later(30);
		scene.fates.push('never begins');
		await scene.ask();
		expect(logged.join('\n')).toContain('n8n does not begin the execution of an undelivered call');
		scene.later(60);
		await scene.ask();
		expect(scene.ids.slice(1)).toEqual(undelivered.map(({ call_id }) => call_id));
	});

	it.each([
		['twice in a row, are started by the next asking, and the others by this one', 2, 2],
		['three times in a row, are all started by the next asking', 3, 0],
	])('could not start %s', async (_what, times, startedAtOnce) => {
		await proved();
		for (let each = 0; each < 4; each++) {
			scene.undelivered();
			scene.later(1);
		}
		scene.later(30);
		// Where none has begun here, n8n tells of those that it could not start; the first one looks the calls up.
		begunHere('trigger').beginHere = false;
		scene.fates.push('fails', ...Array.from({ length: times }, () => 'fails' as const));
		await scene.ask();
		expect(scene.handled).toHaveLength(1 + startedAtOnce);
		const isTold = logged.join('\n').includes('n8n does not begin the execution of an undelivered call');
		expect(isTold).toBe(startedAtOnce === 0);
		await scene.ask();
		expect(scene.handled).toHaveLength(1 + 4);
	});
});

it('another leg of a delivered call is passed over, where ids were found to be the same since', async () => {
	await proved();
	scene.later(20);
	const { created_at, caller_number, tracking_number } = await scene.deliver();
	scene.later(60);
	await scene.ask();
	scene.later(60);
	await scene.ask();
	const leg = scene.undelivered({ caller_number, tracking_number, duration_seconds: 30 });
	scene.api.present({ changeRow: (row) => (row.id === leg.call_id ? { ...row, created_at } : row) });
	await scene.deliver({ caller_number: '+13055551111' });
	const undelivered = scene.undelivered({ caller_number: '+13055550000' });
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
	expect(scene.ids).not.toContain(leg.call_id);
});

it('old calls that are all changed at once do not shorten the way back', async () => {
	await proved({ options: { dedupeHistory: 20 } });
	const day = 24 * 60 * 60_000;
	for (let each = 0; each < 30; each++) {
		const old = new Date(scene.api.clock.now().getTime() - 3 * day - each * 60_000);
		const { call_id } = scene.undelivered({ created_at: old.toISOString() });
		scene.api.business.change(call_id, { ai_score: 7 });
	}
	const undelivered = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(undelivered.call_id);
	expect(logged.join('\n')).not.toContain('are not caught up');
});

it('a call with a field that the user rejects is held by a failed execution, once, and not dropped', async () => {
	await proved({ options: { onInvalidFields: 'reject' } });
	const call = scene.undelivered({ duration_seconds: 60 });
	scene.api.present({ changeRow: (row) => ({ ...row, ai_score: 'high' }) });
	scene.later(30);
	await scene.ask();
	await scene.ask();
	expect(scene.ids).not.toContain(call.call_id);
	expect(scene.failures).toEqual([expect.stringContaining('ai_score')]);
});

it('such a call is held by the next asking where n8n does not begin that execution', async () => {
	await proved({ options: { onInvalidFields: 'reject' } });
	scene.undelivered({ duration_seconds: 60 });
	scene.api.present({ changeRow: (row) => ({ ...row, ai_score: 'high' }) });
	scene.later(30);
	scene.fates.push('never begins');
	await scene.ask();
	expect(scene.failures).toEqual([]);
	scene.later(60);
	await scene.ask();
	await scene.ask();
	expect(scene.failures).toEqual([expect.stringContaining('ai_score')]);
});

it('a call flow has a new name while call flows cannot be asked for: its calls are caught up when they can be', async () => {
	await proved();
	scene.api.business.rename(scene.flow.id, 'New');
	scene.api.fail(failures.refuse(500, 'down'), '/call-flows');
	const { call_id } = scene.undelivered({ call_flow_name: 'New' });
	for (let asked = 0; asked < 20; asked++) {
		scene.later(5);
		await scene.ask();
	}
	expect(scene.ids).not.toContain(call_id);
	scene.api.answerNormally();
	scene.later(5);
	await scene.ask();
	expect(scene.ids).toContain(call_id);
});

it('a call flow has a new name, and then the workflow is published anew: a call from before is caught up', async () => {
	await proved();
	const { call_id, call_flow_name } = scene.undelivered();
	scene.api.business.rename(scene.flow.id, 'New');
	scene.api.business.change(call_id, { call_flow_name });
	scene.later(1);
	await scene.startAgain('update');
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(call_id);
});

describe('one of two call flows is missing in what n8n kept', () => {
	let second: CallFlow;
	let later: CallFlow;
	beforeEach(async () => {
		await proved();
		[second, later] = [scene.api.business.callFlow('Second'), scene.api.business.callFlow('Later')];
		scene = await scene.restart({ catchUpCallFlows: [scene.flow.id, second.id] }, [], 'update');
	});

	it('it alone goes on from the oldest call that n8n remembers', async () => {
		// Of the other one n8n remembers none since then.
		const since = Date.now() - 60 * MINUTE_IN_MS;
		scene = await scene.restart({ catchUpCallFlows: [later.id, second.id] }, [], 'update');
		await scene.send(scene.api.business.call(second));
		const [{ call_id }, other] = [scene.api.business.call(second), scene.api.business.call(later)];
		scene.later(30);
		const [name] = Object.keys(scene.kept.staticData);
		scene.kept.staticData = { [String(name)]: [[later.id, since]] };
		scene = await scene.restart();
		expect(scene.ids.sort()).toEqual([call_id, other.call_id].sort());
	});

	it('and n8n remembers none of it: published anew it goes on from where that was noticed', async () => {
		scene.kept.staticData = {};
		scene = await scene.restart();
		await scene.ask();
		scene.later(5);
		const { call_id } = scene.api.business.call(second);
		scene.later(1);
		await scene.startAgain('update');
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(call_id);
	});

	it('and it cannot be asked for when that is noticed: it goes on once it can be', async () => {
		await scene.send(scene.api.business.call(second));
		const { call_id } = scene.api.business.call(second);
		scene.undelivered();
		scene.later(30);
		scene.kept.staticData = {};
		scene.api.fail(failures.refuse(500, 'down'), '/calls', ({ call_flow_id }) => call_flow_id === second.id);
		scene = await scene.restart();
		expect(scene.ids).not.toContain(call_id);
		scene.api.answerNormally();
		scene.later(5);
		await scene.ask();
		expect(scene.ids).toContain(call_id);
	});
});

it.each([
	['breaks off', (calls: Row[]) => ({ data: { calls, has_more: true } })],
	['is none', () => ({ data: 'none' })],
])('it is kept no more since when it asks, and the first list after that %s', async (_what, envelope) => {
	await proved();
	const calls = [scene.undelivered()];
	scene.later(30);
	scene.kept.staticData = {};
	scene.api.present({ envelope });
	scene = await scene.restart();
	scene.api.present({ envelope: ENVELOPES.documented });
	scene.later(5);
	await scene.ask();
	calls.push(scene.undelivered());
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toEqual(calls.map(({ call_id }) => call_id));
});

it('it is kept no more since when it asks, and n8n starts the trigger a second time: a call is caught up that was not due yet', async () => {
	await proved();
	scene.later(30);
	scene.kept.staticData = {};
	scene = await scene.restart();
	const { call_id } = scene.undelivered();
	scene.later(5);
	await scene.startAgain('init');
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(call_id);
});

describe('what n8n kept of the trigger is gone when it is published anew', () => {
	beforeEach(async () => {
		await proved();
		for (const key of Object.keys(scene.staticData)) delete scene.staticData[key];
	});

	it('a call that was not due yet is caught up', async () => {
		const { call_id } = scene.undelivered();
		scene.later(1);
		await scene.startAgain('update');
		scene.later(30);
		await scene.ask();
		expect(scene.ids).toContain(call_id);
	});

	it('after a restart before which the API could not be asked too: it goes on from the oldest call that n8n remembers', async () => {
		scene.later(5);
		const { call_id } = scene.undelivered();
		scene.later(1);
		scene.api.fail(failures.refuse(503, 'down'), '/');
		scene.kept.staticData = {};
		scene = await scene.restart();
		await scene.startAgain('update');
		scene.api.answerNormally();
		scene.later(30);
		await scene.ask();
		await scene.ask();
		expect(scene.ids).toContain(call_id);
	});
});

it.each([20, 180])(
	'a call that is dated %d minutes ahead of the API is caught up when that time has come',
	async (minutes) => {
		await proved();
		scene.later(31);
		const created_at = new Date(scene.api.clock.now().getTime() + minutes * MINUTE_IN_MS).toISOString();
		const { call_id } = scene.undelivered({ created_at });
		// It changes now, whenever it claims to have been.
		scene.api.business.change(call_id, {});
		for (let passed = 0; passed < minutes + 40; passed += 5) {
			scene.later(5);
			await scene.ask();
			if (passed + 5 <= minutes) expect(scene.ids).not.toContain(call_id);
		}
		expect(scene.ids).toContain(call_id);
	},
);

it('so is one that was told of for the first time when its begin had come', async () => {
	await proved();
	scene.later(31);
	const created_at = new Date(scene.api.clock.now().getTime() + 120 * MINUTE_IN_MS).toISOString();
	const { call_id } = scene.undelivered({ created_at });
	scene.api.business.change(call_id, {});
	scene.later(121);
	scene = await scene.restart();
	for (let passed = 0; passed < 60; passed += 5) {
		await scene.ask();
		scene.later(5);
	}
	expect(scene.ids).toContain(call_id);
});

it('is asked for no farther back than an hour on a line that never rests', async () => {
	await proved();
	scene.later(600);
	scene.undelivered({ created_at: scene.api.clock.now().toISOString() });
	scene = await scene.restart();
	for (let asking = 0; asking < 20; asking++) {
		scene.later(5);
		scene.undelivered({ created_at: scene.api.clock.now().toISOString() });
		await scene.ask();
		const since = Date.parse(scene.api.requests().at(-1)?.query.updated_since ?? '');
		expect(scene.api.clock.now().getTime() - since).toBeLessThan(60 * MINUTE_IN_MS);
	}
});

it('a row that is dated years ahead is told of once, and asked for no longer than others', async () => {
	await proved();
	scene.later(31);
	const row = scene.undelivered({ created_at: '2062-03-30T14:30:00.000Z' });
	scene.api.business.change(row.call_id, {});
	const hour = async () => {
		for (let passed = 0; passed < 60; passed += 5) {
			scene.later(5);
			await scene.ask();
		}
	};
	await hour();
	const { call_id } = scene.undelivered();
	await hour();
	expect(scene.ids).toEqual(expect.arrayContaining([call_id]));
	expect(scene.ids).not.toContain(row.call_id);
	const told = 'passed over 1 row dated more than a day ahead';
	expect(logged.filter((line) => line.includes(told))).toHaveLength(1);
	expect(logged.join('\n')).not.toContain('asked for again');
});

it('a delivery without an ID ends nothing: its call is told of under its own', async () => {
	await proved();
	scene.later(31);
	const call = scene.undelivered();
	await scene.send({ ...call, call_id: '' });
	scene.later(30);
	await scene.ask();
	const { call_id } = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids).toContain(call_id);
	expect(logged.join('\n')).not.toContain('under another ID');
});

it('a call whose duration nobody tells is known again after a restart, by when it began', async () => {
	await proved();
	const call = await scene.deliver({ duration_seconds: null });
	const before = scene.ids.length;
	scene.later(30);
	scene = await scene.restart();
	scene.later(90);
	await scene.ask();
	expect(scene.ids.slice(before)).not.toContain(call.call_id);
	expect(logged.join('\n')).not.toContain(call.call_id);
});

it("what ended before publishing does not run where n8n's clock, which was an hour behind, is corrected while it asks", async () => {
	scene = await Scene.open();
	scene.api.clock.forward(60 * MINUTE_IN_MS);
	const before = scene.undelivered();
	scene.later(10);
	await scene.start();
	await scene.deliver();
	const undelivered = scene.undelivered();
	scene.later(5);
	await scene.ask();
	scene.putN8nsClockForward(60 * MINUTE_IN_MS);
	for (let askings = 0; askings < 4; askings++) {
		scene.later(10);
		await scene.ask();
	}
	expect(scene.ids).toContain(undelivered.call_id);
	expect(scene.ids).not.toContain(before.call_id);
});

it('nor does it where it is kept no more since when it asks, and n8n does not tell what it knows', async () => {
	scene = await Scene.open();
	scene.undelivered();
	scene.later(60);
	await scene.start();
	await scene.deliver();
	await scene.ask();
	for (const key of Object.keys(scene.staticData)) delete scene.staticData[key];
	// Where none has begun here, n8n tells of those that it could not start.
	begunHere('trigger').beginHere = false;
	scene.fates.push('fails');
	await scene.startAgain('init');
	expect(scene.handled).toHaveLength(1);
	const { call_id } = scene.undelivered();
	scene.later(30);
	await scene.ask();
	expect(scene.ids.slice(1)).toEqual([call_id]);
});

it('a call ends after its list was read, while what call flows are called is asked for slowly: the next asking tells of it', async () => {
	await proved();
	scene.undelivered({ call_flow_name: 'one that nothing has' });
	let undelivered: unknown;
	scene.api.fail((response) => {
		scene.api.answerNormally();
		undelivered = scene.undelivered().call_id;
		scene.later(60);
		const call_flows = scene.api.business.callFlows();
		response.setHeader('date', scene.api.clock.now().toUTCString());
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ data: { call_flows, has_more: false } }));
	}, '/call-flows');
	await scene.ask();
	expect(undelivered).toBeDefined();
	scene.later(5);
	await scene.ask();
	expect(scene.ids).toContain(undelivered);
});

describe('n8n starts with a clock that is ten hours behind, which is put right before the API first answers', () => {
	const HOURS_BEHIND = 10 * 60 * MINUTE_IN_MS;

	it.each(['', ', and since when it asks is kept no more'])(
		'what came during the outage is caught up%s',
		async (lost) => {
			await proved();
			scene.later(180);
			await scene.ask();
			await scene.deliver();
			const undelivered = scene.undelivered();
			scene.later(30);
			if (lost) scene.kept.staticData = {};
			scene.putN8nsClockForward(-HOURS_BEHIND);
			scene.api.fail(failures.refuse(503, 'down'), '/');
			scene = await scene.restart();
			scene.putN8nsClockForward(HOURS_BEHIND);
			scene.api.answerNormally();
			scene.later(5);
			await scene.ask();
			expect(scene.ids).toEqual([undelivered.call_id]);
		},
	);
});
