import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import { inTime } from '../n8n/in-time';
import { listOfN8n } from '../n8n/durable-list';
import { showHint } from '../n8n/show-hint';
import { startExecution } from '../n8n/start-execution';
import { begunHere } from '../n8n/begun-here';
import { triggerIdOf } from '../n8n/per-trigger';
import { kindOf } from '../delivery/call-id';
import { forgetIds, handledAmong, recordIds } from '../memory/both-doors';
import { MOST_CALLS, MOST_IDS, roomFor } from '../memory/room';
import { listOfTrigger, type SharedList } from '../memory/shared-list';
import { answersAsTexts, answersIn, customDataOf, MOST_ANSWERS } from '../n8n/custom-data';
import { proofOf } from './proof';
import type { Setup } from './setup';

/** The most ids that one execution looks up, beside the proofs. */
export const MOST_LOOKED_UP = MOST_ANSWERS - MOST_IDS;

const PROOF = 'catching up has proved itself by ';

/**
 * Stands in n8n's list as the id of a call that came by webhook does: looked up as one, it tells that calls were found by ids
 * of a kind.
 */
export const proofBy = (kind: string): string => PROOF + kind;

/** What the trigger hands over to the execution that looks calls up. */
const request = z.object({
	postCallLookUp: z.object({ name: z.string(), ids: z.array(z.string()), proved: z.array(z.string()).default([]) }),
});

/**
 * Which of these ids, those of proofs among them, n8n's list has as handled. Only an execution can look that up (docs/n8n.md, 8):
 * one is started for all of them, and ends empty. Undefined where it gave no answer in time.
 */
export async function lookUp<Call extends IDataObject>(
	{ context, proof, pace }: Setup<Call>,
	ids: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
	const name = randomUUID();
	const { toBeRecorded } = proof;
	const proved = [...toBeRecorded];
	const started = startExecution(context, name, [[{ json: { postCallLookUp: { name, ids, proved } } }]]);
	const outcome = await inTime(pace.forExecution, started);
	if (outcome === undefined || 'failed' in outcome) return undefined;
	for (const kind of proved) toBeRecorded.delete(kind);
	if ('begun' in outcome) return await outcome.begun.handled;
	const answers = answersIn(outcome.run.data?.resultData?.metadata ?? {});
	return answers.length === ids.length ? new Set(ids.filter((_, at) => answers[at])) : undefined;
}

/**
 * The kinds of ids that a look-up proves. Without a recorded proof nothing was caught up yet, so any call in the list came by
 * webhook.
 */
export function provedBy(handled: ReadonlySet<string>, kinds: readonly string[]): string[] {
	const isProved = kinds.some((kind) => handled.has(proofBy(kind)));
	const found = new Set([...handled].map(kindOf));
	return isProved ? [] : kinds.filter((kind) => found.has(kind));
}

/**
 * What catching up has to do in execute(): to record its proof, and to look calls up. Undefined where the execution is none
 * that looks calls up.
 */
export async function executeCatchUp(context: IExecuteFunctions): Promise<INodeExecutionData[][] | undefined> {
	const json = context.getInputData()[0]?.json;
	// Nearly every execution handles a call: to have zod refuse each of those takes longer than to type its fields.
	const wanted = json && 'postCallLookUp' in json ? request.safeParse(json).data?.postCallLookUp : undefined;
	const { toBeRecorded } = proofOf(triggerIdOf(context));
	const proved = new Set([...toBeRecorded, ...(wanted?.proved ?? [])]);
	toBeRecorded.clear();
	await recordProof(context, [...proved]);
	if (wanted === undefined) return undefined;
	const { name, ids } = wanted;
	const lookedUp = handledAmong(listFor(context), ids);
	const executionId = context.getExecutionId();
	const isHeardHere = begunHere(context.getMode()).tell(name, { executionId, handled: lookedUp });
	const handled = await lookedUp;
	const kinds = ids.filter((id) => id.startsWith(PROOF)).map((id) => id.slice(PROOF.length));
	if (handled !== undefined) await recordProof(context, provedBy(handled, kinds));
	// Of what a worker finds, the main process gets nothing but an execution's custom data (docs/n8n.md, 32).
	const told = isHeardHere || handled === undefined ? {} : answersAsTexts(ids.map((id) => handled.has(id)));
	for (const [text, value] of Object.entries(told)) customDataOf(context)?.set(text, value);
	showHint(context, { message: 'No call: this execution looked up which calls were handled before.', type: 'info' });
	return [[]];
}

/** Records in n8n's list that catching up has proved itself, in an execution that runs anyway. */
async function recordProof(context: IExecuteFunctions, kinds: readonly string[]): Promise<void> {
	if (kinds.length === 0) return;
	const proof = { ids: kinds.map(proofBy), door: 'webhook' } as const;
	// As the newest in the list, of which n8n drops the oldest.
	await forgetIds(listFor(context), proof.ids);
	// Where another process may write over it, with a mark of its own, by which it is seen to be there still.
	const isShared = !begunHere('webhook').isOneProcess;
	await recordIds(listFor(context), proof, isShared ? context.getExecutionId() : undefined);
}

/** n8n's list of the trigger, with room for all that may be in it: how its calls were recorded is not known here. */
function listFor(context: IExecuteFunctions): SharedList {
	const room = roomFor(MOST_CALLS, { isElsewhere: true, idsOfACall: MOST_IDS });
	return listOfTrigger(triggerIdOf(context), listOfN8n(context), room);
}
