import type { IDataObject, INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import { List, ownCore, rememberIn, Trigger } from '../../host/core';
import { qCallCall } from '../../host/simulators';
import { handOverAgain, keepUnbegun } from '../../nodes/delivery/hand-over-again';
import { handoverItems } from '../../nodes/delivery/handover';
import { begunHere } from '../../nodes/n8n/begun-here';
import { Claim, claimsOf } from '../../nodes/memory/claims';
import { unbegunOf } from '../../nodes/delivery/unbegun';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';

const LIMITS = { history: 10, windowInMs: 24 * 3_600_000 };
const list = new List();
let workflows = 0;

beforeAll(async () => await rememberIn(ownCore(), () => list));
let later = 0;
const now = Date.now.bind(Date);
const elapsed = performance.now.bind(performance);
/** What the nodes wait for passes so much faster in these tests (fast-sleep.js): so does the clock that they measure it by. */
const TIMES = 20;

beforeEach(() => {
	later = 0;
	jest.spyOn(Date, 'now').mockImplementation(() => now() + later);
	jest.spyOn(performance, 'now').mockImplementation(() => elapsed() * TIMES);
});
afterEach(() => {
	jest.restoreAllMocks();
	begunHere('trigger').beginHere = false;
});

/** A trigger that n8n has started, the calls that it hands over again, and n8n's scheduler. */
async function started(
	outcome: 'begins' | 'fails' | 'ends elsewhere' | 'fails elsewhere' | 'runs elsewhere' | 'says nothing' = 'begins',
	options: IDataObject = {},
) {
	const workflowId = `unbegun ${++workflows}`;
	const trigger = new Trigger({
		nodeType: new QCallTrigger(),
		parameters: { authentication: 'none', options: JSON.parse(JSON.stringify(options)) },
		workflowId,
	});
	const emitted: INodeExecutionData[] = [];
	const outputs: Array<ReturnType<Trigger['execute']>> = [];
	const listened: boolean[] = [];
	const what = { outcome };
	let tick: () => unknown = () => undefined;
	let end: () => unknown = () => undefined;
	const emit: ITriggerFunctions['emit'] = (data, _response, done) => {
		const items = data[0] ?? [];
		emitted.push(...items);
		listened.push(done !== undefined);
		if (what.outcome === 'begins') {
			const execution = trigger.execute(items, `execution ${emitted.length}`, 'trigger');
			outputs.push(execution);
			void execution.catch(() => undefined);
		}
		if (what.outcome === 'fails') done?.reject(new Error('No active execution found'));
		if (what.outcome === 'ends elsewhere') done?.resolve(Object({ status: 'success' }));
		if (what.outcome === 'fails elsewhere') done?.resolve(Object({ status: 'error' }));
		if (what.outcome === 'runs elsewhere') end = () => done?.resolve(Object({ status: 'success' }));
	};
	const start = async () =>
		await trigger.start(emit, 'activate', (_cron, onTick) => {
			tick = () => onTick(new Date());
		});
	const stopped = await start();
	const id = `${workflowId}/trigger`;
	const own = new Map<string, INodeExecutionData[]>();
	const keep = async (deliveryId: string, key = deliveryId) => {
		const claim = new Claim(deliveryId, 503);
		await claimsOf(id).claim(key, claim, LIMITS);
		const items = handoverItems({
			...{ outlet: 'calls', deliveryId, item: qCallCall(), history: 10, idsOfACall: 0 },
			...{ isAnsweredByLastNode: false, hasIgnoredOutput: false },
		});
		own.set(deliveryId, items[0] ?? []);
		return await keepUnbegun(id, { name: key, claim, items });
	};
	/** The execution begins that webhook() had handed it to. */
	const begin = async (deliveryId: string) => await trigger.execute(own.get(deliveryId) ?? [], 'own', 'webhook');
	const hold = async (deliveryId: string) => {
		const claim = new Claim(deliveryId, 503);
		const delivery = { receivedAt: Date.now(), method: 'POST', remoteAddress: '', via: 'webhook' } as const;
		const problem = 'Call Date could not be read';
		const items = handoverItems({
			...delivery,
			outlet: 'held',
			deliveryId,
			problem,
			fields: { call_duration: 'long' },
		});
		own.set(deliveryId, items[0] ?? []);
		return await keepUnbegun(id, { name: deliveryId, claim, items });
	};
	/** So much later n8n's scheduler calls. */
	const pass = async (milliseconds: number) => {
		later += milliseconds;
		await tick();
	};
	const minute = async () => await pass(2 * 3_600_000);
	return {
		id,
		keep,
		begin,
		hold,
		pass,
		minute,
		emitted,
		outputs,
		listened,
		what,
		start,
		execute: trigger.execute.bind(trigger),
		end: () => end(),
		stop: async () => await stopped?.closeFunction?.(),
	};
}

it('hands a call over again until it begins, and then no more', async () => {
	const { id, keep, minute, emitted, what } = await started('fails');
	expect(await keep('d1')).toBe('kept');
	await minute();
	// The first one was without a call.
	expect([emitted.length, unbegunOf(id).size]).toEqual([2, 1]);
	what.outcome = 'begins';
	await minute();
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([3, 0]);
});

it('goes on with the others only where one has begun', async () => {
	const { id, keep, minute, emitted, what } = await started('fails');
	begunHere('trigger').beginHere = true;
	for (const deliveryId of ['d1', 'd2', 'd3']) await keep(deliveryId);
	begunHere('trigger').beginHere = false;
	await minute();
	expect(emitted).toHaveLength(1);
	what.outcome = 'begins';
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([4, 0]);
});

it('finds out at once where executions begin, as long as nobody knows', async () => {
	const { id, keep, emitted } = await started('ends elsewhere');
	expect(await keep('d1')).toBe('begun');
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 0]);
	expect(JSON.stringify(emitted)).not.toContain('phone_number');
	expect(begunHere('trigger').isElsewhere).toBe(true);
});

it('finds that out by an execution that puts nothing out, and says what it was for', async () => {
	const { keep, emitted, outputs } = await started('begins');
	const isBegun = keep('d1');
	await new Promise(setImmediate);
	await isBegun;
	expect(await Promise.all(outputs.slice(0, 1))).toMatchObject([
		{ output: [[]], hints: [{ message: expect.stringMatching(/^No call: .*where n8n runs executions/) }] },
	]);
	expect(emitted.length).toBeGreaterThan(0);
});

it('does not take for begun elsewhere what only failed, in whichever process', async () => {
	const elsewhere = jest.spyOn(begunHere('trigger'), 'endedElsewhere');
	const { id, keep, minute, emitted } = await started('fails elsewhere');
	expect(await keep('d1')).toBe('kept');
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([2, 1]);
	expect(elsewhere).not.toHaveBeenCalled();
});

it('goes on when another one has begun, and not for a test in the editor', async () => {
	const { keep, emitted, execute } = await started();
	begunHere('trigger').beginHere = true;
	await keep('d1');
	const ignored = {
		outlet: 'ignored',
		deliveryId: 'another',
		item: { status: 'ignored' },
		hasIgnoredOutput: false,
	} as const;
	for (const [mode, count] of [
		['manual', 0],
		['webhook', 1],
	] as const) {
		await execute(handoverItems(ignored)[0] ?? [], mode, mode);
		expect(emitted).toHaveLength(count);
	}
});

it('with a key is handed over again while nobody knows: where it waits for a worker, only one of the two runs', async () => {
	const { keep, pass, emitted } = await started('runs elsewhere');
	await keep('d1', 'the digest of its key');
	await pass(60_000);
	expect(emitted).toHaveLength(2);
});

it('has begun after all where that happens while it is being found out', async () => {
	const { id, keep, minute, emitted, begin } = await started('runs elsewhere');
	const isBegun = keep('d1');
	await new Promise(setImmediate);
	await begin('d1');
	expect(await isBegun).toBe('begun');
	await minute();
	// One without a call, and no second one of its own.
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 0]);
});

it('is handed over three times where n8n says nothing of what became of it, if it has a key', async () => {
	const { keep, pass, emitted } = await started('says nothing');
	await keep('d1', 'the digest of its key');
	for (const minutes of [1, 5, 15, 60, 60]) await pass(minutes * 60_000);
	// One without a call, and three with it.
	expect(emitted).toHaveLength(4);
});

it('has begun after all where what finds out begins first', async () => {
	const { id, keep, emitted, begin } = await started('begins');
	const isBegun = keep('d1');
	await new Promise(setImmediate);
	await begin('d1').catch(() => undefined);
	expect(await isBegun).toBe('begun');
	await new Promise(setImmediate);
	expect(unbegunOf(id).size).toBe(0);
	expect(emitted.length).toBeLessThanOrEqual(2);
});

it('has begun after all where it is held, too', async () => {
	const { id, hold, emitted, begin } = await started('says nothing', { onInvalidFields: 'reject' });
	const isBegun = hold('d1');
	await new Promise(setImmediate);
	await begin('d1').catch(() => undefined);
	expect(await isBegun).toBe('begun');
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 0]);
});

it('without a key is not handed over again while all workers are busy: it waits for one too', async () => {
	const { id, keep, pass, emitted, end } = await started('runs elsewhere');
	expect(await Promise.all([keep('d1'), keep('d2')])).toEqual(['kept', 'kept']);
	for (let minutes = 0; minutes < 14; minutes++) await pass(60_000);
	// One execution without a call, for all of them.
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 2]);
	end();
	await new Promise(setImmediate);
	await pass(60_000);
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 0]);
	expect(begunHere('trigger').isElsewhere).toBe(true);
});

it('is handed over again where n8n never tells, and then once, however long it runs in a worker', async () => {
	const { id, keep, minute, emitted, end } = await started('runs elsewhere');
	expect(await keep('d1')).toBe('kept');
	await minute();
	await minute();
	// One without a call, and then the call once.
	expect([emitted.length, unbegunOf(id).size]).toEqual([2, 1]);
	end();
	await new Promise(setImmediate);
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([2, 0]);
});

it('lets go of a held call once its execution has begun, though that fails', async () => {
	const { id, hold, minute, emitted } = await started('begins', { onInvalidFields: 'reject' });
	begunHere('trigger').beginHere = true;
	await hold('d1');
	await minute();
	await new Promise(setImmediate);
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 0]);
});

describe('a held call that was handed over more than once, as each waited for a place', () => {
	const heldItems = async () => {
		const what = await started('says nothing');
		begunHere('trigger').beginHere = true;
		await what.hold('d1');
		await what.minute();
		return what;
	};

	it('runs once when they begin, the settings having been corrected', async () => {
		const { emitted, execute } = await heldItems();
		const items = emitted.slice(0, 1);
		const [first, second] = [await execute(items, '2', 'trigger'), await execute(items, '3', 'trigger')];
		expect([first.output?.[0]?.length, second.output?.[0]?.length]).toEqual([1, 0]);
		// One that a user retries runs all the same.
		expect((await execute(items, '4', 'retry')).output?.[0]).toHaveLength(1);
	});

	it('nor does the first one say that it holds the call, where it begins after all', async () => {
		const { emitted, execute, begin } = await heldItems();
		await execute(emitted.slice(0, 1), '2', 'trigger');
		expect((await begin('d1')).output).toEqual([[]]);
	});
});

it('listens to n8n only until it is known that executions begin here: n8n 1.x fails where it cannot store one', async () => {
	const { keep, minute, listened } = await started();
	const isBegun = keep('d1');
	await new Promise(setImmediate);
	await isBegun;
	expect(listened[0]).toBe(true);
	await keep('d2');
	await minute();
	expect(listened.at(-1)).toBe(false);
});

it('leaves a call to its redelivery', async () => {
	const { id, keep, minute, emitted } = await started();
	begunHere('trigger').beginHere = true;
	await keep('d1');
	await claimsOf(id).claim('d1', new Claim('d2', 200), LIMITS);
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([0, 0]);
});

it('hands nothing over after the workflow was unpublished, and goes on when it is published again', async () => {
	const { id, keep, minute, emitted, stop } = await started();
	begunHere('trigger').beginHere = true;
	await keep('d1');
	await stop();
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([0, 1]);
});

it('goes on where it was published anew before the old one was stopped', async () => {
	const { id, keep, minute, emitted, start, stop } = await started();
	begunHere('trigger').beginHere = true;
	await keep('d1');
	await start();
	await stop();
	await minute();
	expect([emitted.length, unbegunOf(id).size]).toEqual([1, 0]);
});

it('is nothing that a test in the editor would do: that is for one call that somebody sends', () => {
	const context: ITriggerFunctions = Object({ getMode: () => 'manual' });
	expect(handOverAgain(context)).toBeUndefined();
});

it('is said not to be kept where there is no room for it', async () => {
	const { keep } = await started('fails');
	begunHere('trigger').beginHere = true;
	const became = [];
	for (let call = 0; call < 101; call++) became.push(await keep(`d${call}`));
	begunHere('trigger').beginHere = false;
	expect(became.indexOf('not kept')).toBe(100);
});

it('a trigger starts, and calls come in, where n8n does not know the time zone of its workflow', async () => {
	const trigger = new Trigger({
		nodeType: new QCallTrigger(),
		parameters: { authentication: 'none' },
		workflowId: 'zone',
	});
	const schedule = () => {
		throw new Error('Invalid timezone.');
	};
	await expect(trigger.start(() => undefined, 'activate', schedule)).resolves.toBeDefined();
	expect((await trigger.receive({ json: qCallCall() })).result.workflowData).toBeDefined();
});
