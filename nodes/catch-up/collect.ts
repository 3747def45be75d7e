import type { IDataObject } from 'n8n-workflow';

import { askApi, type Access } from './api';
import { trouble } from './api-trouble';
import type { CatchingUp } from './catching-up';
import { readList } from './read-list';
import type { Row } from './rows';
import { readRow } from './rows';

const MINUTE_IN_MS = 60_000;
/** What happens between a call's end and its row, and the steps of two clocks. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** Half of what the ids of calls are remembered for. */
export const FARTHEST_BACK_IN_MS = 3.5 * 24 * 60 * MINUTE_IN_MS;
/** What calls hold on to until they are handed on, in characters; a long transcription has some 50,000. */
const MOST_CHARACTERS = 20_000_000;
/** So often one asking makes its range smaller; the next one goes on from there. */
const MAX_HALVINGS = 3;

/** What one asking found. */
export interface Collected {
	/** Calls that were not handled, as far as this process knows, by their id. */
	readonly unknown: Map<string, Row>;
	/** The ids of all calls that the API told of. */
	readonly told: Set<string>;
	/** When each call flow was asked for, by the API's clock. */
	readonly askedAt: Map<string, number>;
	/** Whether some calls must be asked for again: they are still being worked on, or too many to hold. */
	isPartial: boolean;
	/** Whether a full page named no next one. */
	isCut: boolean;
}

/** Asks for all that changed in the chosen call flows. Throws an ApiTrouble where the API cannot be asked. */
export async function collect<Call extends IDataObject>(it: CatchingUp<Call>, access: Access): Promise<Collected> {
	const { marks, settings, log } = it;
	if (!marks.knowsTheTime) marks.tell((await askApi(sendOf(it), access, it.api.callFlows)).date);
	for (let halvings = 0; halvings <= MAX_HALVINGS; halvings++) {
		const earliest = marks.at() - it.backMs;
		const collected = await collectBackTo(it, access, earliest);
		if (collected !== undefined) {
			log.tell('range', it.backMs < FARTHEST_BACK_IN_MS ? shortened(settings.history, earliest) : undefined);
			// Another time there may be fewer.
			it.backMs = Math.min(it.backMs * 2, FARTHEST_BACK_IN_MS);
			return collected;
		}
		it.backMs /= 2;
	}
	throw trouble.tooMany(access, settings.history);
}

function shortened(history: number, since: number) {
	const day = new Date(since).toISOString();
	return {
		kind: 'shortened',
		message: `there were more calls than it can tell apart with a Deduplication History of ${history}, so those that ended before ${day} are not caught up. Raise that option`,
	};
}

/** Undefined where there are more calls than the history can tell apart from those that were delivered. */
async function collectBackTo<Call extends IDataObject>(
	it: CatchingUp<Call>,
	access: Access,
	earliest: number,
): Promise<Collected | undefined> {
	const collected: Collected = {
		unknown: new Map(),
		told: new Set<string>(),
		askedAt: new Map(),
		isPartial: false,
		isCut: false,
	};
	const unread = new Map<string, number>();
	let rowsRead = 0;
	for (const callFlow of it.catchUp.callFlows) {
		for await (const page of pagesOf(it, access, callFlow, earliest, collected)) {
			rowsRead += page.length;
			// Rows that are told of twice, or are of no use, cost time too.
			if (rowsRead > it.settings.history) return undefined;
			for (const each of page) {
				const row = readRow(it.provider, it.api, callFlow, each);
				if (typeof row === 'string') unread.set(row, (unread.get(row) ?? 0) + 1);
				else take(it, row, callFlow, earliest, collected);
			}
			if (collected.told.size > it.settings.history / 2) return undefined;
			holdNoMore(collected);
		}
	}
	// Where no row can be read, that is likelier to change than these calls are.
	const isReadable = unread.size === 0 || collected.told.size > 0;
	if (collected.isCut || !isReadable) collected.isPartial = true;
	it.log.tell('pages', collected.isCut ? trouble.cutList(access) : undefined);
	const kinds = [...unread].map(([why, count]) => `${count} ${count === 1 ? 'row' : 'rows'} ${why}`);
	it.log.tell(
		'rows',
		kinds.length === 0
			? undefined
			: { kind: kinds.join(), message: `passed over ${kinds.join(' and ')}, which cannot be caught up` },
	);
	return collected;
}

async function* pagesOf<Call extends IDataObject>(
	it: CatchingUp<Call>,
	access: Access,
	callFlow: string,
	earliest: number,
	collected: Collected,
): AsyncGenerator<readonly unknown[]> {
	const { api, catchUp, marks } = it;
	const overlap = catchUp.everyMinutes * MINUTE_IN_MS + catchUp.afterMs + OVERLAP_IN_MS;
	const since = new Date(Math.max(marks.of(callFlow).asked - overlap, earliest)).toISOString();
	const cursors = new Set<string>();
	let cursor: string | undefined;
	do {
		const { body, date } = await askApi(sendOf(it), access, api.calls(callFlow, since, cursor));
		marks.tell(date);
		if (!collected.askedAt.has(callFlow)) collected.askedAt.set(callFlow, marks.at());
		const list = readList(body, api.listNames);
		if (list === undefined) throw trouble.noList(access);
		yield list.rows;
		const mayBeCut = list.hasMore ?? list.rows.length >= api.rowsOfAPage;
		if (mayBeCut && list.next === undefined) collected.isCut = true;
		cursor = list.rows.length === 0 ? undefined : list.next;
		if (cursor !== undefined && cursors.has(cursor)) throw trouble.circle(access);
		cursors.add(cursor ?? '');
	} while (cursor !== undefined && !it.hasEnded);
}

/** Looks at one row: whether it proves anything, and whether its call is due and nobody is known to have handled it. */
function take<Call extends IDataObject>(
	it: CatchingUp<Call>,
	row: Row,
	callFlow: string,
	earliest: number,
	collected: Collected,
): void {
	const { ids, marks, catchUp } = it;
	collected.told.add(row.id);
	const state = ids.stateOf(row.id);
	if (state === 'webhook') marks.proved = true;
	const isHistory = row.endedAt < Math.max(marks.of(callFlow).from, earliest);
	const isDue = row.fields !== undefined && row.endedAt + catchUp.afterMs <= marks.at();
	if (isHistory || !isDue) return;
	if (state === 'open') collected.isPartial = true;
	if (state === undefined) collected.unknown.set(row.id, row);
}

/** Lets the youngest calls go where all together are too large: they are found again by the next asking. */
function holdNoMore(collected: Collected): void {
	const sizes = [...collected.unknown.values()].map((row) => ({ row, size: sizeOf(row) }));
	let total = sizes.reduce((sum, { size }) => sum + size, 0);
	if (total <= MOST_CHARACTERS) return;
	sizes.sort((a, b) => b.row.endedAt - a.row.endedAt);
	for (const { row, size } of sizes) {
		if (total <= MOST_CHARACTERS) break;
		collected.unknown.delete(row.id);
		collected.isPartial = true;
		total -= size;
	}
}

/** Most of a call is its longest texts. */
function sizeOf({ fields = {} }: Row): number {
	return Object.values(fields).reduce<number>(
		(sum, value) =>
			sum + (typeof value === 'string' ? value.length : typeof value === 'object' ? JSON.stringify(value).length : 8),
		200,
	);
}

function sendOf<Call extends IDataObject>({ context }: CatchingUp<Call>) {
	return async (options: Parameters<typeof context.helpers.httpRequest>[0]): Promise<unknown> =>
		await context.helpers.httpRequest(options);
}
