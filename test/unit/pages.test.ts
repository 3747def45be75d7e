import type { Access } from '../../nodes/api/access';
import { pagesOf, readList, textUnder } from '../../nodes/api/pages';
import { ApiTrouble, troubleOf } from '../../nodes/api/trouble';
import { callsApi } from '../../nodes/CallScaler/calls-api';
import type { CallScalerCall } from '../../nodes/CallScaler/payload';
import { callsApi as qCallsApi } from '../../nodes/QCall/calls-api';
import type { QCallCall } from '../../nodes/QCall/payload';

const rows = [{ id: 'a' }, { id: 'b' }];
const names = { listNames: ['calls'], cursorNames: ['next_cursor', 'after'] };

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
	['with a cursor of another name', { calls: rows, after: 'c' }, 'c', true],
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

describe('a list whose answers name the next page', () => {
	const named = { ...callsApi, title: 'CallScaler' };
	const page = (next: string | undefined) => ({ path: '/any', query: { next } });

	/** How many pages are read of it, and why no more. */
	async function readFrom(answerOf: (page: number) => unknown, rowsOfAPage?: number) {
		let pages = 0;
		const ask: Access<CallScalerCall>['ask'] = async () => ({ body: answerOf(pages), date: undefined });
		try {
			for await (const _ of pagesOf({ api: callsApi, named, ask }, page, rowsOfAPage)) pages++;
		} catch (error) {
			return { pages, why: troubleOf(error, named).kind };
		}
		return { pages };
	}

	it('has at most 100,000 rows, of which a page counts for a hundred at least', async () => {
		const rowsOf = (page: number, count: number) => Array.from({ length: count }, (_, at) => ({ id: `${page}-${at}` }));
		const of = (count: number) => (page: number) => ({ data: rowsOf(page, count), next_cursor: 'on' });
		expect(await readFrom(of(1))).toEqual({ pages: 1_000, why: 'too long a list 100000' });
		expect(await readFrom(of(1_000))).toEqual({ pages: 100, why: 'too long a list 100000' });
	});

	it.each([
		['says that there are more', { data: rows, has_more: true }, 'cut list '],
		['is full, and says nothing', { data: rows }, 'cut list '],
		['is full, and says that there are no more', { data: rows, has_more: false }, undefined],
		['is not full', { data: [{ id: 'a' }] }, undefined],
	])('is cut where a page names no next one, and %s', async (_what, body, why) => {
		expect(await readFrom(() => body, 2)).toEqual({ pages: 1, ...(why && { why }) });
	});

	it('is not at its end where the next page is not there, or is no list', async () => {
		const first = { data: [{ id: 'a' }], next_cursor: 'on' };
		const gone = (page: number) => {
			if (page > 0) throw new ApiTrouble('not there', named, 404);
			return first;
		};
		expect(await readFrom(gone, 2)).toEqual({ pages: 1, why: 'not there 404' });
		expect(await readFrom((page) => (page > 0 ? {} : first), 2)).toEqual({ pages: 1, why: 'no list ' });
	});
});

describe('a list in pages by number', () => {
	const named = { ...qCallsApi, title: 'QCall' };
	const page = (at = '0') => ({ path: '/any', query: { page: at } });

	/** What is read of it, where each page of two rows is answered so. */
	async function readFrom(answerOf: (page: number) => unknown): Promise<unknown[]> {
		const ask: Access<QCallCall>['ask'] = async ({ query }) => ({
			body: answerOf(Number(query.page)),
			date: undefined,
		});
		const read: unknown[] = [];
		for await (const rows of pagesOf({ api: qCallsApi, named, ask }, page, 2)) read.push(...rows);
		return read;
	}

	it('is read to its end where its rows have no id', async () => {
		const pages = [0, 1, 2].map((at) => [0, 1].map((each) => ({ name: `Assistant ${at}-${each}` })));
		expect(await readFrom((at) => ({ success: true, data: pages[at] ?? [] }))).toEqual(pages.flat());
	});

	it.each([new ApiTrouble('failing', named, 503), new ApiTrouble('no network', named, 'ECONNRESET'), new Error('odd')])(
		'is not at its end where asking for the next page fails: %s',
		async (error) => {
			const answerOf = (at: number) => {
				if (at > 0) throw error;
				return [{ id: 'a' }];
			};
			await expect(readFrom(answerOf)).rejects.toBe(error);
		},
	);
});
