import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import { isBlank } from '../provider/comparing';

const anObject = z.record(z.string(), z.unknown());
/** Of what an API answers with, an id and a cursor are kept: a longer text is neither. */
const LONGEST_TEXT = 2_000;
const text = z.union([z.string().max(LONGEST_TEXT), z.number()]).transform(String);

/** A list as an API answers with it, in whatever envelope. */
export interface ListRead {
	readonly rows: readonly unknown[];
	/** Names the next page; undefined where none is named. */
	readonly next: string | undefined;
	/** What the answer says of whether there are more; undefined where it says nothing. */
	readonly hasMore: boolean | undefined;
}

/**
 * Reads a list: bare, in `data`, under one of these names, or under one of them in `data`. Undefined where there is none.
 * What says whether there are more pages stands beside the list or beside `data`.
 */
export function readList(body: unknown, names: readonly string[]): ListRead | undefined {
	const beside: IDataObject[] = [];
	let inside = body;
	for (let depth = 0; depth < 3; depth++) {
		if (Array.isArray(inside)) return { rows: inside, ...pagingOf(beside) };
		const object = anObject.safeParse(inside);
		if (!object.success) return undefined;
		beside.unshift(Object(object.data));
		const name = [...names, 'data'].find((each) => Object.hasOwn(object.data, each) && !isBlank(object.data[each]));
		if (name === undefined) return undefined;
		inside = object.data[name];
	}
	return Array.isArray(inside) ? { rows: inside, ...pagingOf(beside) } : undefined;
}

function pagingOf(objects: readonly IDataObject[]): Pick<ListRead, 'next' | 'hasMore'> {
	const page = objects.flatMap((each): IDataObject[] => [each, Object(each.pagination), Object(each.meta)]);
	const says = page.find((each) => typeof each.has_more === 'boolean' || 'next_cursor' in each);
	const next = page.map((each) => each.next_cursor).find((each) => !isBlank(each));
	if (says === undefined) return { next: undefined, hasMore: undefined };
	const hasMore = says.has_more === undefined ? !isBlank(next) : says.has_more === true;
	return { next: hasMore ? text.safeParse(next).data : undefined, hasMore };
}

/** The first of these keys that names something, as text. */
export function textUnder(row: unknown, names: readonly string[]): string | undefined {
	const object = anObject.safeParse(row);
	if (!object.success) return undefined;
	const found = names.map((name) => (Object.hasOwn(object.data, name) ? object.data[name] : undefined));
	return text.safeParse(found.find((each) => !isBlank(each))).data?.trim();
}
