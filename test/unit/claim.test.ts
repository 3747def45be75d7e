import { Claims, ended } from '../../nodes/delivery/claim';

const LIMITS = { history: 3, windowHours: 1 };
const HOUR = 3_600_000;

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
	const end = ended(claim);
	response.statusCode = 500;
	response.writableEnded = true;
	expect(await end).toBe(500);
});
