import { hash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ApiRequest, CallsApi, NameList } from '../provider/calls-api';
import { isBlank } from '../provider/comparing';
import { asObject } from '../provider/objects';
import type { Access } from './access';
import { ApiTrouble } from './trouble';

/** More than anybody has in some days, even where all of its rows were changed meanwhile. */
const MOST_ROWS = 100_000;
/** A page counts for so many at least. */
const FEWEST_ROWS_OF_A_PAGE = 100;
/** So many pages in a row that tell nothing new, each of which names a next one, are read. */
const MOST_PAGES_IN_VAIN = 10;
/** Of what an API answers with, an id and a cursor are kept: a longer text is neither. */
const LONGEST_TEXT = 2_000;

const text = z.union([z.string().max(LONGEST_TEXT), z.number()]).transform(String);

/**
 * The rows of a list, page by page; with `rowsOfAPage`, which were asked for, it is seen where pages are missing. Throws an
 * ApiTrouble where the list cannot be read to its end: what it gave before that is right all the same.
 */
export async function* pagesOf<Call extends IDataObject>(
	{ api, named, ask }: Access<Call>,
	requestOf: (next: string | undefined) => ApiRequest,
	rowsOfAPage = Infinity,
): AsyncGenerator<readonly unknown[]> {
	const told = new Set<string>();
	let at: string | undefined;
	let pagesInVain = 0;
	const isPaged = api.paging === 'by number';
	let isShort = false;
	for (let room = MOST_ROWS; room > 0; ) {
		const answer = await ask(requestOf(at)).catch((error: unknown) => {
			if (!(error instanceof ApiTrouble && error.isOfOneAddress && isPaged) || at === undefined) throw error;
			if (!isShort) throw new ApiTrouble('cut list', named);
		});
		const list = answer && readList(answer.body, api);
		// Behind a page that is not full there may be none.
		if (list === undefined && isShort) return;
		if (list === undefined) throw new ApiTrouble('no list', named);
		const { rows, hasMore = rows.length >= rowsOfAPage } = list;
		yield rows;
		const before = told.size;
		for (const row of rows) {
			const name = textUnder(row, [...api.idNames, 'id']) ?? JSON.stringify(row);
			told.add(hash('sha256', name, 'base64url'));
		}
		pagesInVain = told.size > before ? 0 : pagesInVain + 1;
		isShort = isPaged && rows.length < rowsOfAPage;
		// Behind the last page is an empty one; some lists have one page, whichever is asked for.
		const isLast = rows.length === 0 || (pagesInVain > 0 && rows.length < rowsOfAPage);
		const next = isPaged && !isLast ? String(Number(at ?? 0) + 1) : list.next;
		if (next === undefined) {
			if (hasMore && !isPaged) throw new ApiTrouble('cut list', named);
			return;
		}
		if (pagesInVain > MOST_PAGES_IN_VAIN) throw new ApiTrouble('circle', named);
		at = next;
		room -= Math.max(rows.length, FEWEST_ROWS_OF_A_PAGE);
	}
	throw new ApiTrouble('too long a list', named, MOST_ROWS);
}

/** What a list gives names to, and the names of each, as they stand there. */
export async function namesIn<Call extends IDataObject>(access: Access<Call>, { page, chosen, name }: NameList) {
	const found = new Map<string, Set<string>>();
	for await (const rows of pagesOf(access, page)) {
		for (const row of rows) {
			const id = textUnder(row, [chosen]);
			const own = textUnder(row, [name]);
			if (id !== undefined) found.set(id, new Set([...(found.get(id) ?? []), ...(own === undefined ? [] : [own])]));
		}
	}
	return found;
}

/** A list as an API answers with it. */
interface List {
	readonly rows: readonly unknown[];
	/** Names the next page; undefined where none is named. */
	readonly next: string | undefined;
	/** What the answer says of whether there are more; undefined where it says nothing. */
	readonly hasMore: boolean | undefined;
}

type ListNames = Pick<CallsApi<never>, 'listNames' | 'cursorNames'>;

/**
 * Reads a list, which is all of the answer or of its `data`, or stands in one of them under one of these names; what is said of
 * further pages stands beside it, or in its `pagination`. Undefined where there is none.
 */
export function readList(body: unknown, { listNames, cursorNames }: ListNames): List | undefined {
	const data = asObject(body)?.data;
	const within = [data, body].flatMap((each): unknown[] => [each, ...listNames.map((name) => asObject(each)?.[name])]);
	const rows = within.find((each) => Array.isArray(each));
	if (!Array.isArray(rows)) return undefined;
	const beside = [body, data].reduce<IDataObject>(
		(all, each) => ({ ...all, ...asObject(each), ...asObject(asObject(each)?.pagination) }),
		{},
	);
	const cursor = cursorNames.map((name) => beside[name]).find((each) => each !== undefined);
	const hasCursor = cursor === undefined ? undefined : !isBlank(cursor);
	const hasMore = typeof beside.has_more === 'boolean' ? beside.has_more : hasCursor;
	return { rows, hasMore, next: hasMore ? text.safeParse(cursor).data : undefined };
}

/** The first of these keys that names something, as text. */
export function textUnder(row: unknown, names: readonly string[]): string | undefined {
	const object = asObject(row) ?? {};
	const own = names.filter((name) => Object.hasOwn(object, name)).map((name) => object[name]);
	return text.safeParse(own.find((each) => !isBlank(each))).data?.trim();
}
