import type { IDataObject } from 'n8n-workflow';

import { begunHere } from '../delivery/begun-here';
import type { Claims } from '../memory/claims';
import { IDS_ARE_KEPT_MS, claimsOf } from '../memory/claims';
import { foldText } from '../provider/comparing';
import type { Access, Send } from './api';
import { accessTo, askApi } from './api';
import { ApiClock } from './api-clock';
import { ApiTrouble, trouble } from './api-trouble';
import { Found } from './found';
import { handOverUndelivered } from './hand-over';
import { lookUp, MOST_LOOKED_UP } from './look-up';
import type { ReadTo } from './pages';
import { readPages } from './pages';
import { PROOF, proofOf } from './proof';
import { textUnder } from './read-list';
import type { Row, Unread } from './rows';
import { readRow } from './rows';
import { MINUTE_IN_MS } from './settings';
import type { Setup } from './setup';
import type { TroubleLog } from './say-once';
import { twinsAmong } from './same-call-other-id';

/** So much is asked for again each time: a row may come some time after its call has ended, and two clocks differ. */
const OVERLAP_IN_MS = 10 * MINUTE_IN_MS;
/** So far back a call is caught up: half of what the ids of calls are remembered for. */
const FARTHEST_BACK_IN_MS = IDS_ARE_KEPT_MS / 2;
const SECOND_IN_MS = 1_000;
/** A time of the API that is farther ahead than this was wrong: the clocks of its servers may differ a little. */
const TOLERANCE_IN_MS = MINUTE_IN_MS;
/** So long, and so often in a row, an asking waits for its next page where the API wants that. */
const LONGEST_PAUSE_IN_MS = 60_000;
const MOST_PAUSES = 3;
/** After so many executions in a row that n8n could not start, the next asking tries again. */
const MOST_FAILURES = 3;

/** One trigger that catches up on undelivered calls, from its start until it is published anew or stopped. */
export class CatchingUp<Call extends IDataObject> {
	private readonly clock = new ApiClock();

	private readonly ids: Claims;

	private readonly stopHolding: () => void;

	/** The names of call flows, by their ids, as the API has told them since the start; read anew where a row has another. */
	private readonly names = new Map<string, Set<string>>();

	private namesAreKnown = false;

	/** How far each call flow has been asked for, by the API's clock: what changed before is handled. */
	private readonly asked = new Map<string, number>();

	/** The calls that n8n's list was looked up for, and did not know. */
	private readonly lookedUp = new Set<string>();

	/** Whether a call that came by webhook was once found among the API's rows under its id. */
	private isProved: boolean;

	private hasLookedForProof = false;

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
		private readonly log: TroubleLog,
		private since: ReadonlyMap<string, number> | undefined,
	) {
		this.ids = claimsOf(setup.trigger);
		this.stopHolding = this.ids.hold();
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
		const { setup, log } = this;
		try {
			const found = await this.readCalls(await accessTo(setup.context, setup.provider, setup.api));
			log.tell('api', undefined, `${setup.provider.title} can be asked again`);
			await this.lookUp(found);
			this.passOverTwins(found);
			if (!this.hasEnded) await this.handOver(found);
			if (this.hasEnded) return;
			const notDueYetMs = setup.catchUp.afterMs + setup.catchUp.everyMinutes * MINUTE_IN_MS;
			for (const [callFlow, asked] of found.asked(notDueYetMs)) this.asked.set(callFlow, asked);
			log.tell('unexpected', undefined);
		} catch (error) {
			const isOfApi = error instanceof ApiTrouble;
			const { kind, message, retryAfterMs } = isOfApi ? error : trouble.unexpected(error);
			if (retryAfterMs !== undefined) this.notBefore = Date.now() + retryAfterMs;
			log.tell(isOfApi ? 'api' : 'unexpected', {
				kind,
				message: `${message}. Webhooks are accepted as ever; undelivered calls are asked for again`,
			});
		}
	}

	/** Asks for all that changed in the call flows. Throws where the API cannot be asked at all. */
	private async readCalls(access: Access): Promise<Found> {
		const { callFlows } = this.setup.catchUp;
		const hasFreshNames = !this.namesAreKnown;
		if (hasFreshNames) await this.readNames(access);
		const found = new Found();
		const unread = new Map<Unread, number>();
		const ends = new Set<ReadTo>();
		const failed = new Map<string, ApiTrouble>();
		for (const callFlow of callFlows) {
			if (this.hasEnded) break;
			try {
				ends.add(await this.readCallFlow(access, callFlow, { found, unread, hasFreshNames }));
			} catch (error) {
				const why = error instanceof ApiTrouble ? error : trouble.unexpected(error);
				if (why.concernsAll) throw why;
				failed.set(callFlow, why);
			}
		}
		const [first] = failed.values();
		if (first !== undefined && failed.size === callFlows.length) throw first;
		this.log.tell('call flows', first && trouble.someFlows([...failed.keys()], first));
		this.log.tell('pages', ends.has('a full page that names no next one') ? trouble.cutList(access) : undefined);
		this.log.tellOfRows('rows', unread, 'which cannot be caught up');
		const twice = new Map([['told of for two call flows, without naming one', found.toldTwice.size]]);
		this.log.tellOfRows('same call', twice, 'since nobody can tell whose they are');
		this.tellOfRange(found, ends.has('the most rows that are read'));
		return found;
	}

	/** The first request of all too: before anything is asked for, the API has to tell its time. */
	private async readNames(access: Access): Promise<void> {
		const { api, catchUp } = this.setup;
		const ids = new Set<string>();
		await this.readList(access, api.callFlows, (rows) => {
			const before = ids.size;
			for (const row of rows) {
				const id = textUnder(row, api.idNames);
				const name = textUnder(row, api.namesOfACallFlow);
				if (id !== undefined) ids.add(id);
				if (id === undefined || !catchUp.callFlows.includes(id)) continue;
				const names = this.names.get(id) ?? new Set();
				this.names.set(id, name === undefined ? names : names.add(foldText(name)));
			}
			return ids.size > before;
		}).catch((error: unknown) => {
			// Without them a row is not judged by its name. What is wrong with this list need not be wrong with the calls.
			if (!(error instanceof ApiTrouble) || error.concernsAll) throw error;
			if (!this.clock.isKnown) this.clock.tell(undefined);
		});
		this.namesAreKnown = true;
	}

	/** Reads the calls of one call flow. */
	private async readCallFlow(
		access: Access,
		callFlow: string,
		to: { found: Found; unread: Map<Unread, number>; hasFreshNames: boolean },
	): Promise<ReadTo> {
		const { provider, api } = this.setup;
		const { found, unread } = to;
		const from = this.sinceOf(callFlow);
		const earliest = Math.max(from, this.clock.now() - FARTHEST_BACK_IN_MS);
		// Until it has proved itself, calls of a longer time may do that.
		const farthest = this.isProved ? earliest : Math.max(from, this.clock.now() - IDS_ARE_KEPT_MS);
		const asked = this.asked.get(callFlow) ?? -Infinity;
		const isWrong = asked > this.clock.now() + TOLERANCE_IN_MS;
		const since = new Date(Math.max(isWrong ? -Infinity : asked - OVERLAP_IN_MS, farthest)).toISOString();
		const flow = { id: callFlow, names: this.names.get(callFlow) ?? new Set<string>() };
		const count = { read: 0, unread: 0, ofOthers: 0 };
		let readAt: number | undefined;
		const end = await this.readList(
			access,
			(cursor) => api.calls(callFlow, since, cursor),
			(rows) => {
				readAt ??= this.clock.now();
				let hasNew = false;
				for (const each of rows) {
					const row = readRow(provider, api, flow, each);
					if (typeof row === 'string') {
						unread.set(row, (unread.get(row) ?? 0) + 1);
						count[row === 'of another call flow' ? 'ofOthers' : 'unread']++;
						continue;
					}
					count.read++;
					hasNew = this.take(row, earliest, found) || hasNew;
				}
				found.makeRoom();
				return hasNew;
			},
		);
		// A call flow may have a new name.
		if (count.ofOthers > 0) this.namesAreKnown = false;
		// Most rows unreadable is likelier the API's fault than that of these calls: they are asked for again.
		const isDone = count.unread <= count.read && end !== 'a full page that names no next one';
		if (isDone && (count.ofOthers === 0 || to.hasFreshNames) && readAt !== undefined)
			found.readAt.set(callFlow, readAt);
		return end;
	}

	/** Looks at one row: whether it proves anything, and whether its call is due. Gives whether it was not told before. */
	private take(row: Row, earliest: number, found: Found): boolean {
		const state = this.ids.stateOf(row.id);
		if (state === 'webhook') this.foundAt = Date.now();
		if (state === 'webhook' || state === 'before this process') this.prove();
		const isInRange = row.endedAt >= earliest;
		const isNew = found.tell(row, isInRange);
		const isDue = row.fields !== undefined && row.endedAt + this.setup.catchUp.afterMs <= this.clock.now();
		if (isInRange && isDue && state === 'open') found.leave(row);
		if (isInRange && isDue && state === undefined) found.add(row);
		return isNew;
	}

	private prove(): void {
		if (!this.isProved) proofOf(this.setup.trigger).isToBeRecorded = true;
		this.isProved = true;
	}

	private tellOfRange(found: Found, isTooMuch: boolean): void {
		const { history } = this.setup.settings;
		const oldest = found.keepNewest(history / 2);
		const since = oldest === undefined ? '' : ` before ${new Date(oldest).toISOString()}`;
		const message = `there were more calls than it can tell apart with a Deduplication History of ${history}, so those that ended${since || ' first'} are not caught up. Raise that option`;
		this.log.tell('range', oldest === undefined && !isTooMuch ? undefined : { kind: 'shortened', message });
	}

	/**
	 * Looks up in n8n's list the calls that the memory of this process cannot know: from before it began, and all where webhooks
	 * may come to others.
	 */
	private async lookUp(found: Found): Promise<void> {
		for (const id of this.lookedUp) if (!found.has(id)) this.lookedUp.delete(id);
		const unknown = found.oldestFirst().filter((row) => !this.lookedUp.has(row.id) && !this.wouldKnow(row));
		const calls = unknown.map(({ id }) => id);
		const proofs = this.isProved ? [] : this.whatMayProve(found);
		// Once after a start it is looked up for a proof alone: who knows how long the line is quiet then.
		const wantsProof =
			!this.isProved && !this.hasLookedForProof && (proofs.length > 0 || found.oldestFirst().length > 0);
		const isWorthIt = calls.length > 0 || wantsProof;
		if (!isWorthIt || this.hasEnded) return;
		this.hasLookedForProof = true;
		const handled = await lookUp(this.setup, [...calls, ...proofs].slice(0, MOST_LOOKED_UP));
		if (handled === undefined) {
			const what =
				this.isProved && this.since !== undefined
					? 'each is looked up in an execution of its own'
					: 'nothing can be handed over';
			const message = `n8n did not tell which calls were handled before, so ${what}`;
			this.log.tell('list', { kind: 'list', message });
			return;
		}
		this.log.tell('list', undefined);
		if (handled.has(PROOF)) this.isProved = true;
		// Until the proof nothing is handed over, so what was handled came by webhook.
		else if (handled.size > 0) this.prove();
		if (this.since === undefined) this.goOnFromTheOldest(found, handled);
		for (const id of calls) {
			if (!handled.has(id)) this.lookedUp.add(id);
			else {
				this.ids.learn(id, this.setup.settings.history);
				found.remove(id);
			}
		}
	}

	/** The calls that are not due or ended too long ago, and may have come by webhook before this process. */
	private whatMayProve(found: Found): string[] {
		const others = [...found.told].filter(
			([id, told]) =>
				!found.has(id) &&
				this.ids.stateOf(id) === undefined &&
				told.endedAt >= this.sinceOf(told.callFlow) &&
				!this.wouldKnow(told),
		);
		return others.map(([id]) => id);
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
		const { startedAt } = this;
		const since = new Map(this.setup.catchUp.callFlows.map((callFlow) => [callFlow, startedAt]));
		for (const [id, { callFlow, endedAt }] of found.told) {
			if (handled.has(id))
				since.set(callFlow, Math.min(since.get(callFlow) ?? startedAt, this.clock.byOwnClock(endedAt)));
		}
		this.since = since;
		for (const { id, callFlow, endedAt } of found.oldestFirst()) {
			if (endedAt < this.sinceOf(callFlow)) found.remove(id);
		}
	}

	/** Since when a call flow is asked for, by the API's clock. */
	private sinceOf(callFlow: string): number {
		return this.since === undefined ? -Infinity : this.clock.of(this.since.get(callFlow) ?? Date.now());
	}

	/** Ends the catching up where the API has other ids than the webhook; other legs of delivered calls are passed over. */
	private passOverTwins(found: Found): void {
		const { legs, strangers } = twinsAmong(found.oldestFirst(), found, this.ids.byLooks(), this.foundAt);
		const calls = (count: number) => (count === 1 ? 'a call' : `${count} calls`);
		const like = 'with the caller, tracking number and second of a delivered call, but under another ID';
		if (strangers.length > 0) {
			this.hasEnded = true;
			const message = `stopped. ${this.setup.provider.title}'s API tells of ${calls(strangers.length)} ${like}, so it cannot be told what is undelivered, and nothing is handed over until the workflow is published again. Please report that (Support in the README)`;
			this.log.tell('ids', { kind: 'ids', message });
			return;
		}
		for (const { id } of legs) found.remove(id);
		const message = `passed over ${calls(legs.length)} ${like}: another leg of it`;
		this.log.tell('legs', legs.length === 0 ? undefined : { kind: `legs ${legs.length}`, message });
	}

	/** Hands over what is left, the oldest first; what cannot be handed over now is asked for again. */
	private async handOver(found: Found): Promise<void> {
		const { ids, log } = this;
		const undelivered = found.oldestFirst();
		if (undelivered.length === 0) {
			log.tell('proof', undefined);
			return;
		}
		if (!this.isProved || this.since === undefined) {
			found.leaveAll();
			if (!this.isProved) log.tell('proof', { kind: 'unproved', message: this.unproved(undelivered.length) });
			return;
		}
		log.tell(
			'proof',
			undefined,
			'a call that came by webhook was found under its ID, so undelivered calls are handed over',
		);
		let failures = 0;
		for (const row of undelivered) {
			const mayGoOn = !this.hasEnded && failures < MOST_FAILURES && row.fields !== undefined;
			const became = mayGoOn
				? await handOverUndelivered(this.setup, { ids, log }, row, this.clock.byOwnClock(row.endedAt))
				: 'open';
			if (became !== 'safe') found.leave(row);
			if (mayGoOn) failures = became === 'failed' ? failures + 1 : became === 'stuck' ? MOST_FAILURES : 0;
		}
		const message =
			'n8n does not begin the execution of an undelivered call. Look for errors above this line, and whether n8n has reached its limit of executions at a time; it is tried again';
		log.tell('n8n', failures < MOST_FAILURES ? undefined : { kind: 'stuck', message });
	}

	private unproved(count: number): string {
		const { title } = this.setup.provider;
		return `${count} ${count === 1 ? 'call looks' : 'calls look'} undelivered, and nothing is handed over yet: first a call that came by webhook has to be found at ${title}'s API under the same ID. If that never happens though calls arrive, check that the chosen call flows are those whose Webhook URL is this node's, and report it (Support in the README)`;
	}

	private async readList(
		access: Access,
		requestOf: typeof this.setup.api.callFlows,
		take: (rows: readonly unknown[]) => boolean,
	): Promise<ReadTo> {
		const { listNames, rowsOfAPage } = this.setup.api;
		const { helpers } = this.setup.context;
		const send: Send = async (request) => await helpers.httpRequest(request);
		return await readPages({
			...{ named: access, listNames, rowsOfAPage },
			ask: async (cursor) => {
				for (let pauses = 0; ; pauses++) {
					// Only for a further page: else the next asking would begin with the first again.
					const mayPause = cursor !== undefined && pauses < MOST_PAUSES && !this.hasEnded;
					const answer = await askApi(send, access, requestOf(cursor)).catch((error: unknown) =>
						pauseOf(error, mayPause),
					);
					if (typeof answer === 'object') {
						this.clock.tell(answer.date);
						return answer;
					}
					await this.setup.pace.wait(answer);
				}
			},
			take,
		});
	}
}

/** How long the API wants a pause, in milliseconds. Throws what is no short one. */
function pauseOf(error: unknown, mayPause: boolean): number {
	const { retryAfterMs = Infinity } = error instanceof ApiTrouble ? error : {};
	if (!mayPause || retryAfterMs > LONGEST_PAUSE_IN_MS) throw error;
	return retryAfterMs;
}
