import { Claims, endOf } from '../../nodes/deduplication/claim';

const HOUR = 3_600_000;
const LIMITS = { history: 3, windowInMs: HOUR };

const open = () => ({ writableEnded: false, statusCode: 200 });
const endedWith = (statusCode: number) => ({ writableEnded: true, statusCode });

function claimsAt(start: number) {
	const clock = { now: start };
	return { clock, claims: new Claims(() => clock.now) };
}

it('accepts the first delivery of a call and knows the second', async () => {
	const { clock, claims } = claimsAt(1000);
	expect(await claims.take('a', '1', endedWith(200), LIMITS)).toEqual({ verdict: 'accepted' });
	clock.now = 5000;
	expect(await claims.take('a', '2', open(), LIMITS)).toEqual({ verdict: 'duplicate', at: 1000 });
	expect(await claims.take('b', '3', open(), LIMITS)).toEqual({ verdict: 'accepted' });
});

it.each([400, 409, 500, 503])('lets a call through again whose delivery was answered with %d', async (status) => {
	const { claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(status), LIMITS);
	expect(await claims.take('a', '2', endedWith(200), LIMITS)).toEqual({ verdict: 'accepted' });
	expect(await claims.take('a', '3', open(), LIMITS)).toEqual({ verdict: 'duplicate', at: 0 });
});

describe('while the first delivery is being worked on', () => {
	it('waits, then says so', async () => {
		const claims = new Claims();
		await claims.take('a', '1', open(), LIMITS);
		expect(await claims.take('a', '2', open(), LIMITS, 120)).toMatchObject({ verdict: 'in_progress' });
	});

	it('waits under the 10 s that a provider allows, and says since when the first is worked on', async () => {
		jest.useFakeTimers({ now: 5_000 });
		const claims = new Claims();
		await claims.take('a', '1', open(), LIMITS);
		const second = claims.take('a', '2', open(), LIMITS);
		let verdict: unknown;
		void second.then((found) => (verdict = found));
		await jest.advanceTimersByTimeAsync(5_500);
		expect(verdict).toBeUndefined();
		await jest.advanceTimersByTimeAsync(1_000);
		expect(verdict).toEqual({ verdict: 'in_progress', at: 5_000 });
		jest.useRealTimers();
	});

	it('is a duplicate as soon as the first one ends well', async () => {
		const claims = new Claims();
		const first = open();
		await claims.take('a', '1', first, LIMITS);
		const second = claims.take('a', '2', open(), LIMITS);
		first.writableEnded = true;
		expect(await second).toMatchObject({ verdict: 'duplicate' });
	});

	it('lets exactly one take over when the first one fails', async () => {
		const claims = new Claims();
		const first = open();
		await claims.take('a', '1', first, LIMITS);
		const later = ['2', '3', '4'].map(async (id) => await claims.take('a', id, open(), LIMITS, 150));
		first.statusCode = 500;
		first.writableEnded = true;
		const verdicts = (await Promise.all(later)).map(({ verdict }) => verdict);
		expect(verdicts.sort()).toEqual(['accepted', 'in_progress', 'in_progress']);
	});
});

it('forgets a call when the window has passed', async () => {
	const { clock, claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(200), LIMITS);
	clock.now = HOUR - 1;
	expect(await claims.take('a', '2', open(), LIMITS)).toMatchObject({ verdict: 'duplicate' });
	clock.now = HOUR;
	expect(await claims.take('a', '3', endedWith(200), LIMITS)).toEqual({ verdict: 'accepted' });
	clock.now = HOUR + 1;
	expect(await claims.take('a', '4', open(), LIMITS)).toEqual({ verdict: 'duplicate', at: HOUR });
});

it('never forgets a call that is still being worked on, however long that takes', async () => {
	const { clock, claims } = claimsAt(0);
	await claims.take('a', '1', open(), LIMITS);
	clock.now = 5 * HOUR;
	expect(await claims.take('a', '2', open(), LIMITS, 0)).toEqual({ verdict: 'in_progress', at: 0 });
});

it('remembers as many calls as the user wants, and forgets the oldest', async () => {
	const { claims } = claimsAt(0);
	for (const key of ['a', 'b', 'c', 'd']) await claims.take(key, key, endedWith(200), LIMITS);
	expect(claims.size).toBe(3);
	expect(claims.find('a')).toBeUndefined();
	expect(await claims.take('b', '2', open(), LIMITS)).toMatchObject({ verdict: 'duplicate' });
});

it('forgets the call that was accepted first, also where one was accepted anew', async () => {
	const { claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(500), LIMITS);
	await claims.take('b', '2', endedWith(200), LIMITS);
	await claims.take('a', '3', endedWith(200), LIMITS);
	await claims.take('c', '4', endedWith(200), LIMITS);
	await claims.take('d', '5', endedWith(200), LIMITS);
	expect(claims.find('b')).toBeUndefined();
	expect(claims.find('a')?.deliveryId).toBe('3');
});

it('remembers a call that was answered at once, though as many as are remembered are being worked on', async () => {
	const { claims } = claimsAt(0);
	for (const key of ['a', 'b', 'c']) await claims.take(key, key, open(), LIMITS);
	await claims.take('d', '4', endedWith(200), LIMITS);
	expect(await claims.take('d', '5', open(), LIMITS)).toEqual({ verdict: 'duplicate', at: 0 });
});

it('remembers each call for as long as its own window', async () => {
	const { clock, claims } = claimsAt(0);
	await claims.take('long', '1', endedWith(200), LIMITS);
	await claims.take('short', '2', endedWith(200), { ...LIMITS, windowInMs: 60_000 });
	clock.now = 60_000;
	expect(await claims.take('long', '3', open(), LIMITS)).toMatchObject({ verdict: 'duplicate' });
	expect(await claims.take('short', '4', open(), { ...LIMITS, windowInMs: 60_000 })).toEqual({ verdict: 'accepted' });
});

it('remembers a call for a shorter time from when the user sets a shorter window', async () => {
	const { clock, claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(200), LIMITS);
	clock.now = 60_000;
	expect(await claims.take('a', '2', open(), { ...LIMITS, windowInMs: 60_000 })).toEqual({ verdict: 'accepted' });
});

it('never forgets a call that is being worked on, however many others come meanwhile', async () => {
	const { claims } = claimsAt(0);
	const first = open();
	await claims.take('first', '1', first, LIMITS);
	for (const key of ['a', 'b', 'c', 'd', 'e']) await claims.take(key, key, endedWith(200), LIMITS);
	expect(await claims.take('first', '2', open(), LIMITS, 0)).toMatchObject({ verdict: 'in_progress' });
	expect(claims.size).toBe(3);
	expect(claims.find('e')?.deliveryId).toBe('e');

	first.writableEnded = true;
	await claims.take('f', 'f', endedWith(200), LIMITS);
	expect(claims.find('first')).toBeUndefined();
});

it('lets go of all that has run out when it is told to, and says whether anything is left', async () => {
	const { claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(200), LIMITS);
	await claims.take('b', '2', open(), LIMITS);
	expect(claims.dropExpired(HOUR - 1)).toBe(false);
	expect(claims.size).toBe(2);
	expect(claims.dropExpired(HOUR)).toBe(false);
	expect(claims.find('a')).toBeUndefined();
	expect(new Claims().dropExpired(0)).toBe(true);
});

it('lets go of a trigger whose last call has ended and run out', async () => {
	const { claims } = claimsAt(0);
	const response = open();
	await claims.take('a', '1', response, LIMITS);
	expect(claims.dropExpired(2 * HOUR)).toBe(false);
	response.writableEnded = true;
	expect(claims.dropExpired(2 * HOUR)).toBe(true);
	expect(claims.size).toBe(0);
});

it('lets go of responses while nothing new comes', async () => {
	const { claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(204), LIMITS);
	claims.dropExpired(1);
	expect(claims.find('a')?.outcome).toBe(204);
});

it('lets go of expired calls as new ones come', async () => {
	const { clock, claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(200), LIMITS);
	await claims.take('b', '2', endedWith(200), LIMITS);
	clock.now = 2 * HOUR;
	await claims.take('c', '3', endedWith(200), LIMITS);
	expect(claims.size).toBe(1);
});

it('keeps no response once it has ended', async () => {
	const { claims } = claimsAt(0);
	await claims.take('a', '1', endedWith(200), LIMITS);
	await claims.take('b', '2', open(), LIMITS);
	expect(claims.find('a')?.outcome).toBe(200);
});

it('tells how a delivery ended, once it has', async () => {
	const { claims } = claimsAt(0);
	const response = open();
	await claims.take('a', '1', response, LIMITS);
	const claim = claims.find('a');
	if (claim === undefined) throw new Error('the call is not claimed');
	const end = endOf(claim);
	response.statusCode = 500;
	response.writableEnded = true;
	expect(await end).toBe(500);
});

it('a call that is received late counts from when it was, before and behind another one', async () => {
	const claims = new Claims(() => 100 * HOUR);
	const take = async (id: string, at: number) =>
		(await claims.take('a', id, endedWith(200), { ...LIMITS, windowInMs: 24 * HOUR }, 0, at)).verdict;
	expect(await take('1', 50 * HOUR)).toBe('accepted');
	expect(await take('2', 30 * HOUR)).toBe('duplicate');
	expect(await take('3', 73 * HOUR)).toBe('duplicate');
	expect(await take('4', 25 * HOUR)).toBe('accepted');
	expect(await take('5', 100 * HOUR)).toBe('accepted');
});
