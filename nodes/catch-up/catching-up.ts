import type { IDataObject } from 'n8n-workflow';

import { begunHere } from '../n8n/begun-here';
import { kindOf } from '../delivery/call-id';
import type { CallList } from '../provider/calls-api';
import { type Claims, IDS_ARE_KEPT_MS } from '../memory/claims';
import { tellOnlyCaughtUp } from '../delivery/alert';
import { type Access, accessTo } from '../api/access';
import { ApiClock } from '../api/clock';
import { AskedAlone } from './asked-alone';
import { type ApiTrouble, troubleOf } from '../api/trouble';
import { drop, Found, type FoundCall, isDue, leave } from './found';
import { handOverUndelivered } from './hand-over';
import { lookUp, MOST_LOOKED_UP, proofBy, provedBy } from './look-up';
import { Names } from '../api/names';
import { patient } from '../api/patience';
import type { Row } from '../api/rows';
import { rowsOfList } from '../api/rows-of-list';
import { LookAlikes } from './look-alikes';
import { MINUTE_IN_MS } from './settings';
import type { Setup } from './setup';
import * as words from './words';
import { WithoutWebhook } from '../alerts/without-webhook';

/** So much is asked for again each time: a row may come some time after its call has ended, and two clocks differ. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** So long a call may go on: where lists are by when calls began, it is read back so much farther. */
const LONGEST_CALL_IN_MS = 6 * 60 * MINUTE_IN_MS;
/** So far back a call is caught up: half of what the ids of calls are remembered for. */
const FARTHEST_BACK_IN_MS = IDS_ARE_KEPT_MS / 2;
/** So long after its end an API may take to tell all of a call: a recording has to be made. */
const TELLS_ALL_AFTER_MS = 60 * MINUTE_IN_MS;
const SECOND_IN_MS = 1_000;
/** After so many executions in a row that n8n could not start, the next asking tries again. */
const MOST_FAILURES = 3;
/** So long what does not work may last before somebody is told: a key may be refused by a slip, an API may be down for a while. */
const KEY_FAILS_FOR_MS = 15 * MINUTE_IN_MS;
const API_FAILS_FOR_MS = 60 * MINUTE_IN_MS;
/** Of the day in which nothing proves it what was before this start may be a part: n8n may be started anew each night. */
const UNPROVED_FOR_MS = { inAll: 24 * 60 * MINUTE_IN_MS, sinceTheStart: 6 * 60 * MINUTE_IN_MS };

/** A call that is to be handed over, and is not handled yet. */
interface Unhandled {
	/** By the API's clock: when its list was last read before the API first told of it. */
	readonly changedAfter: number;
	/** Whether the last reading did not tell of it. */
	readonly isMissing: boolean;
}

/** A list as it was last read to its end. */
interface ReadList {
	/** When that was, and how far it has been asked for, by the API's clock: what changed before is handled. */
	readonly readAt: number;
	readonly asked: number;
	/** By the API's ids of the calls. */
	readonly unhandled: ReadonlyMap<string, Unhandled>;
}

/** One trigger that catches up on undelivered calls, from its start until it is published anew or stopped. */
export class CatchingUp<Call extends IDataObject> {
	private readonly clock = new ApiClock();

	private readonly register: Claims;

	private readonly lookAlikes: LookAlikes<Call>;

	private readonly names = new Names();

	private readonly alone: AskedAlone<Call>;

	/** The lists that were read to their end. */
	private readonly lists = new Map<string, ReadList>();

	/** What rows were passed over by the last asking. */
	private passedOver: ReadonlySet<string> = new Set();

	/** By what undelivered calls are known that n8n's list was looked up for, and did not know; absent before the first look-up. */
	private lookedUp?: Set<string>;

	/** By what the user chose. */
	private readonly withoutWebhook: ReadonlyMap<string, WithoutWebhook>;

	/** The API does not want to be asked before, by n8n's clock. */
	private notBefore = 0;

	/** Set where the trigger was stopped or published anew, or what it found forbids to go on. */
	private hasEnded = false;

	private asking: Promise<void> | undefined;

	private readonly startedAt = Date.now();

	/** `since` says since when what the user chose is asked for, by n8n's clock; undefined where that is kept no more. */
	constructor(
		private readonly setup: Setup<Call>,
		private since: ReadonlyMap<string, number> | undefined,
	) {
		this.register = setup.register;
		this.lookAlikes = new LookAlikes(setup);
		this.alone = new AskedAlone(setup);
		this.withoutWebhook = new Map(setup.catchUp.chosen.map((of) => [of, new WithoutWebhook()]));
	}

	stop(): void {
		this.hasEnded = true;
	}

	/** One asking, unless one goes on. Whatever goes wrong is told in n8n's log, and asked for again. */
	async ask(): Promise<void> {
		this.asking ??= this.askOnce().finally(() => (this.asking = undefined));
		await this.asking;
	}

	private async askOnce(): Promise<void> {
		if (this.hasEnded || Date.now() < this.notBefore) return;
		const { context, provider, api, log } = this.setup;
		let trouble: ApiTrouble | undefined;
		try {
			const access = patient(await accessTo(context, provider, api), this.clock, async (ms) => await this.wait(ms));
			const found = await this.readCalls(access);
			await this.learn(found);
			if (await this.askAlone(found, access)) await this.learn(found);
			if (this.lookAlikes.passOver(found, this.undelivered(found))) this.hasEnded = true;
			// Other assistants, say, have calls all the time: that there are some is said once, until there are none.
			for (const [what, rows] of found.passedOver)
				log.tell(what, { message: words.passedOver(rows, what), kind: what });
			for (const what of this.passedOver) if (!found.passedOver.has(what)) log.tell(what, false);
			this.passedOver = new Set(found.passedOver.keys());
			await this.handOver(found);
			this.moveOn(found);
			if (found.readAt.size === 0) [trouble] = found.failed.values();
		} catch (error) {
			trouble = troubleOf(error, { ...api, title: provider.title });
			this.notBefore = Date.now() + (trouble.retryAfterMs ?? 0);
		}
		this.tell(trouble);
	}

	/** Tells what came of an asking as a whole. */
	private tell(trouble: ApiTrouble | undefined): void {
		const { log, provider } = this.setup;
		if (trouble === undefined) {
			for (const part of ['key', 'api']) log.tell(part, false, `${provider.title} can be asked again`);
			return;
		}
		const { message, kind, isOfTheKey } = trouble;
		const alertAfterMs = isOfTheKey ? KEY_FAILS_FOR_MS : API_FAILS_FOR_MS;
		log.tell(isOfTheKey ? 'key' : 'api', { message, kind, forLog: words.ASKED_AGAIN, alertAfterMs });
		// An API that has trouble says nothing of the key, and may refuse it for that.
		if (!isOfTheKey) log.beginAnew('key');
	}

	/** Gives whether it goes on after that. */
	private async wait(milliseconds: number): Promise<boolean> {
		await this.setup.pace.wait(milliseconds);
		return !this.hasEnded;
	}

	/** Asks for all that there is since it last asked. Throws where the API cannot be asked at all. */
	private async readCalls(access: Access<Call>): Promise<Found> {
		const { api, catchUp, settings, log } = this.setup;
		const found = new Found();
		this.names.beginAsking();
		// Before anything is asked for, the API has to tell its time.
		if (!this.clock.isKnown) await this.names.ask(access, this.clock);
		const lists = api.lists(catchUp.chosen);
		for (const list of lists) {
			if (this.hasEnded) break;
			try {
				await this.readList(found, access, list);
			} catch (error) {
				const why = troubleOf(error, access.named);
				if (why.concernsAll) throw why;
				found.failed.set(list.name, why);
			}
		}
		const { failed, readAt, toldTwice } = found;
		// A list that nothing stands in yet may not be there, where another one is.
		for (const [list, why] of api.paging === 'by number' && readAt.size > 0 ? failed : []) {
			if (why.isOfOneAddress && why !== this.names.failed && !this.lists.has(list)) failed.delete(list);
		}
		const isChosen = lists.some(({ of }) => of !== undefined);
		const message = words.someFail(failed, isChosen ? `chosen ${api.chosen.more}` : 'lists of calls', isChosen);
		// Where all fail, that tells nothing of one that has failed for long.
		if (failed.size === 0) log.tell('lists', false);
		else if (failed.size < lists.length) log.tell('lists', { message, alertAfterMs: API_FAILS_FOR_MS });
		found.countPassedOver(`told of for two ${api.chosen.more}, without naming one`, toldTwice.size);
		const oldest = found.keepNewest(settings.history / 2);
		const tooMany = { kind: 'too many calls', alertAfterMs: 0, isForGood: true };
		log.tell(tooMany.kind, oldest !== undefined && { ...tooMany, message: words.tooMany(settings.history, oldest) });
		return found;
	}

	/** Reads the calls of one list. Throws where that is not possible to its end, or to what is old enough. */
	private async readList(found: Found, access: Access<Call>, list: CallList): Promise<void> {
		let readAt: number | undefined;
		const pages = rowsOfList(list, {
			...{ reading: this.setup, access, names: this.names, clock: this.clock, since: this.asksSince(list) },
			matters: (row) => this.dueStateOf(row) === 'due',
			passOver: (what) => found.countPassedOver(what),
		});
		for await (const rows of pages) {
			readAt ??= this.clock.now();
			for (const row of rows) {
				const call = this.take(row, found);
				if (row.hasOddStatus && call.state !== 'old' && !this.register.isHandled(call))
					found.countPassedOver('with a status that is not known');
			}
			found.makeRoom();
		}
		if (readAt !== undefined) found.readAt.set(list.name, readAt);
	}

	/** Looks at one row: whether it proves anything, and whether its call is due. */
	private take(told: Row, found: Found): FoundCall {
		const row = this.alone.complete(told);
		for (const id of row.ids) {
			if (this.register.stateOf(id) === 'webhook') this.setup.proof.giveBy(kindOf(id));
		}
		const isRecent = row.endedBy + TELLS_ALL_AFTER_MS > this.clock.now();
		return found.add(row, { state: this.dueStateOf(row), isRecent });
	}

	/** What is to be done with a row's call, by that alone. */
	private dueStateOf(row: Row): FoundCall['state'] {
		const farthestBack = this.clock.now() - FARTHEST_BACK_IN_MS;
		if (row.endedAt < Math.max(this.sinceOf(row.of), farthestBack)) return 'old';
		if (this.register.isHandled(row)) return 'dropped';
		if (row.endedBy + this.setup.catchUp.afterMs > this.clock.now()) return 'to come';
		return row.fields === undefined ? 'dropped' : 'due';
	}

	/** Since when one of what the user chose is asked for, by the API's clock. */
	private sinceOf(of: string): number {
		return this.clock.of(this.since?.get(of) ?? -Infinity);
	}

	/** What changed since then is asked for: until it has proved itself, calls of a longer time may do that. */
	private asksSince({ name, of }: CallList): number {
		const { api, catchUp } = this.setup;
		const now = this.clock.now();
		const since = Math.min(...(of === undefined ? catchUp.chosen : [of]).map((each) => this.sinceOf(each)));
		const farthest = Math.max(since, now - (this.setup.proof.isGiven ? FARTHEST_BACK_IN_MS : IDS_ARE_KEPT_MS));
		const asked = this.lists.get(name)?.asked ?? farthest;
		// One that is still to come was told by a clock that was wrong.
		const changedSince = asked > now ? farthest : Math.max(asked - OVERLAP_IN_MS, farthest);
		return api.listedSince === 'began' ? changedSince - LONGEST_CALL_IN_MS : changedSince;
	}

	/** What is due and nobody is known to have, the oldest first. */
	private undelivered(found: Found) {
		return found.due().filter(({ ids }) => this.register.stateOf(...ids) === undefined);
	}

	/**
	 * Asks alone for the calls that nobody is known to have, and whose rows lack something; until it has proved itself, for those
	 * that look like delivered ones too. Gives whether anything was told.
	 */
	private async askAlone(found: Found, access: Access<Call>): Promise<boolean> {
		this.alone.keepOnly(found.calls);
		const known = this.setup.proof.isGiven ? this.lookAlikes.sure(found) : undefined;
		const calls = this.undelivered(found).filter((call) => !known?.has(call));
		const take = (row: Row) => this.take(row, found);
		const { hasAsked, trouble } = await this.alone.ask(access, calls, take, () => this.hasEnded);
		if (trouble?.retryAfterMs !== undefined) this.notBefore = Date.now() + trouble.retryAfterMs;
		const failed = trouble && { message: words.someWait(trouble), kind: trouble.kind, alertAfterMs: API_FAILS_FOR_MS };
		this.setup.log.tell('alone', failed);
		return hasAsked;
	}

	/** Learns which of these calls were handled, and of which deliveries the calls are found. */
	private async learn(found: Found): Promise<void> {
		await this.lookUp(found);
		for (const call of found.calls.values()) this.register.noteRow(call);
	}

	/**
	 * Looks up in n8n's list the calls that the memory of this process cannot know: from before it began, and all where webhooks
	 * may come to others.
	 */
	private async lookUp(found: Found): Promise<void> {
		const { api, log, proof, settings } = this.setup;
		const undelivered = this.undelivered(found).filter((call) => !this.wouldKnow(call));
		const entries = [...new Set(undelivered.flatMap((call) => this.knownBy(call)))];
		const unknown = entries.filter((id) => !this.lookedUp?.has(id) && this.register.stateOf(id) === undefined);
		const proofs = [...found.calls.values()]
			.filter((call) => !isDue(call) && this.mayProve(call))
			.flatMap(({ ids }) => ids);
		// Once after a start it is looked up for a proof alone: who knows how long the line is quiet then.
		const isForProof = this.lookedUp === undefined && !proof.isGiven && (proofs.length > 0 || found.due().length > 0);
		// A worker must not record a call that was caught up before it has recorded the proof.
		const isToTell = undelivered.length > 0 && proof.toBeRecorded.size > 0;
		const isDone = unknown.length === 0 && !isForProof && (!isToTell || begunHere('trigger').any);
		if (this.hasEnded || isDone) return;
		const lookedUp = new Set(entries.filter((id) => this.lookedUp?.has(id)));
		const kinds = Object.keys(api.ids);
		const toLookUp = [...unknown, ...proofs].slice(0, MOST_LOOKED_UP);
		const handled = await lookUp(this.setup, [...toLookUp, ...kinds.map(proofBy)]);
		// What is not told is looked up by the next asking, but for what the execution of the call itself can find.
		const untold = new Set(handled === undefined ? unknown : unknown.slice(MOST_LOOKED_UP));
		const waits = (call: FoundCall) => handled !== undefined || this.knownBy(call).length > call.ids.length;
		for (const call of undelivered) if (waits(call) && this.knownBy(call).some((id) => untold.has(id))) leave(call);
		log.tell('list', handled === undefined && { message: words.LIST_DOES_NOT_TELL });
		if (handled === undefined) return;
		this.lookedUp = lookedUp;
		for (const kind of kinds) if (handled.has(proofBy(kind))) proof.kinds.set(kind, proof.kinds.get(kind) ?? -Infinity);
		for (const kind of provedBy(handled, kinds)) proof.kinds.set(kind, Date.now());
		if (this.since === undefined) this.goOnFromTheOldest(found, handled);
		for (const id of unknown.slice(0, MOST_LOOKED_UP)) {
			if (handled.has(id)) this.register.learn(id, settings.history);
			else lookedUp.add(id);
		}
	}

	/** By what n8n's list may know a call. */
	private knownBy({ ids, looks }: Pick<Row, 'ids' | 'looks'>): readonly string[] {
		return this.setup.api.looksAlike === 'the same' ? [...ids, ...looks] : ids;
	}

	/** Until it has proved itself: whether a call may have come by webhook before this process, and so prove it. */
	private mayProve({ ids, of, endedAt }: Pick<Row, 'ids' | 'of' | 'endedAt'>): boolean {
		const isKnown = this.register.stateOf(...ids) !== undefined || this.wouldKnow({ endedAt });
		return !this.setup.proof.isGiven && !isKnown && endedAt >= this.sinceOf(of);
	}

	/** Whether this process would have taken the webhook of this call: where executions begin, webhooks arrive too. */
	private wouldKnow({ endedAt }: Pick<Row, 'endedAt'>): boolean {
		// The API tells its time in whole seconds.
		const knowsSince = this.clock.of(this.register.since) + SECOND_IN_MS;
		return this.since !== undefined && begunHere('trigger').any && endedAt >= knowsSince;
	}

	/**
	 * Where it is kept no more since when it asks. What n8n's list knows by its id came while catching up was on; what ended
	 * before the oldest of that, of the same call flow, say, may be from before catching up, and is left alone.
	 */
	private goOnFromTheOldest(found: Found, handled: ReadonlySet<string>): void {
		const since = new Map(this.setup.catchUp.chosen.map((of) => [of, this.startedAt]));
		for (const { of, endedAt, ...call } of found.calls.values()) {
			const own = Math.min(since.get(of) ?? this.startedAt, endedAt - this.clock.of(0));
			if (this.knownBy(call).some((id) => handled.has(id))) since.set(of, own);
		}
		this.since = since;
		for (const call of found.due()) if (call.endedAt < this.sinceOf(call.of)) drop(call);
	}

	/** Hands over what is undelivered, the oldest first; what cannot be handed over now is asked for again. */
	private async handOver(found: Found): Promise<void> {
		if (this.hasEnded) return;
		const { api, log, proof, provider } = this.setup;
		const undelivered = this.undelivered(found);
		// Where nothing could be read, nothing could prove it.
		if (found.readAt.size > 0) {
			const hadBeenOnFor = this.startedAt - Math.min(this.startedAt, ...(this.since?.values() ?? []));
			const isUnproved = !proof.isGiven && (undelivered.length > 0 || this.register.hasDelivered());
			const unproved = {
				message: words.unproved(undelivered.length, provider.title, api),
				kind: 'unproved',
				alertAfterMs: Math.max(UNPROVED_FOR_MS.inAll - hadBeenOnFor, UNPROVED_FOR_MS.sinceTheStart),
			};
			log.tell('proof', isUnproved && unproved, proof.isGiven ? words.IS_PROVED : undefined);
		}
		if (!proof.isGiven || this.since === undefined) return;
		let failures = 0;
		for (const { state, fields, ...call } of undelivered) {
			if (this.hasEnded || failures >= MOST_FAILURES) break;
			if (state !== 'due') continue;
			const endedAt = this.clock.byOwnClock(call.endedAt);
			const became = await handOverUndelivered(this.setup, { ...call, fields, endedAt });
			failures = became === 'stuck' ? MOST_FAILURES : became === 'failed' ? failures + 1 : 0;
		}
		log.tell('n8n', failures >= MOST_FAILURES && { message: words.NEVER_BEGINS });
		this.noteDoors(found);
	}

	/** Tells somebody of calls that came by catching up alone. What ended before the start is no sign of that: n8n was away. */
	private noteDoors(found: Found): void {
		const isCaughtUp = ({ ids }: FoundCall) => this.register.stateOf(...ids) === 'catch_up';
		const sinceStart = found.inRange().filter(({ endedAt }) => endedAt >= this.clock.of(this.startedAt));
		// The webhooks first: a later call that came by one says that they come.
		const webhooksFirst = sinceStart.sort((one, other) => Number(isCaughtUp(one)) - Number(isCaughtUp(other)));
		for (const { rowId, ids, of, endedAt } of webhooksFirst) {
			const state = this.register.stateOf(...ids);
			// Where it was not wanted, its webhook may have been ignored too, in another process.
			if (state === undefined || state === 'open' || state === 'not wanted') continue;
			const calls = this.withoutWebhook.get(of)?.note(rowId, endedAt, state === 'catch_up' ? state : 'webhook');
			if (calls === undefined) continue;
			const since = this.clock.byOwnClock(calls.since);
			tellOnlyCaughtUp(this.setup.context, { ...calls, since, of: `of the ${this.setup.api.chosen.one} ${of}` });
		}
	}

	/**
	 * Notes how far it has asked: up to what may not have been due yet, and no further than the begin of a call that is unhandled, for
	 * it changed after that. A call that this reading does not tell of, though it went back so far, is dated ahead: it changed after
	 * the last reading before it was first told of, and that far it is asked for once more.
	 */
	private moveOn(found: Found): void {
		const { afterMs, everyMinutes } = this.setup.catchUp;
		const unhandled = found.inRange().filter((call) => call.state !== 'dropped' && !this.register.isHandled(call));
		for (const [list, readAt] of found.readAt) {
			let asked = readAt - afterMs - everyMinutes * MINUTE_IN_MS;
			const before = this.lists.get(list);
			const now = new Map<string, Unhandled>();
			for (const { rowId, startedAt } of unhandled.filter((call) => call.list === list)) {
				const changedAfter = before?.unhandled.get(rowId)?.changedAfter ?? before?.readAt ?? -Infinity;
				now.set(rowId, { changedAfter, isMissing: false });
				asked = Math.min(asked, startedAt);
			}
			for (const [rowId, { changedAfter, isMissing }] of before?.unhandled ?? []) {
				if (isMissing || found.calls.has(rowId)) continue;
				now.set(rowId, { changedAfter, isMissing: true });
				asked = Math.min(asked, changedAfter);
			}
			this.lists.set(list, { readAt, asked, unhandled: now });
		}
	}
}
