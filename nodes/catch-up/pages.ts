import type { ApiAnswer } from './api';
import type { Named } from './api-trouble';
import { trouble } from './api-trouble';
import { readList } from './read-list';

/** More than anybody has in some days, even where all of its rows were changed meanwhile. A page counts as a full one. */
const MOST_ROWS = 100_000;
/** So many pages in a row that tell nothing new, each of which names a next one, are read. */
const MOST_PAGES_IN_VAIN = 10;

/** A list of the API, to be read page by page. */
export interface Listed {
	readonly named: Named;
	readonly ask: (cursor: string | undefined) => Promise<ApiAnswer>;
	/** The keys that an answer may hold the list under. */
	readonly listNames: readonly string[];
	/** The most rows that one page is asked for. */
	readonly rowsOfAPage: number;
	/** Takes a page; whether it told something that no page before it did. */
	readonly take: (rows: readonly unknown[]) => boolean;
}

/** How the reading of a list came to its end. */
export type ReadTo = 'its end' | 'a full page that names no next one' | 'the most rows that are read';

/** Reads all pages of a list. Throws an ApiTrouble. */
export async function readPages({ named, ask, listNames, rowsOfAPage, take }: Listed): Promise<ReadTo> {
	let cursor: string | undefined;
	let pagesInVain = 0;
	for (let room = MOST_ROWS; room > 0; ) {
		const list = readList((await ask(cursor)).body, listNames);
		if (list === undefined) throw trouble.noList(named);
		const { rows, next, hasMore = rows.length >= rowsOfAPage } = list;
		pagesInVain = take(rows) ? 0 : pagesInVain + 1;
		if (next === undefined) return hasMore ? 'a full page that names no next one' : 'its end';
		if (pagesInVain > MOST_PAGES_IN_VAIN) throw trouble.circle(named);
		cursor = next;
		room -= Math.max(rows.length, rowsOfAPage);
	}
	return 'the most rows that are read';
}
