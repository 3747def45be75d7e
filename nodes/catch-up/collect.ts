import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { IDS_ARE_KEPT_MS } from '../memory/register';
import type { ApiRequest } from '../provider/calls-api';
import { askApi, type Access } from './api';
import { ApiTrouble, trouble } from './api-trouble';
import type { CatchingUp } from './catching-up';
import { readList } from './read-list';
import type { Row, Unread } from './rows';
import { readRow } from './rows';
import { MINUTE_IN_MS } from './settings';

/** So much is asked for again each time: a row may come some time after its call has ended, and two clocks differ. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** Half of what the ids of calls are remembered for. */
export const FARTHEST_BACK_IN_MS = IDS_ARE_KEPT_MS / 2;
/** What calls hold on to until they are handed on, in characters; a long transcription has some 50,000. */
const MOST_CHARACTERS = 20_000_000;
/** More than a busy business has in 3.5 days, even where all of its rows were changed meanwhile. */
const MOST_ROWS = 20_000;
/** So many pages in a row without calls, each of which names a next one, are read. */
const MOST_EMPTY_PAGES = 10;
/** So long, and so often in a row, an asking waits for its next page where the API wants that. */
const LONGEST_PAUSE_IN_MS = 60_000;
const MOST_PAUSES = 3;
/** So often one asking makes its range smaller; the next one goes on from there. */
const MAX_HALVINGS = 3;

/** What one asking found. */
export interface Collected {
	/** Calls that were not handled, as far as this process knows, by their id. */
	readonly unknown: Map<string, Row>;
	/** The ids of all calls that the API told of, with the call flow that was asked for. */
	readonly told: Map<string, string>;
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
		// In a shorter range no call would be due.
		it.backMs = Math.max(
			it.backMs / 2,
			2 * (it.catchUp.afterMs + it.catchUp.everyMinutes * MINUTE_IN_MS + OVERLAP_IN_MS),
		);
	}
	throw trouble.tooMany(access, settings.history);
}

function shortened(history: number, since: number) {
	return {
		kind: 'shortened',
		message: `there were more calls than it can tell apart with a Deduplication History of ${history}, so those that ended before ${new Date(since).toISOString()} are not caught up. Raise that option`,
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
		told: new Map(),
		askedAt: new Map(),
		isPartial: false,
		isCut: false,
	};
	const count: Count = { calls: 0, rows: 0, unread: new Map() };
	const failed = new Map<string, ApiTrouble>();
	for (const callFlow of it.catchUp.callFlows) {
		const outcome = await collectFlow(it, access, callFlow, earliest, collected, count).catch(ofOneCallFlow);
		if (outcome === false) return undefined;
		if (outcome === true) continue;
		// Its mark stays where it is; the others are not to wait for it.
		failed.set(callFlow, outcome);
		collected.askedAt.delete(callFlow);
	}
	const [first] = failed.values();
	if (first !== undefined && failed.size === it.catchUp.callFlows.length) throw first;
	it.log.tell('call flows', first && trouble.someFlows([...failed.keys()], first));
	if (collected.isCut) collected.isPartial = true;
	it.log.tell('pages', collected.isCut ? trouble.cutList(access) : undefined);
	tellOfUnread(it, count);
	return collected;
}

/** A trouble that may be of one call flow alone. Throws any other. */
function ofOneCallFlow(error: unknown): ApiTrouble {
	if (error instanceof ApiTrouble && error.isOfOneCallFlow) return error;
	throw error;
}

/** What one asking has read so far. */
interface Count {
	calls: number;
	rows: number;
	readonly unread: Map<Unread, number>;
}

/** Reads all pages of one call flow. False where there are too many calls. */
async function collectFlow<Call extends IDataObject>(
	it: CatchingUp<Call>,
	access: Access,
	callFlow: string,
	earliest: number,
	collected: Collected,
	count: Count,
): Promise<boolean> {
	const { history } = it.settings;
	const ofFlow = { read: 0, unread: 0 };
	for await (const page of pagesOf(it, access, callFlow, earliest, collected)) {
		count.rows += page.length;
		// Old rows and such as are of no use cost time and memory too.
		if (count.rows > Math.max(history, MOST_ROWS)) return false;
		for (const each of page) {
			const row = readRow(it.provider, it.api, callFlow, each);
			if (typeof row === 'string') {
				count.unread.set(row, (count.unread.get(row) ?? 0) + 1);
				if (row !== 'of another call flow') ofFlow.unread++;
				continue;
			}
			ofFlow.read++;
			if ((collected.told.get(row.id) ?? callFlow) !== callFlow) throw trouble.sameCall(access);
			collected.told.set(row.id, callFlow);
			if (take(it, row, callFlow, earliest, collected)) count.calls++;
		}
		if (count.calls > history / 2) return false;
		holdNoMore(collected);
	}
	// Most rows unreadable is likelier the API's fault than that of these calls: without a mark they are asked for again.
	if (ofFlow.unread > ofFlow.read) collected.askedAt.delete(callFlow);
	return true;
}

function tellOfUnread<Call extends IDataObject>({ log }: CatchingUp<Call>, { unread }: Count): void {
	const kinds = [...unread].map(([why, count]) => `${count} ${count === 1 ? 'row' : 'rows'} ${why}`);
	log.tell(
		'rows',
		kinds.length === 0
			? undefined
			: { kind: kinds.join(), message: `passed over ${kinds.join(' and ')}, which cannot be caught up` },
	);
}

async function* pagesOf<Call extends IDataObject>(
	it: CatchingUp<Call>,
	access: Access,
	callFlow: string,
	earliest: number,
	collected: Collected,
): AsyncGenerator<readonly unknown[]> {
	const { api, marks } = it;
	const since = new Date(Math.max(marks.of(callFlow).asked - OVERLAP_IN_MS, earliest)).toISOString();
	const cursors = new Set<string>();
	let cursor: string | undefined;
	let emptyPages = 0;
	do {
		const request = api.calls(callFlow, since, cursor);
		const { body, date } = await (cursor === undefined
			? askApi(sendOf(it), access, request)
			: askPatiently(it, access, request));
		marks.tell(date);
		if (!collected.askedAt.has(callFlow)) collected.askedAt.set(callFlow, marks.at());
		const list = readList(body, api.listNames);
		if (list === undefined) throw trouble.noList(access);
		yield list.rows;
		const mayBeCut = list.hasMore ?? list.rows.length >= api.rowsOfAPage;
		if (mayBeCut && list.next === undefined) collected.isCut = true;
		emptyPages = list.rows.length === 0 ? emptyPages + 1 : 0;
		cursor = list.next;
		if (cursor !== undefined && (cursors.has(cursor) || emptyPages > MOST_EMPTY_PAGES)) throw trouble.circle(access);
		cursors.add(cursor ?? '');
	} while (cursor !== undefined && !it.hasEnded);
}

/** A further page, where the API limits how many it gives in a while: the next asking would begin with the first again. */
async function askPatiently<Call extends IDataObject>(it: CatchingUp<Call>, access: Access, request: ApiRequest) {
	for (let pauses = 0; ; pauses++) {
		const mayPause = pauses < MOST_PAUSES && !it.hasEnded;
		const answer = await askApi(sendOf(it), access, request).catch((error: unknown) => pauseOf(error, mayPause));
		if (typeof answer === 'object') return answer;
		await sleep(answer);
	}
}

/** How long the API wants a pause, in milliseconds. Throws what is no short one. */
function pauseOf(error: unknown, mayPause: boolean): number {
	const { retryAfterMs = Infinity } = error instanceof ApiTrouble ? error : {};
	if (!mayPause || retryAfterMs > LONGEST_PAUSE_IN_MS) throw error;
	return retryAfterMs;
}

/**
 * Looks at one row: whether it proves anything, and whether its call is due and nobody is known to have handled it. False
 * for one from before all that is asked for.
 */
function take<Call extends IDataObject>(
	it: CatchingUp<Call>,
	row: Row,
	callFlow: string,
	earliest: number,
	collected: Collected,
): boolean {
	const { ids, marks, catchUp } = it;
	const state = ids.stateOf(row.id);
	if (state === 'webhook' || state === 'before this process') marks.proved = true;
	if (state === 'webhook') {
		it.foundAt = Date.now();
	}
	if (row.endedAt < Math.max(marks.of(callFlow).from, earliest)) return false;
	const isDue = row.fields !== undefined && row.endedAt + catchUp.afterMs <= marks.at();
	if (isDue && state === 'open') collected.isPartial = true;
	if (isDue && state === undefined) collected.unknown.set(row.id, row);
	return true;
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
