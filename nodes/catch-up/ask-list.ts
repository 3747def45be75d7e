import { randomUUID } from 'node:crypto';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import { begunHere } from '../memory/begun-here';
import { triggerIdOf } from '../memory/per-trigger';
import { handledAmong } from '../memory/record-id';
import { roomFor } from '../memory/room';
import { listOfTrigger } from '../memory/shared-list';
import { listOfN8n } from '../delivery/list-of-n8n';
import type { CatchingUp } from './catching-up';
import { inTime } from '../delivery/in-time';
import { readHandled, writtenHandled } from './handled-in-text';
import { run } from './start-execution';

/** How long an asking waits for that execution, which may have to wait for a place. */
const PATIENCE_IN_MS = 60_000;

/** What the trigger hands over to the execution that asks n8n's durable list. */
const question = z.object({
	postCallAsked: z.object({ name: z.string(), ids: z.array(z.string()), history: z.number() }),
});

/**
 * By which door each of these calls came in, as n8n's durable list knows it. Only an execution can ask that (docs/n8n.md, 8):
 * one is started for all of them, which ends empty; for none, it is there for what n8n keeps with it. Undefined where it
 * gave no answer in time.
 */
export async function askList<Call extends IDataObject>(
	it: CatchingUp<Call>,
	ids: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
	const name = randomUUID();
	const { history } = it.settings;
	const outcome = await inTime(
		PATIENCE_IN_MS,
		run(it, name, [[{ json: { postCallAsked: { name, ids: [...ids], history } } }]]),
	);
	if (outcome === undefined || 'failed' in outcome) return undefined;
	if ('begun' in outcome) return await outcome.begun.handled;
	const metadata = outcome.run?.data?.resultData?.metadata;
	return metadata === undefined ? undefined : readHandled(metadata, ids);
}

/** Answers that question, in execute(); undefined where the execution is none of that kind. */
export async function answerQuestion(context: IExecuteFunctions): Promise<INodeExecutionData[][] | undefined> {
	const json = context.getInputData()[0]?.json;
	// Nearly every execution handles a call: to have zod refuse each of those takes longer than to type its fields.
	if (json === undefined || !('postCallAsked' in json)) return undefined;
	const asked = question.safeParse(json);
	if (!asked.success) return undefined;
	const { name, ids, history } = asked.data.postCallAsked;
	// How the calls in the list were recorded is not known here, and a question must push none of them out.
	const room = roomFor(history, { isElsewhere: true, catchesUp: true });
	const lookedUp = listOfTrigger(triggerIdOf(context)).work(
		listOfN8n(context),
		room,
		async (list) => await handledAmong(list, ids),
	);
	const isHeardHere = begunHere(context.getMode()).tell(name, {
		executionId: context.getExecutionId(),
		handled: lookedUp,
	});
	const handled = await lookedUp;
	if (!isHeardHere && handled !== undefined) tellMainProcess(context, writtenHandled(handled, ids));
	const known = handled === undefined ? 'n8n could not read its list' : `${handled.size} of them were`;
	const message =
		ids.length === 0
			? 'No call: with this execution n8n keeps that catching up has proved itself.'
			: `No call: this execution looked up which of ${ids.length} calls were handled before; ${known}.`;
	context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
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
