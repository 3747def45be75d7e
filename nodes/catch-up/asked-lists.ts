import type { IDataObject } from 'n8n-workflow';

import { someFail, tooMany } from '../alerts/catch-up-words';
import type { Access } from '../api/access';
import type { Row } from '../api/rows';
import { rowsOfList } from '../api/rows-of-list';
import { type ApiTrouble, troubleOf } from '../api/trouble';
import { kindOf } from '../delivery/call-id';
import { IDS_ARE_KEPT_MS } from '../memory/claims';
import type { CallList } from '../provider/calls-api';
import { Found, type FoundCall } from './found';
import { MINUTE_IN_MS } from './settings';
import { API_FAILS_FOR_MS, type Setup } from './setup';

/** So much is asked for again each time: a row may come some time after its call has ended, and two clocks differ. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** So long a call may go on: where lists are by when calls began, it is read back so much farther. */
const LONGEST_CALL_IN_MS = 6 * 60 * MINUTE_IN_MS;
/** So far back a call is caught up: half of what the ids of calls are remembered for. */
const FARTHEST_BACK_IN_MS = IDS_ARE_KEPT_MS / 2;
/** So long after its end an API may take to tell all of a call: a recording has to be made. */
const TELLS_ALL_AFTER_MS = 60 * MINUTE_IN_MS;
/** From the end of its call a webhook comes within this time, with all retries, and by clocks that differ a little. */
const COMES_WITHIN_MS = 45 * MINUTE_IN_MS;
/** So long a call is asked for of which the API tells no more: it may have been deleted there. */
const MISSING_FOR_MS = 6 * 60 * MINUTE_IN_MS;

/** A call that is to be handed over, and is not handled yet; by the API's clock. */
interface Unhandled {
	/** When its list was last read before the API first told of it. */
	readonly changedAfter: number;
	/** When the API last told of it. */
	readonly toldAt: number;
}

/** A list as it was last read to its end. */
interface ReadList {
	/** When that was, and how far it has been asked for, by the API's clock: what changed before is handled. */
	readonly readAt: number;
	readonly asked: number;
	/** By the API's ids of the calls. */
	readonly unhandled: ReadonlyMap<string, Unhandled>;
}

/** The lists that the calls of one trigger stand in: what they tell of, and how far each has been asked for. */
export class AskedLists<Call extends IDataObject> {
	/** Those that were read to their end. */
	private readonly read = new Map<string, ReadList>();

	/** When each was last asked for, in milliseconds of `performance.now()`. */
	private readonly triedAt = new Map<string, number>();

	/** `complete` adds to a row what was told of its call alone. */
	constructor(
		private readonly setup: Setup<Call>,
		private readonly complete: (row: Row) => Row,
	) {}

	/** Asks for all that there is since it last asked. Throws where the API cannot be asked at all. */
	async ask(access: Access<Call>): Promise<Found> {
		const { api, catchUp, settings, register, clock, log, names, end } = this.setup;
		names.beginAsking();
		// Before anything is asked for, the API has to tell its time.
		if (!clock.isKnown) await names.ask(access, clock);
		const found = new Found(register, clock.now() - FARTHEST_BACK_IN_MS);
		// A limit that always meets the same list must not keep those behind it from being asked for.
		const triedAt = ({ name }: CallList) => this.triedAt.get(name) ?? -Infinity;
		const lists = [...api.lists(catchUp.chosen)].sort((one, other) => triedAt(one) - triedAt(other));
		let ofAll: ApiTrouble | undefined;
		for (const list of lists) {
			if (end.signal.aborted) break;
			try {
				if (ofAll === undefined) await this.readList(found, access, list);
				else found.failed.set(list.name, ofAll);
			} catch (error) {
				const why = troubleOf(error, access.named);
				found.failed.set(list.name, why);
				if (why.concernsAll) ofAll = why;
			}
		}
		const { failed, readAt, toldTwice } = found;
		// A list that nothing stands in yet may not be there, where another one is.
		for (const [list, why] of api.paging === 'by number' && readAt.size > 0 ? failed : []) {
			if (why.isOfOneAddress && why !== names.failed && !this.read.has(list)) failed.delete(list);
		}
		const isChosen = lists.some(({ of }) => of !== undefined);
		const message = someFail(failed, isChosen ? `chosen ${api.chosen.more}` : 'lists of calls', isChosen);
		// Where all fail, that tells nothing of one that has failed for long.
		if (failed.size === 0) log.tell('lists', false);
		else if (failed.size < lists.length) log.tell('lists', { message, alertAfterMs: API_FAILS_FOR_MS });
		found.countPassedOver(`told of for two ${api.chosen.more}, without naming one`, toldTwice.size);
		const oldest = found.keepNewest(settings.history / 2);
		const trouble = { kind: 'too many calls', alertAfterMs: 0, isForGood: true };
		log.tell(trouble.kind, oldest !== undefined && { ...trouble, message: tooMany(settings.history, oldest) });
		return found;
	}

	/** Reads the calls of one list. Throws where that is not possible to its end, or to what is old enough. */
	private async readList(found: Found, access: Access<Call>, list: CallList): Promise<void> {
		const { register, clock, names } = this.setup;
		this.triedAt.set(list.name, performance.now());
		let readAt: number | undefined;
		const pages = rowsOfList(list, {
			...{ reading: this.setup, access, names, clock, since: this.asksSince(list) },
			matters: (row) => this.dueStateOf(row, found) === 'due',
			passOver: (what) => found.countPassedOver(what),
		});
		for await (const { at, rows } of pages) {
			readAt ??= at;
			for (const row of rows) {
				const call = this.take(row, found);
				if (row.hasOddStatus && call.state !== 'old' && !register.isHandled(call))
					found.countPassedOver('with a status that is not known');
			}
			found.makeRoom();
		}
		if (readAt !== undefined) found.readAt.set(list.name, readAt);
	}

	/** Looks at one row: whether it proves anything, and whether its call is due. */
	take(told: Row, found: Found): FoundCall {
		const { proof, clock } = this.setup;
		const row = this.complete(told);
		for (const id of row.ids) if (this.isProof(row, id)) proof.giveBy(kindOf(id));
		const isRecent = row.endedBy + TELLS_ALL_AFTER_MS > clock.now();
		return found.add(row, { state: this.dueStateOf(row, found), isRecent });
	}

	/**
	 * Whether a call that came by webhook is found by this id, at about the time at which it came: else the API's times are read
	 * wrongly, those of another zone, say.
	 */
	private isProof({ startedAt, endedBy }: Row, id: string): boolean {
		const { register, clock } = this.setup;
		const isThen = (at: number) => at > startedAt - COMES_WITHIN_MS && at < endedBy + COMES_WITHIN_MS;
		return register.webhooksOf([id]).some(({ at }) => [clock.of(at), clock.byItsClock(at)].some(isThen));
	}

	/** What is to be done with a row's call, by that alone. */
	private dueStateOf(row: Row, found: Found): FoundCall['state'] {
		const { register, catchUp, since, clock } = this.setup;
		if (row.endedAt < Math.max(since.of(row.of), found.farthestBack)) return 'old';
		if (register.isHandled(row)) return 'dropped';
		if (row.endedBy + catchUp.afterMs > clock.now()) return 'to come';
		return row.fields === undefined ? 'dropped' : 'due';
	}

	/** What changed since then is asked for: until it has proved itself, calls of a longer time may do that. */
	private asksSince({ name, of }: CallList): number {
		const { api, catchUp, since, proof, clock } = this.setup;
		const now = clock.now();
		const first = Math.min(...(of === undefined ? catchUp.chosen : [of]).map((each) => since.of(each)));
		const farthest = Math.max(first, now - (proof.isGiven ? FARTHEST_BACK_IN_MS : IDS_ARE_KEPT_MS));
		const asked = this.read.get(name)?.asked ?? farthest;
		// One that is still to come was told by a clock that was wrong.
		const changedSince = asked > now ? farthest : Math.max(asked - OVERLAP_IN_MS, farthest);
		return api.listedSince === 'began' ? changedSince - LONGEST_CALL_IN_MS : changedSince;
	}

	/**
	 * Notes how far it has asked: up to what may not have been due yet, and no further than the begin of a call that is unhandled, for
	 * it changed after that. A call that this reading does not tell of, though it went back so far, is dated ahead, or the API tells
	 * of less for a while: it changed after the last reading before it was first told of, and that far it is asked for.
	 */
	moveOn(found: Found): void {
		const { catchUp, register } = this.setup;
		const unhandled = found.inRange().filter((call) => call.state !== 'dropped' && !register.isHandled(call));
		for (const [list, readAt] of found.readAt) {
			let asked = readAt - catchUp.afterMs - catchUp.everyMinutes * MINUTE_IN_MS;
			const before = this.read.get(list);
			const now = new Map<string, Unhandled>();
			for (const { rowId, startedAt } of unhandled.filter((call) => call.list === list)) {
				const changedAfter = before?.unhandled.get(rowId)?.changedAfter ?? before?.readAt ?? -Infinity;
				now.set(rowId, { changedAfter, toldAt: readAt });
				asked = Math.min(asked, startedAt);
			}
			for (const [rowId, missing] of before?.unhandled ?? []) {
				if (found.calls.has(rowId) || readAt - missing.toldAt > MISSING_FOR_MS) continue;
				now.set(rowId, missing);
				asked = Math.min(asked, missing.changedAfter);
			}
			this.read.set(list, { readAt, asked, unhandled: now });
		}
	}
}
