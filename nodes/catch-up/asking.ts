import type { IDataObject } from 'n8n-workflow';

import { begunHere } from '../memory/begun-here';
import { accessTo } from './api';
import { ApiTrouble } from './api-trouble';
import { askList } from './ask-list';
import type { CatchingUp } from './catching-up';
import type { Collected } from './collect';
import { collect } from './collect';
import { MINUTE_IN_MS } from './settings';
import { MOST_ASKED } from './handled-in-text';
import { handOn } from './hand-on';
import type { Row } from './rows';

const STUCK =
	'n8n does not begin the execution of a missed call. Look for errors above this line, and whether n8n has reached its limit of executions at a time; it is tried again';

/** After so many executions in a row that n8n could not start, the next asking tries again. */
const MOST_FAILURES = 3;

/**
 * One asking: what changed in the call flows, which of that was missed, and an execution for each missed call. The marks
 * move when all of it is safe. Whatever goes wrong is told in n8n's log, and asked for again.
 */
export async function ask<Call extends IDataObject>(it: CatchingUp<Call>): Promise<void> {
	if (it.hasEnded || Date.now() < it.notBefore) return;
	try {
		const collected = await collect(it, await accessTo(it.context, it.provider, it.api));
		it.log.tell('api', undefined, `${it.provider.title} can be asked again`);
		if (it.hasEnded) return;
		const isDone = await handleWhatWasMissed(it, collected);
		if (isDone && !it.hasEnded)
			for (const [callFlow, at] of collected.askedAt) it.marks.move(callFlow, at - notDueYet(it));
		// Once in the life of a trigger, and no missed call may come for weeks: n8n keeps it with an execution.
		if (it.marks.proved && !it.marks.isProofKept && !it.hasEnded) await askList(it, []);
		it.log.tell('unexpected', undefined);
	} catch (error) {
		const known = error instanceof ApiTrouble;
		if (known && error.retryAfterMs !== undefined) it.notBefore = Date.now() + error.retryAfterMs;
		const kind = known ? error.kind : 'unexpected';
		const reason = known ? error.message : `something unexpected happened: ${nameOf(error)}`;
		const message = `${reason}. Webhooks are accepted as ever; missed calls are asked for again`;
		it.log.tell(known ? 'api' : 'unexpected', { kind, message });
	}
}

/** What ended less than this long ago may not have been due: Catch Up After, and the time between two askings. */
function notDueYet<Call extends IDataObject>({ catchUp }: CatchingUp<Call>): number {
	return catchUp.afterMs + catchUp.everyMinutes * MINUTE_IN_MS;
}

/** Of an error that nobody expected only its kind: its text may hold what was sent. */
function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : 'an error';
}

/** Whether nothing of what was found has to be asked for again. */
async function handleWhatWasMissed<Call extends IDataObject>(
	it: CatchingUp<Call>,
	collected: Collected,
): Promise<boolean> {
	const { log, marks } = it;
	const isAsked = await askForTheUnknown(it, collected);
	if (isStoppedByIds(it, collected)) return false;
	const missed = [...collected.unknown.values()].sort((a, b) => a.endedAt - b.endedAt);
	if (missed.length === 0) {
		log.tell('proof', undefined);
		return isAsked && !collected.isPartial;
	}
	if (!marks.proved) {
		log.tell('proof', { kind: 'unproved', message: unproved(it, missed.length) });
		return false;
	}
	log.tell('proof', undefined, 'a call that came by webhook was found under its ID, so missed calls are handed on');
	let isDone = isAsked && !collected.isPartial;
	let failures = 0;
	for (const row of missed) {
		if (it.hasEnded) return false;
		const became = await handOn(it, row);
		if (became !== 'safe') isDone = false;
		failures = became === 'failed' ? failures + 1 : 0;
		if (became === 'stuck' || failures === MOST_FAILURES) {
			log.tell('n8n', { kind: 'stuck', message: STUCK });
			return false;
		}
	}
	log.tell('n8n', undefined);
	return isDone;
}

function unproved<Call extends IDataObject>({ provider: { title } }: CatchingUp<Call>, count: number): string {
	return `${count} ${count === 1 ? 'call looks' : 'calls look'} as if missed, and nothing is handed on yet: first a call that came by webhook has to be found at ${title}'s API under the same ID. If that never happens though calls arrive, check that the chosen call flows are those whose Webhook URL is this node's, and report it (Support in the README)`;
}

/**
 * Asks n8n's durable list for the calls that the memory of this process cannot know: from before it began, and all where
 * webhooks may come to others. False where not all could be asked for.
 */
async function askForTheUnknown<Call extends IDataObject>(
	it: CatchingUp<Call>,
	collected: Collected,
): Promise<boolean> {
	const { unknown } = collected;
	const { ids, askedFor, marks, settings, log } = it;
	for (const id of askedFor) if (!unknown.has(id)) askedFor.delete(id);
	const mayBeKnown = [...unknown.values()]
		.filter((row) => !askedFor.has(row.id) && !isKnownHere(it, row))
		.sort((a, b) => a.endedAt - b.endedAt);
	if (mayBeKnown.length === 0) {
		if (!marks.knowsFrom) marks.goOnFrom(new Map());
		return true;
	}
	const asked = mayBeKnown.slice(0, MOST_ASKED).map(({ id }) => id);
	for (const { id } of mayBeKnown.slice(MOST_ASKED)) unknown.delete(id);
	const handled = await askList(it, asked);
	if (handled === undefined) {
		const message = marks.proved
			? 'n8n did not tell which calls were handled before, so each is looked up in an execution of its own'
			: 'n8n did not tell which calls were handled before, so nothing can be handed on';
		log.tell('list', { kind: 'list', message });
		if (!marks.knowsFrom) unknown.clear();
		return marks.knowsFrom && marks.proved && asked.length === mayBeKnown.length;
	}
	log.tell('list', undefined);
	if (!marks.knowsFrom) goOnFromTheOldest(it, collected, mayBeKnown, handled);
	for (const id of asked) {
		if (!handled.has(id)) askedFor.add(id);
		else {
			ids.learn(id, settings.history);
			unknown.delete(id);
			// Before the proof nothing is handed on, so what was handled came by webhook.
			marks.proved = true;
		}
	}
	return asked.length === mayBeKnown.length;
}

/**
 * Where nothing was kept of how far it had asked. What the list knows by its id came while catching up was on; what ended
 * before the oldest of that, in the same call flow, may be from before catching up, and is left alone.
 */
function goOnFromTheOldest<Call extends IDataObject>(
	{ marks }: CatchingUp<Call>,
	{ unknown, told }: Collected,
	oldestFirst: readonly Row[],
	handled: ReadonlySet<string>,
): void {
	const oldest = new Map<string, number>();
	for (const { id, endedAt } of oldestFirst) {
		const callFlow = told.get(id) ?? '';
		if (handled.has(id) && !oldest.has(callFlow)) oldest.set(callFlow, endedAt);
	}
	marks.goOnFrom(oldest);
	for (const { id, endedAt } of oldestFirst) {
		if (endedAt < marks.of(told.get(id) ?? '').from) unknown.delete(id);
	}
}

/** Whether this process would have taken the webhook of this call: where executions begin, webhooks arrive too. */
function isKnownHere<Call extends IDataObject>({ ids, marks }: CatchingUp<Call>, row: Row): boolean {
	return begunHere('trigger').any && row.endedAt >= marks.atStart(ids.since);
}

/**
 * Whether the API has other ids than the webhook, so that every call would run twice: it tells of rows that look like a
 * delivered call, but not of that call's id. Where a call was found under its id since that delivery, the ids are the same,
 * and such a row is another leg of the call, which is passed over.
 */
function isStoppedByIds<Call extends IDataObject>(it: CatchingUp<Call>, { unknown, told }: Collected): boolean {
	const delivered = it.ids.byLooks();
	const twins = [...unknown.values()].flatMap((row) => {
		const alike = delivered.get(row.looks ?? '') ?? [];
		const isTwin = alike.length > 0 && alike.every(({ id }) => !told.has(id));
		return isTwin ? [{ row, at: Math.max(...alike.map(({ at }) => at)) }] : [];
	});
	const strangers = twins.filter(({ at }) => it.foundAt <= at);
	const calls = (count: number) => (count === 1 ? 'a call' : `${count} calls`);
	const like = 'with the caller, tracking number and second of a delivered call, but under another ID';
	if (strangers.length > 0) {
		it.hasEnded = true;
		it.log.tell('ids', {
			kind: 'ids',
			message: `stopped. ${it.provider.title}'s API tells of ${calls(strangers.length)} ${like}, so it cannot be told what was missed, and nothing is handed on until the workflow is published again. Please report that (Support in the README)`,
		});
		return true;
	}
	for (const { row } of twins) unknown.delete(row.id);
	it.log.tell(
		'legs',
		twins.length === 0
			? undefined
			: { kind: `legs ${twins.length}`, message: `passed over ${calls(twins.length)} ${like}: another leg of it` },
	);
	return false;
}
