import { Found } from '../../nodes/catch-up/found';
import { MOST_LOOKED_UP } from '../../nodes/catch-up/look-up';
import type { Row } from '../../nodes/catch-up/rows';

const row = (endedAt: number, more: Partial<Row> = {}): Row => ({
	...{ id: `call ${endedAt}`, callFlow: 'flow', fields: { call_id: String(endedAt) }, endedAt },
	...more,
});

function foundOf(rows: readonly Row[]): Found {
	const found = new Found();
	found.readAt.set('flow', 1_000_000);
	for (const each of rows) {
		found.tell(each, true);
		found.add(each);
	}
	return found;
}

const endsOf = (rows: readonly Row[]) => rows.map(({ endedAt }) => endedAt);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => count - at);

it('gives what is due, the oldest first', () => {
	expect(endsOf(foundOf([row(3), row(1), row(2)]).oldestFirst())).toEqual([1, 2, 3]);
});

it('holds the fields of the oldest thousand, and of as many calls as one execution can look up nothing but their ids', () => {
	const found = foundOf(upTo(MOST_LOOKED_UP + 10).map((at) => row(at)));
	found.makeRoom();
	const kept = found.oldestFirst();
	expect(kept).toHaveLength(MOST_LOOKED_UP);
	expect(endsOf(kept.filter(({ fields }) => fields !== undefined))).toEqual(upTo(1_000).reverse());
	// What went is asked for again.
	expect([...found.asked(0)]).toEqual([['flow', MOST_LOOKED_UP + 1]]);
});

it('holds fewer where they are long, and the oldest however long it is', () => {
	const found = foundOf([1, 2, 3].map((at) => row(at, { fields: { transcription: 'a'.repeat(6_000_000) } })));
	found.makeRoom();
	expect(endsOf(found.oldestFirst().filter(({ fields }) => fields !== undefined))).toEqual([1, 2]);
	const [one] = [foundOf([row(1, { fields: { transcription: 'a'.repeat(11_000_000) } })])];
	one.makeRoom();
	expect(one.oldestFirst()[0]?.fields).toBeDefined();
});

it('has asked up to the first call that was not handled, or to what may not be due yet', () => {
	const found = foundOf([row(10), row(20)]);
	expect([...found.asked(100)]).toEqual([['flow', 999_900]]);
	found.leave(row(20));
	found.leave(row(10));
	found.leave(row(5, { callFlow: 'another' }));
	expect([...found.asked(100)]).toEqual([['flow', 10]]);
});

it('keeps the newest of more calls than can be told apart', () => {
	const found = foundOf([row(1), row(2), row(3, { id: 'a' }), row(3, { id: 'b' })]);
	found.tell(row(9), false);
	expect(found.keepNewest(4)).toBeUndefined();
	expect(found.keepNewest(2)).toBe(3);
	expect(endsOf(found.oldestFirst())).toEqual([3, 3]);
	expect(found.keepNewest(0.5)).toBe(3);
	expect(endsOf(found.oldestFirst())).toEqual([3]);
});

it('leaves a call alone that is told of for two call flows, whenever it is told of again', () => {
	const found = foundOf([row(1), row(2)]);
	expect(found.tell(row(1, { callFlow: 'another' }), true)).toBe(false);
	found.add(row(1, { callFlow: 'another' }));
	expect(endsOf(found.oldestFirst())).toEqual([2]);
	expect([...found.toldTwice]).toEqual(['call 1']);
});
