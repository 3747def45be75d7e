import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import { removeIds, handledAmong, recordIds } from '../memory/both-doors';
import { MOST_CALLS, MOST_IDS, roomFor } from '../memory/room';
import { listOfTrigger, type SharedList } from '../memory/shared-list';
import { begunHere, inProduction } from '../n8n/begun-here';
import { answersAsTexts, customDataOf } from '../n8n/custom-data';
import { listOfN8n } from '../n8n/durable-list';
import { triggerIdOf } from '../n8n/per-trigger';
import { showHint } from '../n8n/show-hint';
import { kindsToProve, proofBy, proofOf, provedBy } from './proof';

/** What the trigger hands over to the execution that looks calls up. */
const request = z.object({
	postCallLookUp: z.object({ name: z.string(), ids: z.array(z.string()), proved: z.array(z.string()).default([]) }),
});

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
	if (handled !== undefined) await recordProof(context, provedBy(handled, kindsToProve(ids)));
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
	await removeIds(listFor(context), proof.ids);
	// Where another process may write over it, with a mark of its own, by which it is seen to be there still.
	const isShared = !inProduction.isOneProcess;
	const recorded = await recordIds(listFor(context), proof, isShared ? context.getExecutionId() : undefined);
	if (recorded !== 'unrecorded') return;
	// The next one does.
	for (const kind of kinds) proofOf(triggerIdOf(context)).toBeRecorded.add(kind);
}

/** n8n's list of the trigger, with room for all that may be in it: how its calls were recorded is not known here. */
function listFor(context: IExecuteFunctions): SharedList {
	const room = roomFor(MOST_CALLS, { isElsewhere: true, idsOfACall: MOST_IDS });
	return listOfTrigger(triggerIdOf(context), listOfN8n(context), room);
}
