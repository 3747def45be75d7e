import type { Access } from '../../nodes/api/access';
import { pagesOf, readList, textUnder } from '../../nodes/api/pages';
import { callsApi as qCallsApi } from '../../nodes/QCall/calls-api';
import type { QCallCall } from '../../nodes/QCall/payload';

const rows = [{ id: 'a' }, { id: 'b' }];
const names = ['calls'];

it.each<[string, unknown, string | undefined, boolean | undefined]>([
	['as it is documented', { data: { calls: rows, has_more: true, next_cursor: 'c' } }, 'c', true],
	['its last page', { data: { calls: rows, has_more: false, next_cursor: null } }, undefined, false],
	[
		'a cursor that is not to be followed',
		{ data: { calls: rows, has_more: false, next_cursor: 'c' } },
		undefined,
		false,
	],
	['without data around it', { calls: rows, next_cursor: 'c' }, 'c', true],
	['with a number for a cursor', { calls: rows, next_cursor: 7 }, '7', true],
	['with paging beside data', { data: rows, has_more: true, next_cursor: 'c' }, 'c', true],
	['with more, and no cursor', { data: rows, has_more: true }, undefined, true],
	['in data', { data: rows }, undefined, undefined],
	['bare', rows, undefined, undefined],
])('reads a list %s', (_how, body, next, hasMore) => {
	expect(readList(body, names)).toEqual({ rows, next, hasMore });
});

it.each([
	null,
	undefined,
	'text',
	7,
	{},
	{ error: 'no' },
	{ data: { rows } },
	{ data: { data: { data: { data: rows } } } },
])('finds none in %j', (body) => expect(readList(body, names)).toBeUndefined());

it('reads what a row is named by, under the first key that names something', () => {
	expect(textUnder({ id: '', call_id: 7 }, ['id', 'call_id'])).toBe('7');
	expect(textUnder({ id: ' a ' }, ['id'])).toBe('a');
	for (const row of [null, [], 'a', { id: {} }, { other: 'a' }]) expect(textUnder(row, ['id'])).toBeUndefined();
	expect(textUnder({}, ['constructor'])).toBeUndefined();
});

it('reads all pages of a list whose rows have no id', async () => {
	const pages = [0, 1, 2].map((page) =>
		Array.from({ length: 2 }, (_, each) => ({ name: `Assistant ${page}-${each}` })),
	);
	const access: Pick<Access<QCallCall>, 'api' | 'named' | 'ask'> = {
		api: qCallsApi,
		named: { ...qCallsApi, title: 'QCall' },
		ask: async ({ query }) => ({ body: { success: true, data: pages[Number(query.page)] ?? [] }, date: undefined }),
	};
	const read: unknown[] = [];
	const page = (at = '0') => ({ path: '/any', query: { page: at } });
	for await (const rows of pagesOf(access, page)) read.push(...rows);
	expect(read).toEqual(pages.flat());
});
