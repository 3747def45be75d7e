import { Claim, Claims } from '../../nodes/memory/claims';
import { Unbegun } from '../../nodes/delivery/unbegun';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

beforeEach(() => {
	jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
	jest.useRealTimers();
});

const claimOf = (deliveryId: string, at = Date.now()) =>
	Object.assign(new Claim(deliveryId, 503, at), { windowInMs: 10 * MINUTE });
const items = (text = '') => [[{ json: { text } }]];
const namesOf = (unbegun: Unbegun) => unbegun.due().map(({ name }) => name);

it('is due after a minute, then after 5 and 15, then each hour', () => {
	const unbegun = new Unbegun();
	unbegun.keep('a', claimOf('1'), items());
	for (const minutes of [1, 5, 15, 60, 60]) {
		jest.advanceTimersByTime(minutes * MINUTE - 1);
		expect(namesOf(unbegun)).toEqual([]);
		jest.advanceTimersByTime(1);
		expect(namesOf(unbegun)).toEqual(['a']);
		for (const call of unbegun.due()) call.tried();
	}
});

it('is due at once when another one has begun', () => {
	const unbegun = new Unbegun();
	for (const name of ['a', 'b']) unbegun.keep(name, claimOf(name), items());
	expect(namesOf(unbegun)).toEqual([]);
	unbegun.allAreDue();
	expect(namesOf(unbegun)).toEqual(['a', 'b']);
});

it('keeps the last of several deliveries of a call', () => {
	const unbegun = new Unbegun();
	unbegun.keep('a', claimOf('1'), items());
	unbegun.keep('a', claimOf('2'), items());
	expect(unbegun.size).toBe(1);
	expect(unbegun.due(Infinity).map(({ claim }) => claim.deliveryId)).toEqual(['2']);
	expect(unbegun.claimOf('2')?.deliveryId).toBe('2');
});

it('keeps a delivery once, by whatever name', () => {
	const unbegun = new Unbegun();
	unbegun.keep('a', claimOf('1'), items());
	unbegun.keep('b', claimOf('1'), items());
	expect([unbegun.size, unbegun.due(Infinity).map(({ name }) => name)]).toEqual([1, ['b']]);
});

it('keeps two calls with one key that came further from one another than its window', () => {
	const unbegun = new Unbegun();
	unbegun.keep('a', claimOf('1', 0), items());
	unbegun.keep('a', claimOf('2', 10 * MINUTE), items());
	expect(unbegun.size).toBe(2);
	const backwards = new Unbegun();
	backwards.keep('a', claimOf('2', 10 * MINUTE), items());
	backwards.keep('a', claimOf('1', 0), items());
	expect(backwards.size).toBe(2);
	backwards.keep('a', claimOf('3', 5 * MINUTE), items());
	expect(backwards.size).toBe(1);
});

it('knows the claim of a delivery that it has let go, so that no second execution of it runs', () => {
	const unbegun = new Unbegun();
	const call = unbegun.keep('a', claimOf('1'), items());
	if (call !== undefined) unbegun.letGo(call);
	expect(unbegun.size).toBe(0);
	expect(unbegun.claimOf('1')).toBe(call?.claim);
	expect(unbegun.dropExpired(23 * HOUR)).toBe(false);
	expect(unbegun.dropExpired(24 * HOUR)).toBe(true);
	expect(unbegun.claimOf('1')).toBeUndefined();
});

it('keeps a hundred calls, and none that would take too much memory', () => {
	const unbegun = new Unbegun();
	for (let each = 0; each < 100; each++)
		expect(unbegun.keep(`call ${each}`, claimOf(`${each}`), items())).toBeDefined();
	expect(unbegun.keep('one more', claimOf('100'), items())).toBeUndefined();

	const large = new Unbegun();
	const megabytes = (count: number) => items('x'.repeat(count * 1_000_000));
	expect(large.keep('a', claimOf('1'), megabytes(6))).toBeDefined();
	expect(large.keep('b', claimOf('2'), megabytes(6))).toBeUndefined();
	for (const call of large.due(Infinity)) large.letGo(call);
	expect(large.keep('b', claimOf('2'), megabytes(6))).toBeDefined();
});

it('lets go of a call after a day, and is kept itself as long as it has one', () => {
	const unbegun = new Unbegun();
	unbegun.keep('a', claimOf('1'), items());
	const begun = unbegun.keep('b', claimOf('2'), items());
	if (begun !== undefined) unbegun.letGo(begun);
	expect(unbegun.dropExpired(24 * HOUR - 1)).toBe(false);
	expect(unbegun.dropExpired(24 * HOUR)).toBe(true);
	expect(unbegun.size).toBe(0);
});

it('keeps what it has of a call where its redelivery finds no room', () => {
	const unbegun = new Unbegun();
	unbegun.keep('a', claimOf('1'), items());
	unbegun.keep('b', claimOf('2'), items('x'.repeat(9_990_000)));
	expect(unbegun.keep('a', claimOf('3'), items('x'.repeat(20_000)))).toBeUndefined();
	expect(unbegun.due(Infinity).map(({ claim }) => claim.deliveryId)).toEqual(['1', '2']);
	// What takes the place of another one needs no room beside it.
	expect(unbegun.keep('b', claimOf('4'), items('x'.repeat(9_990_000)))).toBeDefined();
});

it('is not caught up as long as it is kept: its delivery said more than the API tells', async () => {
	const claims = new Claims();
	const claim = claimOf('delivery');
	await claims.arrive({ ids: ['id'], looks: [] }, claim, 10);
	expect(claims.stateOf('id')).toBeUndefined();
	const unbegun = new Unbegun();
	const kept = unbegun.keep('key', claim, items());
	expect(claims.stateOf('id')).toBe('open');
	expect(claims.catchUp(['id'], new Claim('caught up', 500, Date.now(), 'catch_up'), 10)).toBe(false);
	if (kept !== undefined) unbegun.letGo(kept);
	expect(claims.stateOf('id')).toBeUndefined();
});
