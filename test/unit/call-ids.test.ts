import { CallIds, IDS_ARE_KEPT_MS } from '../../nodes/deduplication/call-ids';

const open = () => ({ writableEnded: false, statusCode: 200 });
const ended = (statusCode: number) => ({ writableEnded: true, statusCode });
const HISTORY = 10;

let now = 0;
const ids = () => new CallIds(() => now);

it.each([
	[200, 'webhook'],
	[399, 'webhook'],
	[400, undefined],
	[503, undefined],
])('a call whose delivery was answered with %d is known by %p', async (status, state) => {
	const known = ids();
	await known.arrive('a', 'd1', ended(status), HISTORY);
	expect(known.stateOf('a')).toBe(state);
	expect(known.catchUp('a', 'd2', open(), HISTORY)).toBe(state === undefined);
});

it('leaves a call alone while a delivery of it is being worked on', async () => {
	const known = ids();
	const response = open();
	await known.arrive('a', 'd1', response, HISTORY);
	expect(known.stateOf('a')).toBe('open');
	expect(known.catchUp('a', 'd2', open(), HISTORY)).toBe(false);
	response.statusCode = 500;
	response.writableEnded = true;
	expect(known.catchUp('a', 'd2', open(), HISTORY)).toBe(true);
});

it('takes a call for delivered where one of its deliveries was, whatever became of the others', async () => {
	const known = ids();
	await known.arrive('a', 'd1', ended(200), HISTORY);
	await known.arrive('a', 'd2', ended(500), HISTORY);
	await known.arrive('a', 'd3', ended(500), HISTORY);
	expect(known.stateOf('a')).toBe('webhook');
});

it('lets a late webhook wait for a call that is being caught up', async () => {
	const known = ids();
	const handing = open();
	known.catchUp('a', 'd1', handing, HISTORY);
	expect(await known.arrive('a', 'd2', open(), HISTORY, undefined, 0)).toMatchObject({ verdict: 'in_progress' });
	const late = known.arrive('a', 'd2', open(), HISTORY);
	handing.writableEnded = true;
	expect(await late).toMatchObject({ verdict: 'duplicate' });
});

it('lets a late webhook have a call whose catching up has failed', async () => {
	const known = ids();
	known.catchUp('a', 'd1', ended(500), HISTORY);
	expect(await known.arrive('a', 'd2', ended(200), HISTORY)).toEqual({ verdict: 'accepted' });
	expect(known.stateOf('a')).toBe('webhook');
});

it('keeps no response once it has ended: that holds its request', async () => {
	const known = ids();
	const response = open();
	await known.arrive('a', 'd1', response, HISTORY);
	response.writableEnded = true;
	await known.arrive('b', 'd2', open(), HISTORY);
	expect(known.comingOf('a', 'd1')?.outcome).toBe(200);
	expect(known.comingOf('a', 'd2')).toBeUndefined();
});

it('tells which delivered calls look the same', async () => {
	const known = ids();
	await known.arrive('a', 'd1', ended(200), HISTORY, 'one');
	await known.arrive('b', 'd2', ended(200), HISTORY, 'one');
	await known.arrive('c', 'd3', ended(500), HISTORY, 'one');
	await known.arrive('d', 'd4', ended(200), HISTORY);
	expect(known.byLooks()).toEqual(
		new Map([
			[
				'one',
				[
					{ id: 'a', at: now },
					{ id: 'b', at: now },
				],
			],
		]),
	);
});

it('forgets the oldest first, and never what is being worked on', async () => {
	const known = ids();
	await known.arrive('open', 'd', open(), 2);
	for (const id of ['a', 'b', 'c']) await known.arrive(id, 'd', ended(200), 2);
	expect(known.stateOf('open')).toBe('open');
	expect(known.stateOf('b')).toBeUndefined();
	expect(known.stateOf('c')).toBe('webhook');
});

it('remembers for seven days, and then goes', async () => {
	now = 0;
	const known = ids();
	await known.arrive('a', 'd1', ended(200), HISTORY);
	expect(known.dropExpired(IDS_ARE_KEPT_MS - 1)).toBe(false);
	expect(known.dropExpired(IDS_ARE_KEPT_MS)).toBe(true);
	expect(known.stateOf('a')).toBeUndefined();
});

it('begins anew where catching up was off', async () => {
	now = 0;
	const known = ids();
	await known.arrive('a', 'd1', ended(200), HISTORY);
	now = 5;
	known.forget();
	expect(known.stateOf('a')).toBeUndefined();
	expect(known.since).toBe(5);
});
