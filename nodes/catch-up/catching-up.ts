import type { IDataObject } from 'n8n-workflow';

import { begunHere } from '../delivery/begun-here';
import { type Claims, claimsOf, IDS_ARE_KEPT_MS } from '../memory/claims';
import { tellOnlyCaughtUp } from '../delivery/alert';
import { foldText } from '../provider/comparing';
import { type Access, accessTo, type ApiAnswer, type ApiRequest } from '../api/access';
import { ApiClock } from './api-clock';
import { ApiTrouble, troubleOf } from '../api/trouble';
import { Found } from './found';
import { handOverUndelivered } from './hand-over';
import { lookUp, MOST_LOOKED_UP, PROOF, proofOf } from './look-up';
import { callFlowsOf, pagesOf } from '../api/pages';
import { readRow, type Row } from './rows';
import { MINUTE_IN_MS } from './settings';
import type { Setup } from './setup';
import { twinsAmong } from './same-call-other-id';
import * as words from './words';
import { WithoutWebhook } from './without-webhook';

/** So much is asked for again each time: a row may come some time after its call has ended, and two clocks differ. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** So far back a call is caught up: half of what the ids of calls are remembered for. */
const FARTHEST_BACK_IN_MS = IDS_ARE_KEPT_MS / 2;
const SECOND_IN_MS = 1_000;
/** So long, and so often in a row, an asking waits where the API wants that, rather than to begin anew. */
const LONGEST_PAUSE_IN_MS = 60_000;
const MOST_PAUSES = 3;
/** After so many executions in a row that n8n could not start, the next asking tries again. */
const MOST_FAILURES = 3;
/** So long what does not work may last before somebody is told: a key may be refused by a slip, an API may be down for a while. */
const KEY_FAILS_FOR_MS = 15 * MINUTE_IN_MS;
const API_FAILS_FOR_MS = 60 * MINUTE_IN_MS;
/** Of the day in which nothing proves it what was before this start may be a part: n8n may be started anew each night. */
const UNPROVED_FOR_MS = { inAll: 24 * 60 * MINUTE_IN_MS, sinceTheStart: 6 * 60 * MINUTE_IN_MS };

/** One trigger that catches up on undelivered calls, from its start until it is published anew or stopped. */
export class CatchingUp<Call extends IDataObject> {
	private readonly clock = new ApiClock();

	private readonly ids: Claims;

	private readonly stopHolding: () => void;

	/** The names that each call flow has had since the start, as the API told them. */
	private readonly names: ReadonlyMap<string, Set<string>>;

	/** How far each call flow has been asked for, by the API's clock: what changed before is handled. */
	private readonly asked = new Map<string, number>();

	/** The undelivered calls that n8n's list was looked up for, and did not know; absent before the first look-up. */
	private lookedUp?: Set<string>;

	/** Whether a call that came by webhook was once found among the API's rows under its id. */
	private isProved: boolean;

	/** By their call flow. */
	private readonly withoutWebhook: ReadonlyMap<string, WithoutWebhook>;

	/** When a call that had come to this process was last found there, by n8n's clock. */
	private foundAt = -Infinity;

	/** The API does not want to be asked before, by n8n's clock. */
	private notBefore = 0;

	/** Set where the trigger was stopped or published anew, or what it found forbids to go on. */
	private hasEnded = false;

	private asking: Promise<void> | undefined;

	private readonly startedAt = Date.now();

	/** `since` says since when each call flow is asked for, by n8n's clock; undefined where that is kept no more. */
	constructor(
		private readonly setup: Setup<Call>,
		private since: ReadonlyMap<string, number> | undefined,
	) {
		this.ids = claimsOf(setup.trigger);
		this.stopHolding = this.ids.hold();
		this.names = new Map(setup.catchUp.callFlows.map((callFlow) => [callFlow, new Set()]));
		this.withoutWebhook = new Map(setup.catchUp.callFlows.map((callFlow) => [callFlow, new WithoutWebhook()]));
		// Published anew before an execution has recorded it.
		this.isProved = proofOf(setup.trigger).isToBeRecorded;
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
		const { context, provider, api, catchUp, log } = this.setup;
		let trouble: ApiTrouble | undefined;
		try {
			const found = await this.readCalls(this.patiently(await accessTo(context, provider, api)));
			await this.lookUp(found);
			this.passOverTwins(found);
			await this.handOver(found);
			this.moveOn(found);
			if (found.failed.size === catchUp.callFlows.length) [trouble] = found.failed.values();
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
		log.tell('key', told(true, KEY_FAILS_FOR_MS), recovered);
		// An API that has trouble may refuse a key for that.
		if (trouble?.isOfTheKey !== true) log.tell('api', told(false, API_FAILS_FOR_MS), recovered);
	}

	/** Asks for all that changed in the call flows. Throws where the API cannot be asked at all. */
	private async readCalls(access: Access<Call>): Promise<Found> {
		const { catchUp, settings, log } = this.setup;
		const found = new Found();
		// Before anything is asked for, the API has to tell its time.
		if (!this.clock.isKnown) await this.readNames(found, access);
		for (const callFlow of catchUp.callFlows) {
			if (this.hasEnded) break;
			try {
				await this.readCallFlow(found, access, callFlow);
			} catch (error) {
				const why = troubleOf(error, access.named);
				if (why.concernsAll) throw why;
				found.failed.set(callFlow, why);
			}
		}
		const { failed, passedOver, toldTwice } = found;
		const someFail = failed.size > 0 && failed.size < catchUp.callFlows.length;
		log.tell('call flows', someFail && { message: words.someFail(failed), alertAfterMs: API_FAILS_FOR_MS });
		found.passOver('told of for two call flows, without naming one', toldTwice.size);
		log.tell('rows', passedOver.size > 0 && { message: words.passedOver(passedOver) });
		const oldest = found.keepNewest(settings.history / 2);
		const kind = 'too many calls';
		log.tell(kind, oldest !== undefined && { message: words.tooMany(settings.history, oldest), kind, alertAfterMs: 0 });
		return found;
	}

	/** Asks what the call flows are called now, once an asking. Without names, no row is judged by its own. */
	private async readNames(found: Found, access: Access<Call>): Promise<boolean> {
		if (found.hasNames) return false;
		found.hasNames = true;
		const callFlows = await callFlowsOf(access).catch((error: unknown) => {
			// What is wrong with this list need not be wrong with the calls.
			if (!(error instanceof ApiTrouble) || error.concernsAll) throw error;
			return new Map<string, undefined>();
		});
		for (const [id, name] of callFlows) {
			if (name !== undefined) this.names.get(id)?.add(foldText(name));
		}
		return true;
	}

	/** Reads the calls of one call flow. Throws where that is not possible to their end. */
	private async readCallFlow(found: Found, access: Access<Call>, callFlow: string): Promise<void> {
		const { provider, api } = this.setup;
		const flow = { id: callFlow, names: this.names.get(callFlow) ?? new Set<string>() };
		const updatedSince = new Date(this.asksSince(callFlow)).toISOString();
		let readAt: number | undefined;
		let [readable, unreadable] = [0, 0];
		const pages = pagesOf(access, (cursor) => api.calls(callFlow, updatedSince, cursor), api.rowsOfAPage);
		for await (const rows of pages) {
			readAt ??= this.clock.now();
			for (const each of rows) {
				let row = readRow(provider, api, flow, each);
				// It may have a new name.
				const isOfAnother = row === 'of another call flow';
				if (isOfAnother && (await this.readNames(found, access))) row = readRow(provider, api, flow, each);
				if (typeof row === 'string') found.passOver(row, 1);
				else this.take(row, found);
				if (typeof row !== 'string') readable++;
				else if (row !== 'of another call flow') unreadable++;
			}
			found.makeRoom();
		}
		// Most rows unreadable is likelier the API's fault than that of these calls: they are asked for again.
		if (unreadable <= readable && readAt !== undefined) found.readAt.set(callFlow, readAt);
	}

	/** Looks at one row: whether it proves anything, and whether its call is due. */
	private take(row: Row, found: Found): void {
		const state = this.ids.stateOf(row.id);
		if (state === 'webhook') this.foundAt = Date.now();
		if (state === 'webhook' || state === 'before this process') this.prove();
		const hasEnded = row.fields !== undefined && row.endedAt + this.setup.catchUp.afterMs <= this.clock.now();
		const isInRange = row.endedAt >= this.earliestOf(row.callFlow);
		found.add(row, { isInRange, isDue: isInRange && hasEnded && !this.isHandled(row.id) });
	}

	private prove(): void {
		if (!this.isProved) proofOf(this.setup.trigger).isToBeRecorded = true;
		this.isProved = true;
	}

	/** How long it had been on when n8n started it here, in milliseconds. */
	private hadBeenOnFor(): number {
		return this.startedAt - Math.min(...(this.since?.values() ?? [this.startedAt]));
	}

	/** Since when a call flow is asked for, by the API's clock. */
	private sinceOf(callFlow: string): number {
		return this.since === undefined ? -Infinity : this.clock.of(this.since.get(callFlow) ?? Date.now());
	}

	/** What ended before is not caught up. */
	private earliestOf(callFlow: string): number {
		return Math.max(this.sinceOf(callFlow), this.clock.now() - FARTHEST_BACK_IN_MS);
	}

	/** What changed since then is asked for: until it has proved itself, calls of a longer time may do that. */
	private asksSince(callFlow: string): number {
		const now = this.clock.now();
		const farthest = Math.max(this.sinceOf(callFlow), now - (this.isProved ? FARTHEST_BACK_IN_MS : IDS_ARE_KEPT_MS));
		const asked = this.asked.get(callFlow) ?? farthest;
		// One that is still to come was told by a clock that was wrong.
		return asked > now ? farthest : Math.max(asked - OVERLAP_IN_MS, farthest);
	}

	private isHandled(id: string): boolean {
		const state = this.ids.stateOf(id);
		return state !== undefined && state !== 'open';
	}

	/** What is due and nobody is known to have, the oldest first. */
	private undelivered(found: Found) {
		return found.due().filter(({ id }) => this.ids.stateOf(id) === undefined);
	}

	/**
	 * Looks up in n8n's list the calls that the memory of this process cannot know: from before it began, and all where webhooks
	 * may come to others.
	 */
	private async lookUp(found: Found): Promise<void> {
		const undelivered = this.undelivered(found).filter((call) => !this.wouldKnow(call));
		const unknown = undelivered.map(({ id }) => id).filter((id) => !this.lookedUp?.has(id));
		const proofs = [...found.calls.values()].filter((call) => !call.isDue && this.mayProve(call)).map(({ id }) => id);
		// Once after a start it is looked up for a proof alone: who knows how long the line is quiet then.
		const isForProof = this.lookedUp === undefined && !this.isProved && (proofs.length > 0 || found.due().length > 0);
		if (this.hasEnded || (unknown.length === 0 && !isForProof)) return;
		const lookedUp = new Set(undelivered.map(({ id }) => id).filter((id) => this.lookedUp?.has(id)));
		this.lookedUp = lookedUp;
		const calls = [...unknown, ...proofs].slice(0, MOST_LOOKED_UP);
		const handled = await lookUp(this.setup, calls);
		const goesOn = this.isProved && this.since !== undefined;
		this.setup.log.tell('list', handled === undefined && { message: words.listDoesNotTell(goesOn) });
		if (handled === undefined) return;
		if (handled.has(PROOF)) this.isProved = true;
		// Until the proof nothing is handed over, so what was handled came by webhook.
		else if (handled.size > 0) this.prove();
		if (this.since === undefined) this.goOnFromTheOldest(found, handled);
		for (const id of unknown.slice(0, MOST_LOOKED_UP)) {
			if (handled.has(id)) this.ids.learn(id, this.setup.settings.history);
			else lookedUp.add(id);
		}
	}

	/** Until it has proved itself: whether a call may have come by webhook before this process, and so prove it. */
	private mayProve({ id, callFlow, endedAt }: Pick<Row, 'id' | 'callFlow' | 'endedAt'>): boolean {
		const isKnown = this.ids.stateOf(id) !== undefined || this.wouldKnow({ endedAt });
		return !this.isProved && !isKnown && endedAt >= this.sinceOf(callFlow);
	}

	/** Whether this process would have taken the webhook of this call: where executions begin, webhooks arrive too. */
	private wouldKnow({ endedAt }: Pick<Row, 'endedAt'>): boolean {
		// The API tells its time in whole seconds.
		const knowsSince = this.clock.of(this.ids.since) + SECOND_IN_MS;
		return this.since !== undefined && begunHere('trigger').any && endedAt >= knowsSince;
	}

	/**
	 * Where it is kept no more since when it asks. What n8n's list knows by its id came while catching up was on; what ended
	 * before the oldest of that, in the same call flow, may be from before catching up, and is left alone.
	 */
	private goOnFromTheOldest(found: Found, handled: ReadonlySet<string>): void {
		const since = new Map(this.setup.catchUp.callFlows.map((callFlow) => [callFlow, this.startedAt]));
		for (const { id, callFlow, endedAt } of found.calls.values()) {
			const own = Math.min(since.get(callFlow) ?? this.startedAt, this.clock.byOwnClock(endedAt));
			if (handled.has(id)) since.set(callFlow, own);
		}
		this.since = since;
		for (const call of found.due()) call.isDue = call.endedAt >= this.sinceOf(call.callFlow);
	}

	/** Ends the catching up where the API has other ids than the webhook; other legs of delivered calls are passed over. */
	private passOverTwins(found: Found): void {
		const twins = twinsAmong(this.undelivered(found), found.calls, this.ids.byLooks(), this.foundAt);
		const { log, provider } = this.setup;
		const [legs, strangers] = [twins.legs.length, twins.strangers.length];
		for (const call of twins.legs) call.isDue = false;
		// Of call flows that were not read to their end, the call's own row may be missing yet.
		for (const call of twins.strangers) call.fields = undefined;
		if (strangers === 0 || found.failed.size > 0) {
			log.tell('legs', legs > 0 && { message: words.otherLegs(legs) });
			return;
		}
		this.hasEnded = true;
		log.tell('ids', { message: words.otherIds(strangers, provider.title), alertAfterMs: 0 });
	}

	/** Hands over what is undelivered, the oldest first; what cannot be handed over now is asked for again. */
	private async handOver(found: Found): Promise<void> {
		if (this.hasEnded) return;
		const { log, provider } = this.setup;
		const undelivered = this.undelivered(found);
		const { length } = undelivered;
		// Where nothing could be read, nothing could prove it.
		if (this.isProved || found.readAt.size > 0) {
			const isUnproved = !this.isProved && (length > 0 || this.ids.hasDelivered());
			const unproved = {
				message: words.unproved(length, provider.title),
				kind: 'unproved',
				alertAfterMs: Math.max(UNPROVED_FOR_MS.inAll - this.hadBeenOnFor(), UNPROVED_FOR_MS.sinceTheStart),
			};
			log.tell('proof', isUnproved && unproved, this.isProved ? words.IS_PROVED : undefined);
		}
		if (!this.isProved || this.since === undefined) return;
		let failures = 0;
		for (const { fields, ...call } of undelivered) {
			if (this.hasEnded || failures >= MOST_FAILURES) break;
			if (fields === undefined) continue;
			const endedAt = this.clock.byOwnClock(call.endedAt);
			const became = await handOverUndelivered(this.setup, { ...call, fields, endedAt });
			failures = became === 'stuck' ? MOST_FAILURES : became === 'failed' ? failures + 1 : 0;
		}
		log.tell('n8n', failures >= MOST_FAILURES && { message: words.NEVER_BEGINS });
		this.noteDoors(found);
	}

	/** Tells somebody of calls that came by catching up alone. What ended before the start is no sign of that: n8n was away. */
	private noteDoors(found: Found): void {
		for (const { id, callFlow, endedAt } of found.inRange()) {
			const state = this.ids.stateOf(id);
			if (state === undefined || state === 'open' || endedAt < this.clock.of(this.startedAt)) continue;
			// Its webhook may have been ignored too, in another process.
			if (state === 'not wanted') continue;
			const calls = this.withoutWebhook.get(callFlow)?.note(id, endedAt, state === 'catch_up' ? state : 'webhook');
			if (calls === undefined) continue;
			const since = this.clock.byOwnClock(calls.since);
			tellOnlyCaughtUp(this.setup.context, { ...calls, since, of: `of the call flow ${callFlow}` });
		}
	}

	/**
	 * Notes how far it has asked: up to what may not have been due yet, and no further than the begin of a call that is left. So
	 * the API tells of it again until it is due, whatever its time stands for: it changed after that.
	 */
	private moveOn(found: Found): void {
		const { afterMs, everyMinutes } = this.setup.catchUp;
		const unhandled = found.inRange().filter(({ id }) => !this.isHandled(id));
		for (const [callFlow, readAt] of found.readAt) {
			let asked = readAt - afterMs - everyMinutes * MINUTE_IN_MS;
			for (const call of unhandled) {
				const isLeft = call.isDue || call.endedAt + afterMs > readAt;
				if (isLeft && call.callFlow === callFlow) asked = Math.min(asked, call.startedAt);
			}
			this.asked.set(callFlow, asked);
		}
	}

	/** The same access, which asks again after a pause where the API wants a short one. */
	private patiently(access: Access<Call>): Access<Call> {
		const ask = async (request: ApiRequest, pauses = request.isNextPage ? MOST_PAUSES : 0): Promise<ApiAnswer> => {
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
