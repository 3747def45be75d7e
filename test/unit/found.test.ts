import { Claims } from '../../nodes/memory/claims';
import { Found } from '../../nodes/catch-up/found';
import type { Row } from '../../nodes/api/rows';

const row = (endedAt: number, more: Partial<Row> = {}): Row => ({
	...{
		rowId: `call ${endedAt}`,
		ids: [],
		looks: [],
		of: 'flow',
		list: 'flow',
		fields: { call_id: String(endedAt) },
		hasOddStatus: false,
		startedAt: endedAt,
		endedAt,
		endedBy: endedAt,
	},
	...more,
});

const DUE = { state: 'due', isRecent: false } as const;

function foundOf(rows: readonly Row[]): Found {
	const found = new Found(new Claims(), -Infinity);
	for (const each of rows) found.add(each, DUE);
	return found;
}

const endsOf = (rows: ReadonlyArray<Pick<Row, 'endedAt'>>) => rows.map(({ endedAt }) => endedAt);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => count - at);
const heldBy = (found: Found) => endsOf(found.due().filter(({ fields }) => fields !== undefined));

it('gives what is due, the oldest first', () => {
	const found = foundOf([row(3), row(1), row(2)]);
	found.add(row(0), { ...DUE, state: 'old' });
	found.add(row(4), { ...DUE, state: 'to come' });
	expect(endsOf(found.due())).toEqual([1, 2, 3]);
	expect(found.calls.get('call 4')?.fields).toBeUndefined();
});

it('holds the fields of the oldest thousand', () => {
	const found = foundOf(upTo(1_010).map((at) => row(at)));
	found.makeRoom();
	expect(found.due()).toHaveLength(1_010);
	expect(heldBy(found)).toEqual(upTo(1_000).reverse());
});

it('holds fewer where they are long, and the oldest however long it is', () => {
	const found = foundOf([1, 2, 3].map((at) => row(at, { fields: { transcription: 'a'.repeat(6_000_000) } })));
	found.makeRoom();
	expect(heldBy(found)).toEqual([1, 2]);
	const one = foundOf([row(1, { fields: { transcription: 'a'.repeat(11_000_000) } })]);
	one.makeRoom();
	expect(heldBy(one)).toEqual([1]);
});

it('keeps the newest of more calls than can be told apart', () => {
	const found = foundOf([row(1), row(2), row(3, { rowId: 'a' }), row(3, { rowId: 'b' })]);
	found.add(row(9), { ...DUE, state: 'old' });
	expect(found.keepNewest(4)).toBeUndefined();
	expect(found.keepNewest(2)).toBe(3);
	expect(endsOf(found.due())).toEqual([3, 3]);
	expect(found.keepNewest(0.5)).toBe(3);
	expect(endsOf(found.due())).toEqual([3]);
	// One is looked at however short the history is.
	expect(foundOf([row(1)]).keepNewest(0.5)).toBeUndefined();
});

it('leaves a call alone that is told of for two call flows, whenever it is told of again', () => {
	const found = foundOf([row(1), row(2)]);
	found.add(row(1, { of: 'another' }), DUE);
	found.add(row(1, { of: 'another' }), DUE);
	expect(endsOf(found.due())).toEqual([2]);
	expect([...found.toldTwice]).toEqual(['call 1']);
});
