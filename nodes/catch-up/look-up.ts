import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import { inTime } from '../delivery/in-time';
import { listOfN8n } from '../delivery/list-of-n8n';
import { showHint } from '../delivery/show-hint';
import { startExecution } from '../delivery/start-execution';
import { begunHere } from '../delivery/begun-here';
import { triggerIdOf } from '../memory/per-trigger';
import { handledAmong } from '../memory/both-doors';
import { roomFor } from '../memory/room';
import { listOfTrigger } from '../memory/shared-list';
import { MOST_TOLD_OF, readHandled, writtenHandled } from './handled-in-text';
import { PROOF, proofOf, recordProof } from './proof';
import type { Setup } from './setup';

/** The most calls that one execution looks up, beside the proof. */
export const MOST_LOOKED_UP = MOST_TOLD_OF - 1;

/** What the trigger hands over to the execution that looks calls up. */
const question = z.object({
	postCallAsked: z.object({ name: z.string(), ids: z.array(z.string()), history: z.number() }),
});

/**
 * Which of these calls were handled, and the proof with them, as n8n's list knows it. Only an execution can look that up
 * (docs/n8n.md, 8): one is started for all of them, and ends empty. Undefined where it gave no answer in time.
 */
export async function lookUp<Call extends IDataObject>(
	setup: Setup<Call>,
	calls: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
	const name = randomUUID();
	const ids = [...calls, PROOF];
	const { history } = setup.settings;
	const started = startExecution(setup.context, name, [[{ json: { postCallAsked: { name, ids, history } } }]]);
	const outcome = await inTime(setup.pace.forLookUp, started);
	if (outcome === undefined || 'failed' in outcome) return undefined;
	if ('begun' in outcome) return await outcome.begun.handled;
	const metadata = outcome.run.data?.resultData?.metadata;
	return metadata === undefined ? undefined : readHandled(metadata, ids);
}

/**
 * What catching up has to do in execute(): to record its proof, and to look calls up. Undefined where the execution is none
 * that looks calls up.
 */
export async function executeCatchUp(context: IExecuteFunctions): Promise<INodeExecutionData[][] | undefined> {
	const trigger = triggerIdOf(context);
	if (proofOf(trigger).isToBeRecorded) await recordProof(context);
	const json = context.getInputData()[0]?.json;
	// Nearly every execution handles a call: to have zod refuse each of those takes longer than to type its fields.
	if (json === undefined || !('postCallAsked' in json)) return undefined;
	const asked = question.safeParse(json);
	if (!asked.success) return undefined;
	const { name, ids, history } = asked.data.postCallAsked;
	// How the calls in the list were recorded is not known here, and a look-up must push none of them out.
	const room = roomFor(history, { isElsewhere: true, catchesUp: true });
	const lookedUp = handledAmong(listOfTrigger(trigger, listOfN8n(context), room), ids);
	const isHeardHere = begunHere(context.getMode()).tell(name, {
		executionId: context.getExecutionId(),
		handled: lookedUp,
	});
	const handled = await lookedUp;
	// The API told of these calls under their ids, and until the proof none is caught up: one that was handled is the proof.
	if (handled?.has(PROOF) === false && handled.size > 0) await recordProof(context);
	if (!isHeardHere && handled !== undefined) tellMainProcess(context, writtenHandled(handled, ids));
	const count = ids.filter((id) => id !== PROOF && handled?.has(id)).length;
	const known = handled === undefined ? 'n8n could not read its list' : `${count} of them were`;
	const calls = ids.length - 1;
	const what =
		calls === 0 ? 'whether catching up has proved itself' : `which of ${calls} calls were handled before; ${known}`;
	const message = `No call: this execution looked up ${what}.`;
	showHint(context, { message, type: 'info' });
	return [[]];
}

const customData = z.object({
	set: z.custom<(name: string, value: string) => void>((set) => typeof set === 'function'),
});

/** Of what a worker finds, the main process gets nothing but an execution's custom data (docs/n8n.md, 32). */
function tellMainProcess(context: IExecuteFunctions, texts: Readonly<Record<string, string>>): void {
	const data = customData.safeParse(context.getWorkflowDataProxy(0).$execution?.customData);
	if (!data.success) return;
	for (const [name, value] of Object.entries(texts)) data.data.set(name, value);
}
