import type { IDataObject } from 'n8n-workflow';

import type { CallList } from '../provider/calls-api';
import type { Access } from './access';
import type { ApiClock } from './clock';
import type { Names } from './names';
import { pagesOf } from './pages';
import { beginningOf, isByName, type Reading, readRow, type Row, type Unread } from './rows';
import { ApiTrouble } from './trouble';

/** Two clocks may differ by a time zone, but not by more: such a row would be asked for again for ever. */
const FARTHEST_AHEAD_IN_MS = 24 * 3_600_000;

const isOfOthers = (row: Row | Unread): row is 'of another' | 'of no known' =>
	row === 'of another' || row === 'of no known';

/** What a list is read by. */
interface ListReading<Call extends IDataObject> {
	readonly reading: Reading<Call>;
	readonly access: Access<Call>;
	readonly names: Names;
	readonly clock: ApiClock;
	/** Since when calls are asked for, in milliseconds since the epoch, by the API's clock. */
	readonly since: number;
	/** Whether it matters whose call a row is that only a name tells. */
	readonly matters: (row: Row) => boolean;
	/** Hears of a row that cannot be used, to complete "1 row …". */
	readonly passOver: (what: string) => void;
}

/** A page's calls, and when it came, by the API's clock: what changes later is not in it. */
interface PageOfRows {
	readonly at: number;
	readonly rows: readonly Row[];
}

/**
 * The calls of one list, page by page. Throws where that is not possible to its end, or to what is old enough: what it gave
 * before that is right all the same.
 */
export async function* rowsOfList<Call extends IDataObject>(
	list: CallList,
	{ reading, access, names, clock, since, matters, passOver }: ListReading<Call>,
): AsyncGenerator<PageOfRows> {
	const { api } = reading;
	let [readable, unreadable, odd, hasOthersByName] = [0, 0, 0, false];
	const pages = pagesOf(access, (next) => list.page(new Date(since).toISOString(), next), api.rowsOfAPage);
	for await (const page of pages) {
		const at = clock.now();
		const rows: Row[] = [];
		for (const each of page) {
			let row = readRow(reading, list, names, each);
			// It may have a new name, or its name be another's now.
			const isNamed = typeof row !== 'string' && list.of === undefined && isByName(api, each) && matters(row);
			if ((isOfOthers(row) || isNamed) && (await names.ask(access, clock))) row = readRow(reading, list, names, each);
			hasOthersByName ||= isOfOthers(row) && isByName(api, each);
			if (typeof row === 'object') {
				if (row.startedAt - clock.now() < FARTHEST_AHEAD_IN_MS) rows.push(row);
				else passOver('dated more than a day ahead');
			} else if (isOfOthers(row)) {
				passOver(`${row} ${api.chosen.one}`);
			} else {
				passOver(row);
				unreadable++;
			}
		}
		readable += rows.length;
		odd += rows.filter(({ hasOddStatus }) => hasOddStatus).length;
		yield { at, rows };
		const old = page.filter((each) => (beginningOf(api, each) ?? since) < since);
		if (api.paging === 'by number' && old.length > page.length / 2) break;
	}
	// They may have other names now.
	if (hasOthersByName && names.failed) throw names.failed;
	// That is likelier the API's fault than that of these calls: they are asked for again.
	if (unreadable > readable) throw new ApiTrouble('no calls', access.named);
	if (odd > 0 && odd === readable) throw new ApiTrouble('no status', access.named);
}
