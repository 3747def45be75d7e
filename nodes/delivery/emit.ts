import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { HOW_TO_BE_TOLD } from '../alerts/words';
import { claimsOf } from '../memory/claims';
import { type CallToHandle, type Execution, recordCall } from '../memory/handled-already';
import { MOST_CALLS, MOST_IDS } from '../memory/room';
import { begunHere, inProduction } from '../n8n/begun-here';
import { listOfN8n } from '../n8n/durable-list';
import { triggerIdOf } from '../n8n/per-trigger';
import { showHint } from '../n8n/show-hint';
import type { Provider } from '../provider/provider';
import { answerOrRethrow, HOW_TO_LET_GO, RETRY_THE_FIRST } from './answer';
import { knownById } from './claim-call';
import type { NamesCalls } from './first-glance';
import { showAtFirstGlance } from './first-glance';
import { retryUnbegun } from './hand-over-again';
import type { AlertHandover, CallHandover, HeldHandover, IgnoredHandover } from './handover';
import { callHandover, readHandover } from './handover';
import { deliveryWithoutRequest, goesOnWhenFailed, problemOf } from './held-call';
import type { ReceivedCall } from './item';
import { itemOf } from './item';
import { decide, prepare } from './prepare';
import type { SettingsReader } from './settings-reader';
import { unbegunOf } from './unbegun';

const HANDLED_BY_ANOTHER = 'Another execution has handled this call already.';

/**
 * The way of a delivery, second half: n8n's execute(), the first step of the execution, in queue mode in a worker (docs/n8n.md, 1).
 * Records the call durably and emits its item to the nodes behind, or nothing where another execution has the call.
 */
export async function emit<Call extends IDataObject>(
	context: IExecuteFunctions,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
): Promise<INodeExecutionData[][] | null> {
	if (!goesOnWhenFailed(context.getNode())) return await emitWhatCame(context, provider, settingsOf);
	try {
		return await emitWhatCame(context, provider, settingsOf);
	} catch (error) {
		// n8n would go on with what this was given, which no node behind can make anything of.
		warn(context, error instanceof Error ? error.message : String(error));
		return [[]];
	}
}

async function emitWhatCame<Call extends IDataObject>(
	context: IExecuteFunctions,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
): Promise<INodeExecutionData[][] | null> {
	const handover = readHandover(context.getInputData());
	if (handover === undefined) return emitForeignItems(context);
	if (handover.outlet === 'alert') return emitAlert(context, provider, handover);
	if (handover.outlet !== 'held') return await emitHandover(context, provider, handover);
	const mode = context.getMode();
	begunHere(mode).tell(handover.deliveryId, { executionId: context.getExecutionId() });
	const unbegun = unbegunOf(triggerIdOf(context));
	unbegun.hasBegun(handover.deliveryId);
	if (mode !== 'retry') await recordHeld(context, handover);
	if (mode === 'webhook') {
		// It has begun so late that the call was handed over again, and somebody had corrected the settings by then.
		if (unbegun.claimOf(handover.deliveryId)?.begun === undefined) throw stillHeld(context, provider, handover);
		const item = { status: 'duplicate', reason: HANDLED_BY_ANOTHER, call: handover.fields };
		return emitIgnored(context, provider, { hasIgnoredOutput: false }, item);
	}
	// Retried, or handed over again: the settings may have been corrected.
	const received = receivedOf(context, provider, settingsOf, handover);
	return await emitHandover(context, provider, released(context, received));
}

async function emitHandover(
	context: IExecuteFunctions,
	provider: NamesCalls,
	handover: CallHandover | IgnoredHandover,
): Promise<INodeExecutionData[][] | null> {
	const recorded = handover.outlet === 'calls' ? recordCall(executionOf(context, handover), handover) : undefined;
	begunHere(context.getMode()).tell(handover.deliveryId, { executionId: context.getExecutionId(), recorded });
	if (context.getMode() !== 'manual') retryUnbegun(triggerIdOf(context));
	for (const hint of handover.hints ?? []) showHint(context, hint);

	if (handover.outlet === 'ignored') return emitIgnored(context, provider, handover, handover.item);
	const found = await recorded;

	if (found === 'known') return emitDuplicate(context, provider, handover);
	if (found === 'unrecorded') {
		warn(
			context,
			'n8n could not record this call: should it be delivered again after a restart, it is handled again. Look at the log and the disk of n8n.',
		);
	}
	if (handover.isReleased) {
		// n8n gives a retry what the execution before it had said.
		showAtFirstGlance(context, provider, { verdict: 'accepted', reason: 'It was held before.', call: handover.item });
	}
	const calls = [itemWith(handover.item)];
	return handover.hasIgnoredOutput ? [calls, []] : [calls];
}

/** Fails, which is how n8n tells somebody. Throws the alert, unless it was told before or is none. */
function emitAlert(
	context: IExecuteFunctions,
	provider: NamesCalls,
	{ deliveryId, message, description, ifOneProcess }: AlertHandover,
): INodeExecutionData[][] {
	const here = begunHere(context.getMode());
	here.tell(deliveryId, { executionId: context.getExecutionId() });
	const none =
		context.getMode() === 'retry'
			? 'This execution told of something, and has no call: there is nothing to retry.'
			: ifOneProcess && !here.isOneProcess
				? 'No call: this execution found out that webhooks may come to other processes of n8n, so nobody can tell how long none has come.'
				: undefined;
	if (none === undefined) {
		showAtFirstGlance(context, provider, { verdict: 'alert', reason: message });
		// By the settings of now: n8n 2.x does not start a trigger anew where only these have changed (docs/n8n.md, 39).
		const { errorWorkflow = 'DEFAULT' } = context.getWorkflowSettings();
		const howToBeTold = ['', 'DEFAULT'].includes(errorWorkflow) ? ` ${HOW_TO_BE_TOLD}` : '';
		throw new NodeOperationError(context.getNode(), message, { description: description + howToBeTold });
	}
	showHint(context, { message: none, type: 'info' });
	return [[]];
}

/** A held call that the user retries, by the settings of now. Throws where these cannot be used either. */
function receivedOf<Call extends IDataObject>(
	context: IExecuteFunctions,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
	held: HeldHandover,
): ReceivedCall<Call> {
	try {
		return prepare(provider, settingsOf(context), deliveryWithoutRequest(context, held), held.fields);
	} catch (error) {
		const problem = problemOf(error);
		throw problem === undefined ? error : stillHeld(context, provider, { problem, fields: held.fields });
	}
}

/** What becomes of it. Throws where its fields are still rejected. */
function released<Call extends IDataObject>(
	context: IExecuteFunctions,
	received: ReceivedCall<Call>,
): CallHandover | IgnoredHandover {
	const { provider, delivery, settings, fields } = received;
	try {
		decide(received);
	} catch (error) {
		const { verdict, message, heldFor } = answerOrRethrow(error);
		if (heldFor !== undefined) throw stillHeld(context, provider, { problem: heldFor, fields });
		const item = { status: verdict, reason: message, call: itemOf(received) };
		return { outlet: 'ignored', deliveryId: delivery.id, item, hasIgnoredOutput: settings.hasIgnoredOutput };
	}
	// Nobody waits for an answer any more.
	return { ...callHandover(received, knownById(received)), isAnsweredByLastNode: false, isReleased: true };
}

/** The error of an execution that holds a call, which n8n shows and gives to the Error Workflow. */
function stillHeld(
	context: IExecuteFunctions,
	provider: NamesCalls,
	{ problem, fields }: Pick<HeldHandover, 'problem' | 'fields'>,
): NodeOperationError {
	showAtFirstGlance(context, provider, { verdict: 'held', reason: problem, call: fields });
	// Each retry that gets further runs the call: so of all that hold it, one alone is the one to retry.
	if (context.getMode() === 'retry') {
		return new NodeOperationError(context.getNode(), `This retry did not get further: ${problem}`, {
			description: RETRY_THE_FIRST,
		});
	}
	return new NodeOperationError(context.getNode(), `A call is held, and not handled. ${problem}`, {
		description: HOW_TO_LET_GO,
	});
}

function executionOf(context: IExecuteFunctions, handover: CallToHandle & Pick<CallHandover, 'isReleased'>): Execution {
	const trigger = triggerIdOf(context);
	const isReleased = handover.isReleased === true;
	const isRetried = context.getMode() === 'retry';
	return {
		...{ trigger, id: context.getExecutionId(), isReleased },
		// A call that was held has not been handled by the execution that is retried, but another one may have handled it since.
		isRetry: isRetried && !isReleased,
		isOneProcess: inProduction.isOneProcess,
		claim: isRetried ? undefined : unbegunOf(trigger).claimOf(handover.deliveryId),
		list: listOfN8n(context),
	};
}

/** By its ids alone: nobody catches it up while it waits for its user, and no webhook is a duplicate of it. */
async function recordHeld(context: IExecuteFunctions, { deliveryId, byId }: HeldHandover): Promise<void> {
	if (byId === undefined) return;
	const claim = claimsOf(triggerIdOf(context)).claimOf(deliveryId, byId);
	// Its delivery may be answered as a failure.
	void claim?.end().then(() => claim.countsAsHandled());
	const held = { deliveryId, byId, history: MOST_CALLS, idsOfACall: MOST_IDS, isAnsweredByLastNode: false };
	// No execution handles it yet.
	await recordCall({ ...executionOf(context, { ...held, isReleased: true }), claim: undefined }, held);
}

/** Emits to the Ignored output where there is one; the reason is shown in the editor all the same. */
function emitIgnored(
	context: IExecuteFunctions,
	provider: NamesCalls,
	{ hasIgnoredOutput }: Pick<IgnoredHandover, 'hasIgnoredOutput'>,
	item: IDataObject,
): INodeExecutionData[][] {
	const { status, reason, call } = item;
	showAtFirstGlance(context, provider, { verdict: String(status), reason: String(reason), call });
	const type = status === 'rejected' || status === 'failed' ? 'warning' : 'info';
	showHint(context, { message: String(reason), type });
	return hasIgnoredOutput ? [[], [itemWith(item)]] : [[]];
}

/** Emits a call that only this execution found to be a duplicate. */
function emitDuplicate(
	context: IExecuteFunctions,
	provider: NamesCalls,
	handover: CallHandover,
): INodeExecutionData[][] | null {
	const item = { status: 'duplicate', reason: HANDLED_BY_ANOTHER, call: handover.item };
	const outputs = emitIgnored(context, provider, handover, item);
	// The answer is still to come where the last node gives it. No output at all makes n8n answer 200; an empty first one makes
	// it answer 500 unless a node behind Ignored runs, of which this node knows nothing (docs/n8n.md, 10).
	return handover.isAnsweredByLastNode ? null : outputs;
}

/** Emits what webhook() did not hand over, such as a user's pinned data (docs/n8n.md, 20). */
function emitForeignItems(context: IExecuteFunctions): INodeExecutionData[][] {
	const items = context.getInputData();
	// Where webhook() threw, n8n stores an execution with an empty item (docs/n8n.md, 11), which the nodes behind would take
	// for a call.
	if (items.every(({ json }) => Object.keys(json).length === 0)) {
		throw new NodeOperationError(
			context.getNode(),
			'There is no call in this execution: its delivery failed before it was read, and was answered as a failure',
			{
				description:
					'A retry cannot bring it back. Correct what the first execution of this delivery names as its error, publish again, and have the call sent again.',
			},
		);
	}
	return [items];
}

function itemWith(json: IDataObject): INodeExecutionData {
	return { json, pairedItem: { item: 0 } };
}

function warn(context: IExecuteFunctions, message: string): void {
	context.logger.warn(`${context.getNode().name}: ${message}`);
	showHint(context, { message, type: 'warning' });
}
