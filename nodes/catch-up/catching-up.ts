import type { IDataObject } from 'n8n-workflow';

import { ASKED_AGAIN, IS_PROVED, NEVER_BEGINS, passedOver, someWait, unproved } from '../alerts/catch-up-words';
import { WithoutWebhook } from '../alerts/without-webhook';
import { type Access, accessTo } from '../api/access';
import { patient } from '../api/patience';
import { type ApiTrouble, troubleOf } from '../api/trouble';
import { tellOnlyCaughtUp } from '../delivery/alert';
import { AskedAlone } from './asked-alone';
import { AskedLists } from './asked-lists';
import type { Found, FoundCall } from './found';
import { handOverUndelivered } from './hand-over';
import { LookAlikes } from './look-alikes';
import { LookedUp } from './looked-up';
import { MINUTE_IN_MS } from './settings';
import { API_FAILS_FOR_MS, type Setup } from './setup';

/** After so many failures in a row to start an execution this asking stops; the next one tries again. */
const MOST_FAILURES = 3;
/** A key may be refused by a slip. */
const KEY_FAILS_FOR_MS = 15 * MINUTE_IN_MS;
/** Told after a day unproved, the time before this start included, for n8n may restart each night; but not sooner after it. */
const UNPROVED_FOR_MS = { inAll: 24 * 60 * MINUTE_IN_MS, sinceTheStart: 6 * 60 * MINUTE_IN_MS };

/** One trigger that catches up on undelivered calls, from its start until it is published anew or stopped. */
export class CatchingUp<Call extends IDataObject> {
	private readonly lists: AskedLists<Call>;

	private readonly lookedUp: LookedUp<Call>;

	private readonly lookAlikes: LookAlikes<Call>;

	private readonly alone: AskedAlone<Call>;

	/** What rows were passed over by the last asking. */
	private passedOver: ReadonlySet<string> = new Set();

	/** By what the user chose. */
	private readonly withoutWebhook: ReadonlyMap<string, WithoutWebhook>;

	/** The API does not want to be asked before, in milliseconds of `performance.now()`: n8n's clock may be put back meanwhile. */
	private notBefore = 0;

	private asking: Promise<void> | undefined;

	constructor(private readonly setup: Setup<Call>) {
		this.alone = new AskedAlone(setup);
		this.lists = new AskedLists(setup, (row) => this.alone.complete(row));
		this.lookedUp = new LookedUp(setup);
		this.lookAlikes = new LookAlikes(setup);
		this.withoutWebhook = new Map(setup.catchUp.chosen.map((of) => [of, new WithoutWebhook()]));
	}

	/** One asking, unless one goes on. Whatever goes wrong is told in n8n's log, and asked for again. */
	async ask(): Promise<void> {
		this.asking ??= this.askOnce().finally(() => (this.asking = undefined));
		await this.asking;
	}

	private async askOnce(): Promise<void> {
		const { context, provider, api, log, end } = this.setup;
		if (end.signal.aborted || performance.now() < this.notBefore) return;
		let trouble: ApiTrouble | undefined;
		try {
			const access = patient(await accessTo(context, provider, api), this.setup);
			const found = await this.lists.ask(access);
			await this.lookedUp.learn(found);
			if (await this.askAlone(found, access)) await this.lookedUp.learn(found);
			// Not all was asked for, and what is learned of calls outlives this trigger.
			if (end.signal.aborted) return;
			if (this.lookAlikes.passOver(found)) end.abort();
			// Other assistants, say, have calls all the time: that there are some is said once, until there are none.
			for (const [what, rows] of found.passedOver) log.tell(what, { message: passedOver(rows, what), kind: what });
			for (const what of this.passedOver) if (!found.passedOver.has(what)) log.tell(what, false);
			this.passedOver = new Set(found.passedOver.keys());
			await this.handOver(found);
			this.lists.moveOn(found);
			const reasons = [...found.failed.values()];
			// What is wrong with some lists is none of the others', nor is how long one of them wants to be left alone.
			const [least] = reasons.sort((one, other) => (one.retryAfterMs ?? 0) - (other.retryAfterMs ?? 0));
			if (found.readAt.size === 0) trouble = least;
			this.holdOff(reasons.find(({ concernsAll }) => concernsAll) ?? trouble);
		} catch (error) {
			trouble = troubleOf(error, { ...api, title: provider.title });
			this.holdOff(trouble);
		}
		this.tell(trouble);
	}

	/** Asks no sooner than the API wants. */
	private holdOff({ retryAfterMs = 0 }: Pick<ApiTrouble, 'retryAfterMs'> = {}): void {
		this.notBefore = Math.max(this.notBefore, performance.now() + retryAfterMs);
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
		log.tell(isOfTheKey ? 'key' : 'api', { message, kind, forLog: ASKED_AGAIN, alertAfterMs });
		// An API that has trouble says nothing of the key, and may refuse it for that.
		if (!isOfTheKey) log.beginAnew('key');
	}

	/**
	 * Asks alone for the calls that nobody is known to have, and whose rows lack something; until it has proved itself, for those
	 * that look like delivered ones too. Gives whether anything was told.
	 */
	private async askAlone(found: Found, access: Access<Call>): Promise<boolean> {
		this.alone.keepOnly(found.calls);
		const known = this.setup.proof.isGiven ? this.lookAlikes.sure(found) : undefined;
		const calls = found.undelivered().filter((call) => !known?.has(call));
		const { hasAsked, trouble } = await this.alone.ask(access, calls, (row) => this.lists.take(row, found));
		if (trouble?.concernsAll) this.holdOff(trouble);
		const failed = trouble && { message: someWait(trouble), kind: trouble.kind, alertAfterMs: API_FAILS_FOR_MS };
		this.setup.log.tell('alone', failed);
		return hasAsked;
	}

	/** Hands over what is undelivered, the oldest first; what cannot be handed over now is asked for again. */
	private async handOver(found: Found): Promise<void> {
		const { api, clock, log, proof, provider, register, since, end } = this.setup;
		if (end.signal.aborted) return;
		const undelivered = found.undelivered();
		// Where nothing could be read, nothing could prove it.
		if (found.readAt.size > 0) {
			const isUnproved = !proof.isGiven && (undelivered.length > 0 || register.hasDelivered());
			const trouble = {
				message: unproved(undelivered.length, provider.title, api),
				kind: 'unproved',
				alertAfterMs: Math.max(UNPROVED_FOR_MS.inAll - since.wasOnForMs, UNPROVED_FOR_MS.sinceTheStart),
			};
			log.tell('proof', isUnproved && trouble, proof.isGiven ? IS_PROVED : undefined);
		}
		if (!proof.isGiven) return;
		let failures = 0;
		for (const { fields, ...call } of undelivered) {
			if (end.signal.aborted || failures >= MOST_FAILURES) break;
			if (fields === undefined || since.isLost(call.of)) continue;
			const endedAt = clock.byOwnClock(call.endedAt);
			const became = await handOverUndelivered(this.setup, { ...call, fields, endedAt });
			failures = became === 'stuck' ? MOST_FAILURES : became === 'failed' ? failures + 1 : 0;
		}
		log.tell('n8n', failures >= MOST_FAILURES && { message: NEVER_BEGINS });
		this.noteDoors(found);
	}

	/** Tells somebody of calls that came by catching up alone. What ended before the start is no sign of that: n8n was away. */
	private noteDoors(found: Found): void {
		const { api, clock, context, register, since } = this.setup;
		const isCaughtUp = ({ ids }: FoundCall) => register.stateOf(...ids) === 'catch_up';
		const sinceStart = found.inRange().filter(({ endedAt }) => endedAt >= clock.of(since.startedAt));
		// The webhooks first: a later call that came by one says that they come.
		const webhooksFirst = sinceStart.sort((one, other) => Number(isCaughtUp(one)) - Number(isCaughtUp(other)));
		for (const { rowId, ids, of, endedAt } of webhooksFirst) {
			const state = register.stateOf(...ids);
			// Where it was not wanted, its webhook may have been ignored too, in another process.
			if (state === undefined || state === 'open' || state === 'not wanted') continue;
			const calls = this.withoutWebhook.get(of)?.note(rowId, endedAt, state === 'catch_up' ? state : 'webhook');
			if (calls === undefined) continue;
			const first = clock.byOwnClock(calls.since);
			tellOnlyCaughtUp(context, { ...calls, since: first, of: `of the ${api.chosen.one} ${of}` });
		}
	}
}
