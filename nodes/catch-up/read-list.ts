import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod/v4';

import { isBlank } from '../provider/comparing';

const anObject = z.record(z.string(), z.unknown());
const text = z.union([z.string(), z.number()]).transform(String);

/** A list as an API answers with it, in whatever envelope. */
export interface ListRead {
	readonly rows: readonly unknown[];
	/** Names the next page; undefined where this is the last. */
	readonly next: string | undefined;
}

/**
 * Reads a list: bare, in `data`, under one of these names, or under one of them in `data`. Undefined where there is none.
 * What says whether there are more pages stands beside the list or beside `data`.
 */
export function readList(body: unknown, names: readonly string[]): ListRead | undefined {
	const beside: IDataObject[] = [];
	let inside = body;
	for (let depth = 0; depth < 3; depth++) {
		if (Array.isArray(inside)) return { rows: inside, next: nextOf(beside) };
		const object = anObject.safeParse(inside);
		if (!object.success) return undefined;
		beside.unshift(Object(object.data));
		const name = [...names, 'data'].find((each) => Object.hasOwn(object.data, each) && !isBlank(object.data[each]));
		if (name === undefined) return undefined;
		inside = object.data[name];
	}
	return Array.isArray(inside) ? { rows: inside, next: nextOf(beside) } : undefined;
}

function nextOf(objects: readonly IDataObject[]): string | undefined {
	const page = objects.flatMap((each) => [each, Object(each.pagination), Object(each.meta)]);
	if (page.some((each) => each.has_more === false)) return undefined;
	const cursor = page.map((each) => each.next_cursor).find((each) => !isBlank(each));
	return text.safeParse(cursor).data;
}

/** The first of these keys that names something, as text. */
export function textUnder(row: unknown, names: readonly string[]): string | undefined {
	const object = anObject.safeParse(row);
	if (!object.success) return undefined;
	const found = names.map((name) => (Object.hasOwn(object.data, name) ? object.data[name] : undefined));
	return text.safeParse(found.find((each) => !isBlank(each))).data?.trim();
}
