import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import { LIST_DOES_NOT_TELL } from '../alerts/catch-up-words';
import type { Row } from '../api/rows';
import { MOST_IDS } from '../memory/room';
import { inProduction } from '../n8n/begun-here';
import { answersIn, MOST_ANSWERS } from '../n8n/custom-data';
import { inTime } from '../n8n/in-time';
import { startExecution } from '../n8n/start-execution';
import type { CallList } from '../provider/calls-api';
import { drop, type Found, type FoundCall, leave } from './found';
import { proofBy } from './proof';
import type { Setup } from './setup';

/** The most names of calls that one execution looks up, beside the proofs. */
const MOST_LOOKED_UP = MOST_ANSWERS - MOST_IDS;
const SECOND_IN_MS = 1_000;

/** What n8n's list was looked up for: the calls that the memory of this process cannot know. */
export class LookedUp<Call extends IDataObject> {
	/** By what undelivered calls are known that the list did not know; absent before the first look-up. */
	private unknown?: Set<string>;

	constructor(private readonly setup: Setup<Call>) {}

	/** Learns which of these calls were handled, and of which deliveries the calls are found. */
	async learn(found: Found): Promise<void> {
		await this.lookUp(found);
		this.goOnFromTheOldest(found);
		for (const call of found.calls.values()) this.setup.register.noteRow(call);
	}

	/**
	 * Looks up in n8n's list the calls that the memory of this process cannot know: from before it began, and all where webhooks
	 * may come to others.
	 */
	private async lookUp(found: Found): Promise<void> {
		const { api, log, proof, register, settings, end } = this.setup;
		const undelivered = found.undelivered().filter((call) => !this.wouldKnow(call));
		const entries = [...new Set([...undelivered, ...this.ofLost(found)].flatMap((call) => this.knownBy(call)))];
		const unknown = entries.filter((id) => !this.unknown?.has(id) && register.stateOf(id) === undefined);
		const proofs = [...found.calls.values()]
			.filter((call) => call.state !== 'due' && this.mayProve(call))
			.flatMap(({ ids }) => ids);
		// Once after a start it is looked up for a proof alone: who knows how long the line is quiet then.
		const isForProof = this.unknown === undefined && !proof.isGiven && (proofs.length > 0 || found.due().length > 0);
		// A worker must not record a call that was caught up before it has recorded the proof.
		const isToTell = undelivered.length > 0 && proof.toBeRecorded.size > 0;
		const isDone = unknown.length === 0 && !isForProof && (!isToTell || inProduction.beginHere);
		if (end.signal.aborted || isDone) return;
		const stillUnknown = new Set(entries.filter((id) => this.unknown?.has(id)));
		const kinds = Object.keys(api.ids);
		const toLookUp = [...unknown, ...proofs].slice(0, MOST_LOOKED_UP);
		const { beginHere } = inProduction;
		const handled = await this.startLookUp([...toLookUp, ...kinds.map(proofBy)]);
		// That they begin elsewhere now was found out by this: the next asking looks up what this process would have known.
		if (beginHere && !inProduction.beginHere) for (const call of found.undelivered()) leave(call);
		// What is not told is looked up by the next asking, but for what the execution of the call itself can find.
		const untold = new Set(handled === undefined ? unknown : unknown.slice(MOST_LOOKED_UP));
		const waits = (call: FoundCall) => handled !== undefined || this.knownBy(call).length > call.ids.length;
		for (const call of undelivered) if (waits(call) && this.knownBy(call).some((id) => untold.has(id))) leave(call);
		log.tell('list', handled === undefined && { message: LIST_DOES_NOT_TELL });
		if (handled === undefined) return;
		this.unknown = stillUnknown;
		proof.learn(handled, kinds);
		for (const id of unknown.slice(0, MOST_LOOKED_UP)) {
			if (handled.has(id)) register.learn(id, settings.history);
			else stillUnknown.add(id);
		}
	}

	/**
	 * Which of these names, those of proofs among them, n8n's list has as handled. Only an execution can look that up
	 * (docs/n8n.md, 8): one is started for all of them, and ends empty. Undefined where it gave no answer in time.
	 */
	private async startLookUp(names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
		const { context, proof, pace } = this.setup;
		const name = randomUUID();
		const proved = [...proof.toBeRecorded];
		const started = startExecution(context, name, [[{ json: { postCallLookUp: { name, ids: [...names], proved } } }]]);
		const outcome = await inTime(pace.forExecution, started);
		if (outcome === undefined || 'failed' in outcome) return undefined;
		if ('begun' in outcome) return await outcome.begun.handled;
		for (const kind of proved) proof.toBeRecorded.delete(kind);
		const answers = answersIn(outcome.run.data?.resultData?.metadata ?? {});
		return answers.length === names.length ? new Set(names.filter((_, at) => answers[at])) : undefined;
	}

	/** By what n8n's list may know a call. */
	private knownBy({ ids, looks }: Pick<Row, 'ids' | 'looks'>): readonly string[] {
		return this.setup.api.looksAlike === 'the same' ? [...ids, ...looks] : ids;
	}

	/** Until it has proved itself: whether a call may have come by webhook before this process, and so prove it. */
	private mayProve({ ids, of, endedAt }: Pick<Row, 'ids' | 'of' | 'endedAt'>): boolean {
		const { register, proof, since } = this.setup;
		const isKnown = register.stateOf(...ids) !== undefined || this.wouldKnow({ of, endedAt });
		return !proof.isGiven && !isKnown && endedAt >= since.of(of);
	}

	/** Whether this process would have taken the webhook of this call: where executions begin, webhooks arrive too. */
	private wouldKnow({ of, endedAt }: Pick<Row, 'of' | 'endedAt'>): boolean {
		const { clock, register, since } = this.setup;
		// The API tells its time in whole seconds.
		const knowsSince = clock.latestOf(register.since) + SECOND_IN_MS;
		return !since.isLost(of) && inProduction.beginHere && endedAt >= knowsSince;
	}

	/** The calls of those of which it is not kept since when it asks: they tell from where it goes on. */
	private ofLost(found: Found): FoundCall[] {
		return [...found.calls.values()].filter(({ of, state }) => state !== 'old' && this.setup.since.isLost(of));
	}

	/**
	 * Once all of these were looked up: what is handled came while catching up was on; what ended before the oldest of that, of
	 * the same call flow, say, may be from before catching up, and is left alone.
	 */
	private goOnFromTheOldest(found: Found): void {
		const { since, api, catchUp, register } = this.setup;
		const ofLost = this.ofLost(found);
		const isHandled = (id: string) => register.stateOf(id) !== undefined;
		if (!ofLost.flatMap((call) => this.knownBy(call)).every((id) => isHandled(id) || this.unknown?.has(id))) return;
		const isUnread = ({ name }: CallList) => found.failed.has(name) && !ofLost.some(({ list }) => list === name);
		const unread = api.lists(catchUp.chosen).filter(isUnread);
		const handled = ofLost.filter((call) => this.knownBy(call).some(isHandled));
		since.goOnFromTheOldest(handled, (chosen) => unread.some(({ of = chosen }) => of === chosen));
		for (const call of ofLost) if (call.state === 'due' && call.endedAt < since.of(call.of)) drop(call);
	}
}
