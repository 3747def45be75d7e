import type { IDataObject } from 'n8n-workflow';

import { begunHere } from '../delivery/begun-here';
import { kindOf, mostIdsOf } from '../delivery/call-id';
import type { CallList } from '../provider/calls-api';
import { type Claims, claimsOf, IDS_ARE_KEPT_MS } from '../memory/claims';
import { tellOnlyCaughtUp } from '../delivery/alert';
import { type Access, accessTo, type ApiAnswer, type ApiRequest } from '../api/access';
import { ApiClock } from './api-clock';
import { AskedAlone } from './asked-alone';
import { ApiTrouble, troubleOf } from '../api/trouble';
import { drop, Found, type FoundCall, isDue, leave } from './found';
import { handOverUndelivered } from './hand-over';
import { lookUp, MOST_LOOKED_UP, proofBy, proofOf, provedBy } from './look-up';
import { Names } from '../api/names';
import { namesIn, pagesOf } from '../api/pages';
import { beginningOf, isByName, readRow, type Row } from '../api/rows';
import { MadeUpIds } from './made-up-ids';
import { OtherLegs } from './other-legs';
import { MINUTE_IN_MS } from './settings';
import type { Setup } from './setup';
import type { SameCalls } from './same-calls';
import * as words from './words';
import { WithoutWebhook } from './without-webhook';

/** So much is asked for again each time: a row may come some time after its call has ended, and two clocks differ. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** So long a call may go on: where lists are by when calls began, it is read back so much farther. */
const LONGEST_CALL_IN_MS = 6 * 60 * MINUTE_IN_MS;
/** So far back a call is caught up: half of what the ids of calls are remembered for. */
const FARTHEST_BACK_IN_MS = IDS_ARE_KEPT_MS / 2;
/** So long after its end an API may take to tell all of a call: a recording has to be made. */
const TELLS_ALL_AFTER_MS = 60 * MINUTE_IN_MS;
const SECOND_IN_MS = 1_000;
/** So long, and so often in a row, an asking waits where the API wants that, rather than to begin anew. */
const LONGEST_PAUSE_IN_MS = 60_000;
const MOST_PAUSES = 3;
/** After so many executions in a row that n8n could not start, the next asking tries again. */
const MOST_FAILURES = 3;
/** n8n's list drops its oldest entries first: without the proof, calls that were caught up would count as delivered. */
const PROOF_IS_RECORDED_EVERY_MS = 24 * 60 * MINUTE_IN_MS;
/** So long what does not work may last before somebody is told: a key may be refused by a slip, an API may be down for a while. */
const KEY_FAILS_FOR_MS = 15 * MINUTE_IN_MS;
const API_FAILS_FOR_MS = 60 * MINUTE_IN_MS;
/** Of the day in which nothing proves it what was before this start may be a part: n8n may be started anew each night. */
const UNPROVED_FOR_MS = { inAll: 24 * 60 * MINUTE_IN_MS, sinceTheStart: 6 * 60 * MINUTE_IN_MS };

const isOfOthers = (row: unknown) => row === 'of another' || row === 'of no known';

/** By what n8n's list may know a call. */
const entriesOf = ({ ids, alike }: Pick<Row, 'ids' | 'alike'>): string[] => [...ids, ...alike];

/** One trigger that catches up on undelivered calls, from its start until it is published anew or stopped. */
export class CatchingUp<Call extends IDataObject> {
	private readonly clock = new ApiClock();

	private readonly register: Claims;

	private readonly sameCalls: SameCalls;

	private readonly stopHolding: () => void;

	private readonly names = new Names();

	private readonly alone: AskedAlone<Call>;

	/** How far each list has been asked for, by the API's clock: what changed before is handled. */
	private readonly asked = new Map<string, number>();

	/** The ids of undelivered calls that n8n's list was looked up for, and did not know; absent before the first look-up. */
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
		this.register = claimsOf(setup.trigger);
		this.sameCalls =
			setup.api.looksAlike === 'the same'
				? new MadeUpIds(setup, this.register, this.history)
				: new OtherLegs(setup, this.register);
		this.alone = new AskedAlone(setup, (id) => this.register.learn(id, this.history));
		this.stopHolding = this.register.hold();
		this.withoutWebhook = new Map(setup.catchUp.chosen.map((of) => [of, new WithoutWebhook()]));
	}

	stop(): void {
		this.hasEnded = true;
		this.stopHolding();
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
			const access = this.patiently(await accessTo(context, provider, api));
			const found = await this.readCalls(access);
			await this.lookUp(found);
			if (await this.askAlone(found, access)) await this.lookUp(found);
			if (this.sameCalls.passOver(found, this.undelivered(found))) this.hasEnded = true;
			await this.handOver(found);
			this.moveOn(found);
			if (found.readAt.size === 0) [trouble] = found.failed.values();
		} catch (error) {
			trouble = troubleOf(error, { ...api, title: provider.title });
			this.notBefore = Date.now() + (trouble.retryAfterMs ?? 0);
		}
		const recovered = trouble === undefined ? `${provider.title} can be asked again` : undefined;
		const told = (isOfTheKey: boolean, alertAfterMs: number) =>
			trouble?.isOfTheKey === isOfTheKey && {
				message: trouble.message,
				kind: trouble.kind,
				forLog: words.ASKED_AGAIN,
				alertAfterMs,
			};
		// An API that has trouble says nothing of the key, and may refuse it for that.
		if (trouble?.isOfTheKey === false) log.beginAnew('key');
		else log.tell('key', told(true, KEY_FAILS_FOR_MS), recovered);
		if (trouble?.isOfTheKey !== true) log.tell('api', told(false, API_FAILS_FOR_MS), recovered);
	}

	/** Asks for all that there is since it last asked. Throws where the API cannot be asked at all. */
	private async readCalls(access: Access<Call>): Promise<Found> {
		const { api, catchUp, settings, log } = this.setup;
		const found = new Found();
		// Before anything is asked for, the API has to tell its time.
		if (!this.clock.isKnown) await this.readNames(found, access);
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
		const { failed, passedOver, readAt, toldTwice } = found;
		// A list that nothing stands in yet may not be there, where another one is.
		for (const [list, why] of api.paging === 'by number' && readAt.size > 0 ? failed : []) {
			if (why.isOfOneAddress && why !== found.namesFailed && !this.asked.has(list)) failed.delete(list);
		}
		const isChosen = lists.some(({ of }) => of !== undefined);
		const message = words.someFail(failed, isChosen ? `chosen ${api.chosen.more}` : 'lists of calls', isChosen);
		// Where all fail, that tells nothing of one that has failed for long.
		if (failed.size === 0) log.tell('lists', false);
		else if (failed.size < lists.length) log.tell('lists', { message, alertAfterMs: API_FAILS_FOR_MS });
		found.countUnread(`told of for two ${api.chosen.more}, without naming one`, toldTwice.size);
		// Other assistants, say, have calls all the time.
		const kind = [...passedOver.keys()].sort().join();
		log.tell('rows', passedOver.size > 0 && { message: words.passedOver(passedOver), kind });
		const oldest = found.keepNewest(settings.history / 2);
		const tooMany = { message: words.tooMany(settings.history, oldest ?? 0), kind: 'too many calls' };
		log.tell(tooMany.kind, oldest !== undefined && { ...tooMany, alertAfterMs: 0, isForGood: true });
		return found;
	}

	/** Asks what is called how now, once an asking. Without names, no row is judged by its own. */
	private async readNames(found: Found, access: Access<Call>): Promise<boolean> {
		if (found.hasNames) return false;
		found.hasNames = true;
		const names = await namesIn(access, access.api.names).catch((error: unknown) => {
			// What is wrong with this list need not be wrong with the calls.
			if (!(error instanceof ApiTrouble) || error.concernsAll) throw error;
			found.namesFailed = error;
			return new Map<string, Set<string>>();
		});
		this.names.tell(names, this.clock.now());
		return true;
	}

	/** Reads the calls of one list. Throws where that is not possible to its end, or to what is old enough. */
	private async readList(found: Found, access: Access<Call>, list: CallList): Promise<void> {
		const { names, setup } = this;
		const { paging, rowsOfAPage, chosen } = setup.api;
		const since = this.asksSince(list);
		let readAt: number | undefined;
		let [readable, unreadable, odd, hasUnknown] = [0, 0, 0, false];
		const pages = pagesOf(access, (next) => list.page(new Date(since).toISOString(), next), rowsOfAPage);
		for await (const rows of pages) {
			readAt ??= this.clock.now();
			let old = 0;
			for (const each of rows) {
				let row = readRow(setup, list, names, each);
				// It may have a new name, or its name be another's now.
				const isNamed = typeof row !== 'string' && this.stateOf(row) === 'due' && isByName(setup.api, list, each);
				if ((isOfOthers(row) || isNamed) && (await this.readNames(found, access)))
					row = readRow(setup, list, names, each);
				if (isOfOthers(row)) {
					found.countUnread(`${row} ${chosen.one}`, 1);
					hasUnknown ||= row === 'of no known';
				} else if (typeof row === 'string') {
					found.countUnread(row, 1);
					unreadable++;
				} else {
					const call = this.take(row, found);
					readable++;
					if (row.hasOddStatus) odd++;
					if (row.hasOddStatus && call.isInRange && !this.isHandled(call))
						found.countUnread('with a status that is not known', 1);
				}
				if ((beginningOf(setup.api, each) ?? since) < since) old++;
			}
			found.makeRoom();
			if (paging === 'by number' && old > rows.length / 2) break;
		}
		if (hasUnknown && found.namesFailed) throw found.namesFailed;
		// That is likelier the API's fault than that of these calls: they are asked for again.
		if (unreadable > readable) throw new ApiTrouble('no calls', access.named);
		if (odd > 0 && odd === readable) throw new ApiTrouble('no status', access.named);
		if (readAt !== undefined) found.readAt.set(list.name, readAt);
	}

	/** Looks at one row: whether it proves anything, and whether its call is due. */
	private take(told: Row, found: Found): FoundCall {
		const row = this.alone.complete(told);
		for (const id of row.ids) {
			if (this.register.stateOf(id) === 'webhook') this.prove(kindOf(id));
		}
		const isRecent = row.endedAt + TELLS_ALL_AFTER_MS > this.clock.now();
		return found.add(row, { isInRange: this.isInRange(row), state: this.stateOf(row), isRecent });
	}

	private isInRange({ of, endedAt }: Row): boolean {
		return endedAt >= this.earliestOf(of);
	}

	/** What is to be done with a row's call, by that alone. */
	private stateOf(row: Row): FoundCall['state'] {
		if (!this.isInRange(row) || this.isHandled(row)) return 'dropped';
		if (row.endedAt + this.setup.catchUp.afterMs > this.clock.now()) return 'to come';
		return row.fields === undefined ? 'dropped' : 'due';
	}

	/** How long it had been on when n8n started it here, in milliseconds. */
	private hadBeenOnFor(): number {
		return this.startedAt - Math.min(...(this.since?.values() ?? [this.startedAt]));
	}

	/** How many ids are remembered. */
	private get history(): number {
		return this.setup.settings.history * mostIdsOf(this.setup.api);
	}

	private get proved(): Map<string, number> {
		return proofOf(this.setup.trigger).kinds;
	}

	private get isProved(): boolean {
		return this.proved.size > 0;
	}

	private prove(kind: string): void {
		if (Date.now() - (this.proved.get(kind) ?? -Infinity) < PROOF_IS_RECORDED_EVERY_MS) return;
		proofOf(this.setup.trigger).toBeRecorded.add(kind);
		this.proved.set(kind, Date.now());
	}

	/** Since when one of what the user chose is asked for, by the API's clock. */
	private sinceOf(of: string): number {
		return this.since === undefined ? -Infinity : this.clock.of(this.since.get(of) ?? Date.now());
	}

	/** What ended before is not caught up. */
	private earliestOf(of: string): number {
		return Math.max(this.sinceOf(of), this.clock.now() - FARTHEST_BACK_IN_MS);
	}

	/** What changed since then is asked for: until it has proved itself, calls of a longer time may do that. */
	private asksSince({ name, of }: CallList): number {
		const { api, catchUp } = this.setup;
		const now = this.clock.now();
		const since = Math.min(...(of === undefined ? catchUp.chosen : [of]).map((each) => this.sinceOf(each)));
		const farthest = Math.max(since, now - (this.isProved ? FARTHEST_BACK_IN_MS : IDS_ARE_KEPT_MS));
		const asked = this.asked.get(name) ?? farthest;
		// One that is still to come was told by a clock that was wrong.
		const changedSince = asked > now ? farthest : Math.max(asked - OVERLAP_IN_MS, farthest);
		return api.paging === 'by number' ? changedSince - LONGEST_CALL_IN_MS : changedSince;
	}

	private isHandled({ ids }: Pick<Row, 'ids'>): boolean {
		const state = this.register.stateOf(...ids);
		return state !== undefined && state !== 'open';
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
		this.alone.keepOnly(found.calls, ({ ids }) => this.isHandled({ ids }));
		const known = this.isProved ? this.sameCalls.sure?.(found) : undefined;
		const calls = this.undelivered(found).filter((call) => !known?.has(call));
		const { hasAsked, trouble } = await this.alone.ask(access, calls, {
			take: (call) => this.take(call, found),
			isOfUse: (id) => this.proved.has(kindOf(id)),
			hasEnded: () => this.hasEnded,
		});
		if (trouble?.retryAfterMs !== undefined) this.notBefore = Date.now() + trouble.retryAfterMs;
		const failed = trouble && { message: words.someWait(trouble), kind: trouble.kind, alertAfterMs: API_FAILS_FOR_MS };
		this.setup.log.tell('alone', failed);
		return hasAsked;
	}

	/**
	 * Looks up in n8n's list the calls that the memory of this process cannot know: from before it began, and all where webhooks
	 * may come to others.
	 */
	private async lookUp(found: Found): Promise<void> {
		const undelivered = this.undelivered(found).filter((call) => !this.wouldKnow(call));
		const entries = [...new Set(undelivered.flatMap(entriesOf))];
		const unknown = entries.filter((id) => !this.lookedUp?.has(id) && this.register.stateOf(id) === undefined);
		const proofs = [...found.calls.values()]
			.filter((call) => !isDue(call) && this.mayProve(call))
			.flatMap(({ ids }) => ids);
		// Once after a start it is looked up for a proof alone: who knows how long the line is quiet then.
		const isForProof = this.lookedUp === undefined && !this.isProved && (proofs.length > 0 || found.due().length > 0);
		// A worker must not record a call that was caught up before it has recorded the proof.
		const isToTell = undelivered.length > 0 && proofOf(this.setup.trigger).toBeRecorded.size > 0;
		const isDone = unknown.length === 0 && !isForProof && (!isToTell || begunHere('trigger').any);
		if (this.hasEnded || isDone) return;
		const lookedUp = new Set(entries.filter((id) => this.lookedUp?.has(id)));
		const { api, log } = this.setup;
		const kinds = Object.keys(api.ids);
		const asked = [...unknown, ...proofs].slice(0, MOST_LOOKED_UP);
		const handled = await lookUp(this.setup, [...asked, ...kinds.map(proofBy)]);
		// What is not told is looked up by the next asking, but for what the execution of the call itself can find.
		const untold = new Set(handled === undefined ? unknown : unknown.slice(MOST_LOOKED_UP));
		const waits = (call: FoundCall) => handled !== undefined || call.alike.length > 0;
		for (const call of undelivered) if (waits(call) && entriesOf(call).some((id) => untold.has(id))) leave(call);
		const goesOn = this.isProved && this.since !== undefined && undelivered.some(({ state }) => state === 'due');
		log.tell('list', handled === undefined && { message: words.listDoesNotTell(goesOn) });
		if (handled === undefined) return;
		this.lookedUp = lookedUp;
		for (const kind of kinds) if (handled.has(proofBy(kind))) this.proved.set(kind, this.proved.get(kind) ?? -Infinity);
		for (const kind of provedBy(handled, kinds)) this.proved.set(kind, Date.now());
		if (this.since === undefined) this.goOnFromTheOldest(found, handled);
		for (const id of unknown.slice(0, MOST_LOOKED_UP)) {
			if (handled.has(id)) this.register.learn(id, this.history);
			else lookedUp.add(id);
		}
	}

	/** Until it has proved itself: whether a call may have come by webhook before this process, and so prove it. */
	private mayProve({ ids, of, endedAt }: Pick<Row, 'ids' | 'of' | 'endedAt'>): boolean {
		const isKnown = this.register.stateOf(...ids) !== undefined || this.wouldKnow({ endedAt });
		return !this.isProved && !isKnown && endedAt >= this.sinceOf(of);
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
			const own = Math.min(since.get(of) ?? this.startedAt, this.clock.byOwnClock(endedAt));
			if (entriesOf(call).some((id) => handled.has(id))) since.set(of, own);
		}
		this.since = since;
		for (const call of found.due()) if (call.endedAt < this.sinceOf(call.of)) drop(call);
	}

	/** Hands over what is undelivered, the oldest first; what cannot be handed over now is asked for again. */
	private async handOver(found: Found): Promise<void> {
		if (this.hasEnded) return;
		const { api, log, provider } = this.setup;
		const undelivered = this.undelivered(found);
		const { length } = undelivered;
		// Where nothing could be read, nothing could prove it.
		if (this.isProved || found.readAt.size > 0) {
			const isUnproved = !this.isProved && (length > 0 || this.register.hasDelivered());
			const unproved = {
				message: words.unproved(length, provider.title, api),
				kind: 'unproved',
				alertAfterMs: Math.max(UNPROVED_FOR_MS.inAll - this.hadBeenOnFor(), UNPROVED_FOR_MS.sinceTheStart),
			};
			log.tell('proof', isUnproved && unproved, this.isProved ? words.IS_PROVED : undefined);
		}
		if (!this.isProved || this.since === undefined) return;
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
	 * Notes how far it has asked: up to what may not have been due yet, and no further than the begin of a call that is left. So
	 * the API tells of it again until it is due, whatever its time stands for: it changed after that.
	 */
	private moveOn(found: Found): void {
		const { afterMs, everyMinutes } = this.setup.catchUp;
		const left = found.inRange().filter((call) => call.state !== 'dropped' && !this.isHandled(call));
		for (const [list, readAt] of found.readAt) {
			let asked = readAt - afterMs - everyMinutes * MINUTE_IN_MS;
			for (const call of left) if (call.list === list) asked = Math.min(asked, call.startedAt);
			this.asked.set(list, asked);
		}
	}

	/** The same access, which asks again after a pause where the API wants a short one. */
	private patiently(access: Access<Call>): Access<Call> {
		const ask = async (request: ApiRequest, pauses = request.mayWait ? MOST_PAUSES : 0): Promise<ApiAnswer> => {
			const answer = await access.ask(request).catch((error: unknown) => {
				const { retryAfterMs = Infinity } = error instanceof ApiTrouble ? error : {};
				if (this.hasEnded || pauses === 0 || retryAfterMs > LONGEST_PAUSE_IN_MS) throw error;
				return retryAfterMs;
			});
			if (typeof answer === 'number') {
				await this.setup.pace.wait(answer);
				return await ask(request, pauses - 1);
			}
			this.clock.tell(answer.date);
			return answer;
		};
		return { ...access, ask };
	}
}
