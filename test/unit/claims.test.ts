import { Claim, IDS_ARE_KEPT_MS, Claims } from '../../nodes/memory/claims';
import { MOST_IDS } from '../../nodes/memory/room';
import { passTimeUntil } from './pass-time';

const HOUR = 3_600_000;
const LIMITS = { history: 3, windowInMs: HOUR };

const open = () => ({ writableEnded: false, statusCode: 200 });
const endedWith = (statusCode: number) => ({ writableEnded: true, statusCode });

beforeEach(() => {
	jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
	jest.useRealTimers();
});

/** A register, and how deliveries claim calls in it by their key. */
function scene() {
	const register = new Claims();
	const claim = async (
		key: string,
		deliveryId: string,
		response: ReturnType<typeof open>,
		{ at = Date.now(), waitInMs, ...limits }: Partial<typeof LIMITS> & { at?: number; waitInMs?: number } = {},
	) =>
		await passTimeUntil(register.claim(key, new Claim(deliveryId, response, at), { ...LIMITS, ...limits }, waitInMs));
	return { register, claim };
}

describe('a call by its key', () => {
	it('is accepted with its first delivery, and known with the second', async () => {
		const { claim } = scene();
		jest.setSystemTime(1_000);
		expect(await claim('a', '1', endedWith(200))).toEqual({ verdict: 'accepted' });
		jest.setSystemTime(5_000);
		expect(await claim('a', '2', open())).toEqual({ verdict: 'duplicate', at: 1_000 });
		expect(await claim('b', '3', open())).toEqual({ verdict: 'accepted' });
	});

	it.each([400, 409, 500, 503])('is let through again where its delivery was answered with %d', async (status) => {
		const { claim } = scene();
		await claim('a', '1', endedWith(status));
		expect(await claim('a', '2', endedWith(200))).toEqual({ verdict: 'accepted' });
		expect(await claim('a', '3', open())).toMatchObject({ verdict: 'duplicate' });
	});

	it('is forgotten when the window has passed', async () => {
		const { claim } = scene();
		await claim('a', '1', endedWith(200));
		jest.setSystemTime(HOUR - 1);
		expect(await claim('a', '2', open())).toMatchObject({ verdict: 'duplicate' });
		jest.setSystemTime(HOUR);
		expect(await claim('a', '3', endedWith(200))).toEqual({ verdict: 'accepted' });
	});

	it('is remembered for as long as its own window', async () => {
		const { claim } = scene();
		await claim('long', '1', endedWith(200));
		await claim('short', '2', endedWith(200), { windowInMs: 60_000 });
		jest.setSystemTime(60_000);
		expect(await claim('long', '3', open())).toMatchObject({ verdict: 'duplicate' });
		expect(await claim('short', '4', open(), { windowInMs: 60_000 })).toEqual({ verdict: 'accepted' });
	});

	it('is remembered for a shorter time from when the user sets a shorter window', async () => {
		const { claim } = scene();
		await claim('a', '1', endedWith(200));
		jest.setSystemTime(60_000);
		expect(await claim('a', '2', open(), { windowInMs: 60_000 })).toEqual({ verdict: 'accepted' });
	});

	it('counts from when it was received, before and behind another one', async () => {
		const { claim } = scene();
		jest.setSystemTime(100 * HOUR);
		const verdictAt = async (deliveryId: string, at: number) =>
			(await claim('a', deliveryId, endedWith(200), { windowInMs: 24 * HOUR, waitInMs: 0, at })).verdict;
		expect(await verdictAt('1', 50 * HOUR)).toBe('accepted');
		expect(await verdictAt('2', 30 * HOUR)).toBe('duplicate');
		expect(await verdictAt('3', 73 * HOUR)).toBe('duplicate');
		expect(await verdictAt('4', 25 * HOUR)).toBe('accepted');
		expect(await verdictAt('5', 100 * HOUR)).toBe('accepted');
	});
});

describe('while the first delivery of a call is being worked on, a second one', () => {
	it('waits under the 10 s that a provider allows, and says since when the first is worked on', async () => {
		const { register, claim } = scene();
		jest.setSystemTime(5_000);
		await claim('a', '1', open());
		let verdict: unknown;
		void register.claim('a', new Claim('2', open()), LIMITS).then((found) => (verdict = found));
		await jest.advanceTimersByTimeAsync(5_500);
		expect(verdict).toBeUndefined();
		await jest.advanceTimersByTimeAsync(1_000);
		expect(verdict).toEqual({ verdict: 'in_progress', at: 5_000 });
	});

	it('is a duplicate as soon as the first one ends well', async () => {
		const { register, claim } = scene();
		const first = open();
		await claim('a', '1', first);
		const second = register.claim('a', new Claim('2', open()), LIMITS);
		first.writableEnded = true;
		expect(await passTimeUntil(second)).toMatchObject({ verdict: 'duplicate' });
	});

	it('takes over when the first one fails: exactly one of those that wait', async () => {
		const { register, claim } = scene();
		const first = open();
		await claim('a', '1', first);
		const later = ['2', '3', '4'].map(async (id) => await register.claim('a', new Claim(id, open()), LIMITS, 150));
		first.statusCode = 500;
		first.writableEnded = true;
		const verdicts = (await passTimeUntil(Promise.all(later))).map(({ verdict }) => verdict);
		expect(verdicts.sort()).toEqual(['accepted', 'in_progress', 'in_progress']);
	});

	it('waits among ten at most: a further one is told at once, and those that wait are not disturbed', async () => {
		const { register, claim } = scene();
		const first = open();
		await claim('a', '1', first);
		const waiting = Array.from(
			{ length: 10 },
			async (_, each) => await register.claim('a', new Claim(`waits ${each}`, open()), LIMITS),
		);
		const before = performance.now();
		expect(await claim('a', 'one too many', open())).toMatchObject({ verdict: 'in_progress' });
		expect(performance.now() - before).toBeLessThan(100);
		first.writableEnded = true;
		const verdicts = (await passTimeUntil(Promise.all(waiting))).map(({ verdict }) => verdict);
		expect(verdicts).toEqual(Array.from({ length: 10 }, () => 'duplicate'));
	});

	it.each([
		['the execution of which was stopped while it waited for a place', false, 1],
		['whose execution began, and which n8n never answers', true, 24],
	])('is accepted where the first is one %s, and is given up', async (_, hasBegun, hours) => {
		const { register, claim } = scene();
		const response = open();
		await claim('a', '1', response);
		const first = register.claimOf('1', { key: 'a' });
		if (first && hasBegun) first.begun = { executionId: '7', recorded: Promise.resolve('first') };
		await jest.advanceTimersByTimeAsync(hours * HOUR - 1_000);
		expect(await claim('a', '2', open(), { waitInMs: 0 })).toMatchObject({ verdict: 'in_progress' });
		await jest.advanceTimersByTimeAsync(1_000);
		expect(await claim('a', '3', endedWith(200), { waitInMs: 0 })).toEqual({ verdict: 'accepted' });
	});
});

describe('memory', () => {
	it('holds as many calls as the user wants, and forgets the oldest', async () => {
		const { register, claim } = scene();
		for (const key of ['a', 'b', 'c', 'd']) await claim(key, key, endedWith(200));
		expect(register.size).toBe(3);
		expect(register.claimOf('a', { key: 'a' })).toBeUndefined();
		expect(await claim('b', '2', open())).toMatchObject({ verdict: 'duplicate' });
	});

	it('forgets the call that was accepted first, also where one was accepted anew', async () => {
		const { register, claim } = scene();
		await claim('a', '1', endedWith(500));
		await claim('b', '2', endedWith(200));
		await claim('a', '3', endedWith(200));
		await claim('c', '4', endedWith(200));
		await claim('d', '5', endedWith(200));
		expect(register.claimOf('2', { key: 'b' })).toBeUndefined();
		expect(register.claimOf('3', { key: 'a' })?.deliveryId).toBe('3');
	});

	it('never forgets a call that is being worked on, however many others come meanwhile', async () => {
		const { register, claim } = scene();
		const first = open();
		await claim('first', '1', first);
		for (const key of ['a', 'b', 'c', 'd', 'e']) await claim(key, key, endedWith(200));
		expect(await claim('first', '2', open(), { waitInMs: 0 })).toMatchObject({ verdict: 'in_progress' });
		expect(register.size).toBe(3);
		first.writableEnded = true;
		await claim('f', 'f', endedWith(200));
		expect(register.claimOf('1', { key: 'first' })).toBeUndefined();
	});

	it('holds a call that was answered at once, though as many as are remembered are being worked on', async () => {
		const { claim } = scene();
		for (const key of ['a', 'b', 'c']) await claim(key, key, open());
		await claim('d', '4', endedWith(200));
		expect(await claim('d', '5', open())).toMatchObject({ verdict: 'duplicate' });
	});

	it('lets go of what has run out, and of nothing that is being worked on', async () => {
		const { register, claim } = scene();
		const response = open();
		await claim('a', '1', endedWith(200));
		await claim('b', '2', response);
		register.dropExpired(Date.now());
		expect(register.size).toBe(2);
		jest.setSystemTime(HOUR);
		register.dropExpired(HOUR);
		expect(register.size).toBe(1);
		response.writableEnded = true;
		register.dropExpired(HOUR);
		expect(register.size).toBe(0);
	});

	it('lets go of expired calls as new ones come', async () => {
		const { register, claim } = scene();
		await claim('a', '1', endedWith(200));
		await claim('b', '2', endedWith(200));
		jest.setSystemTime(2 * HOUR);
		await claim('c', '3', endedWith(200));
		expect(register.size).toBe(1);
	});

	it('keeps no response once it has ended, or is given up: a response holds its request', async () => {
		const { register, claim } = scene();
		const lost = open();
		const responses = [endedWith(200), lost].map((response) => new WeakRef(response));
		await claim('a', '1', endedWith(204));
		await claim('b', '2', lost);
		jest.advanceTimersByTime(HOUR);
		register.dropExpired(Date.now());
		expect(JSON.stringify(register.claimOf('2', { key: 'b' }) ?? null)).not.toContain('writableEnded');
		expect(responses).toHaveLength(2);
	});
});

it('tells whether a delivery ended well, once it has', async () => {
	const responses = [200, 500].map((statusCode) => ({ writableEnded: false, statusCode }));
	const ends = responses.map(async (response) => await new Claim('1', response).end());
	await jest.advanceTimersByTimeAsync(1_000);
	for (const response of responses) response.writableEnded = true;
	expect(await passTimeUntil(Promise.all(ends))).toEqual([true, false]);
});

describe('a call by its id', () => {
	const HISTORY = 10;
	const arrive = async (
		register: Claims,
		id: string,
		claim: Claim,
		{ history = HISTORY, looks = [] }: { history?: number; looks?: string[] } = {},
	) => await passTimeUntil(register.arrive({ ids: [id], looks }, claim, history));
	const caughtUp = (deliveryId: string, response = open()) => new Claim(deliveryId, response, 0, 'catch_up');

	it.each([
		[200, 'webhook'],
		[399, 'webhook'],
		[400, undefined],
		[503, undefined],
	])('whose delivery was answered with %d is known by %p', async (status, state) => {
		const register = new Claims();
		await arrive(register, 'a', new Claim('d1', endedWith(status)));
		expect(register.stateOf('a')).toBe(state);
		expect(register.catchUp(['a'], caughtUp('d2'), HISTORY)).toBe(state === undefined);
	});

	it('is left alone while a delivery of it is being worked on', async () => {
		const register = new Claims();
		const response = open();
		await arrive(register, 'a', new Claim('d1', response));
		expect(register.stateOf('a')).toBe('open');
		expect(register.catchUp(['a'], caughtUp('d2'), HISTORY)).toBe(false);
		response.statusCode = 500;
		response.writableEnded = true;
		expect(register.catchUp(['a'], caughtUp('d2'), HISTORY)).toBe(true);
	});

	it('tells that webhooks come where one was handled here, and that a call was, by whichever of its ids', async () => {
		const register = new Claims();
		register.learn('from before', HISTORY);
		register.catchUp(['caught up'], caughtUp('d1', endedWith(200)), HISTORY);
		await arrive(register, 'failed', new Claim('d2', endedWith(500)));
		await arrive(register, 'open', new Claim('d3', open()));
		expect(register.hasDelivered()).toBe(false);
		const isHandled = (...ids: string[]) => register.isHandled({ ids });
		expect([isHandled('failed', 'open'), isHandled('failed', 'caught up')]).toEqual([false, true]);
		await arrive(register, 'delivered', new Claim('d4', endedWith(200)));
		expect(register.hasDelivered()).toBe(true);
	});

	it('is delivered where one of its deliveries was, whatever became of the others', async () => {
		const register = new Claims();
		await arrive(register, 'a', new Claim('d1', endedWith(200)));
		for (let failed = 2; failed <= 20; failed++) await arrive(register, 'a', new Claim(`d${failed}`, endedWith(500)));
		expect(register.stateOf('a')).toBe('webhook');
	});

	it('is waited for by a late webhook while it is being caught up', async () => {
		const register = new Claims();
		const handing = open();
		register.catchUp(['a'], caughtUp('d1', handing), HISTORY);
		expect(await arrive(register, 'a', new Claim('d2', open()))).toMatchObject({ verdict: 'in_progress' });
		const late = register.arrive({ ids: ['a'], looks: [] }, new Claim('d2', open()), HISTORY);
		handing.writableEnded = true;
		expect(await passTimeUntil(late)).toMatchObject({ verdict: 'duplicate' });
	});

	it.each([
		['has failed', (claim: Claim) => claim],
		['was ignored', (claim: Claim) => Object.assign(claim, { door: 'not wanted' })],
	])('is had by a late webhook where its catching up %s', async (how, become) => {
		const register = new Claims();
		register.catchUp(['a'], become(caughtUp('d1', endedWith(how === 'has failed' ? 500 : 200))), HISTORY);
		expect(await arrive(register, 'a', new Claim('d2', endedWith(200)))).toEqual({ verdict: 'accepted' });
		expect(register.stateOf('a')).toBe('webhook');
	});

	it('is not wanted where catching up ignored it, so that it is not asked for again and came by no door', () => {
		const register = new Claims();
		const claim = caughtUp('d1', endedWith(200));
		register.catchUp(['a'], claim, HISTORY);
		expect(register.stateOf('a')).toBe('catch_up');
		claim.door = 'not wanted';
		expect(register.stateOf('a')).toBe('not wanted');
		expect(register.catchUp(['a'], caughtUp('d2'), HISTORY)).toBe(false);
	});

	it('is handled, and no webhook of it a duplicate, where the list knows it from before this process', async () => {
		const register = new Claims();
		register.learn('a', HISTORY);
		expect(register.stateOf('a')).toBe('unseen');
		expect(register.catchUp(['a'], caughtUp('d1'), HISTORY)).toBe(false);
		expect(await arrive(register, 'a', new Claim('d2', endedWith(200)))).toEqual({ verdict: 'accepted' });
	});

	it('tells of its delivery, by whichever of the two it is known', async () => {
		const { register, claim } = scene();
		await claim('key', 'd0', endedWith(200));
		const first = new Claim('d1', endedWith(200));
		await arrive(register, 'a', first);
		expect(register.claimOf('d1', { key: 'key', ids: ['a'] })).toBe(first);
		expect(register.claimOf('d0', { key: 'key', ids: ['a'] })?.deliveryId).toBe('d0');
		expect(register.claimOf('d2', { key: 'key', ids: ['a'] })).toBeUndefined();
		expect(register.claimOf('d1', { looks: ['a'] })).toBe(first);
	});

	it('tells which delivered calls look the same', async () => {
		const register = new Claims();
		await arrive(register, 'a', new Claim('d1', endedWith(200)), { looks: ['one'] });
		await arrive(register, 'b', new Claim('d2', endedWith(200)), { looks: ['one'] });
		await arrive(register, 'c', new Claim('d3', endedWith(500)), { looks: ['one'] });
		await arrive(register, 'd', new Claim('d4', endedWith(200)));
		expect(register.deliveriesOf(['one']).map(({ deliveryId }) => deliveryId)).toEqual(['d1', 'd2']);
	});

	it('is known of the newest sixteen deliveries where many share a made-up id, and of each that is being worked on', async () => {
		const register = new Claims();
		const first = open();
		await arrive(register, 'made up', new Claim('open', first));
		for (let each = 1; each <= 20; each++) await arrive(register, 'made up', new Claim(`d${each}`, endedWith(200)));
		const known = () => register.deliveriesOf(['made up']).map(({ deliveryId }) => deliveryId);
		expect(known()).toEqual(['open', ...Array.from({ length: 15 }, (_, at) => `d${at + 6}`)]);
		first.writableEnded = true;
		await arrive(register, 'made up', new Claim('d21', endedWith(200)));
		expect(known()).toEqual(Array.from({ length: 16 }, (_, at) => `d${at + 6}`));
	});

	describe('where the ids of webhooks may be made up', () => {
		const deliver = async (register: Claims, id: string, response = endedWith(200)) =>
			await register.arrive({ ids: [id], looks: ['looks'] }, new Claim(`of ${id}`, response), HISTORY);
		/** What looks so and whose call was not found, and whether it is still being worked on. */
		const notFound = (register: Claims, ...looks: string[]) =>
			register
				.deliveriesOf(looks)
				.filter(({ hasRow }) => !hasRow)
				.map(({ deliveryId, isOpen }) => (isOpen ? `${deliveryId} (open)` : deliveryId));

		it('may be any call that looks the same, until its own is found', async () => {
			const register = new Claims();
			expect(notFound(register, 'looks')).toEqual([]);
			await deliver(register, 'true');
			await deliver(register, 'made up');
			register.noteRow({ ids: ['true'], looks: ['looks'] });
			expect(notFound(register, 'other looks', 'looks')).toEqual(['of made up']);
			await deliver(register, 'made up later', open());
			register.noteRow({ ids: ['made up later'], looks: [] });
			expect(notFound(register, 'looks')).toEqual(['of made up', 'of made up later (open)']);
		});

		it.each([
			['caught up', 'catch_up'],
			['delivered, and has failed', 'webhook'],
		] as const)('is none that was %s', async (_how, door) => {
			const register = new Claims();
			const claim = new Claim('d', endedWith(500));
			if (door === 'webhook') await register.arrive({ ids: ['a'], looks: ['looks'] }, claim, HISTORY);
			else register.catchUp(['a'], caughtUp('d'), HISTORY);
			expect(notFound(register, 'looks')).toEqual([]);
			await deliver(register, 'b');
			register.noteRow({ ids: ['a'], looks: ['looks'] });
			expect(notFound(register, 'looks')).toEqual(['of b']);
		});

		it('is still to be found where n8n’s list knows its looks, and a row is of another call', async () => {
			const register = new Claims();
			register.learn('looks', HISTORY);
			// What came before this process has no delivery here.
			const fromBefore = '';
			register.noteRow({ ids: ['of nobody'], looks: ['looks'] });
			expect(notFound(register, 'looks')).toEqual([fromBefore]);
			await deliver(register, 'b');
			register.noteRow({ ids: ['b'], looks: ['looks'] });
			expect(notFound(register, 'looks')).toEqual([fromBefore]);
		});

		it('is one that n8n’s list knows, which tells of no second one', async () => {
			const register = new Claims();
			for (const name of ['a', 'looks']) register.learn(name, HISTORY);
			await deliver(register, 'b');
			register.noteRow({ ids: ['a'], looks: ['looks'] });
			expect(notFound(register, 'looks')).toEqual(['of b']);
			register.noteRow({ ids: ['b'], looks: ['looks'] });
			expect(notFound(register, 'looks')).toEqual([]);
		});
	});

	it('is forgotten when it is the oldest, and never while it is being worked on', async () => {
		const register = new Claims();
		await arrive(register, 'open', new Claim('d', open()), { history: 1 });
		const ids = Array.from({ length: MOST_IDS + 1 }, (_, at) => `call ${at}`);
		for (const id of ids) await arrive(register, id, new Claim('d', endedWith(200)), { history: 1 });
		expect(register.stateOf('open')).toBe('open');
		const known = ids.filter((id) => register.stateOf(id) === 'webhook');
		expect(known).toEqual(ids.slice(-MOST_IDS + 1));
	});

	it('is remembered for seven days, and as long as it is being worked on', async () => {
		const register = new Claims();
		await arrive(register, 'a', new Claim('d1', endedWith(200)));
		await arrive(register, 'b', new Claim('d2', open()));
		const at = Date.now();
		register.dropExpired(at + IDS_ARE_KEPT_MS - 1);
		expect(register.stateOf('a')).toBe('webhook');
		register.dropExpired(at + IDS_ARE_KEPT_MS);
		expect([register.stateOf('a'), register.stateOf('b')]).toEqual([undefined, 'open']);
	});

	it('is forgotten where catching up was off, and the memory begins anew', async () => {
		const register = new Claims();
		await arrive(register, 'a', new Claim('d1', endedWith(200)));
		jest.setSystemTime(5_000);
		register.beginIdsAnew();
		expect(register.stateOf('a')).toBeUndefined();
		expect(register.since).toBe(5_000);
	});
});
