import { randomUUID } from 'node:crypto';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { acknowledgementsIn } from './acknowledge';
import type { Answer } from './answer';
import { ACCEPTED_ANSWER, answerFor, rejectionFor, send } from './answer';
import { authenticate } from './authenticate';
import { claimsOf, ended } from './claim';
import { filterCall } from './filter';
import type { Handover } from './handover';
import { handOver, readHandover } from './handover';
import { detailsOf, itemOf } from './item';
import { dedupeKeyOf } from './key';
import { triggerOf } from './perTrigger';
import type { Provider } from './provider';
import { readFields } from './read';
import { recorderOf } from './record';
import { isForSample, receiveSample } from './sample';
import type { Settings } from './settings';
import { settingsOf } from './settings';
import type { TypedCall } from './type';
import { shownIssues, typeFields } from './type';

/**
 * The way of a delivery, first half: n8n's webhook(). Authenticate, read, type, filter, claim; the first step that ends
 * it decides the answer. What gets through is handed to the execution that n8n stores before it answers.
 */
export async function receive<Call extends IDataObject>(
	context: IWebhookFunctions,
	provider: Provider<Call>,
): Promise<IWebhookResponseData> {
	if (isForSample(context)) return receiveSample(context, provider);

	const receivedAt = new Date();
	const deliveryId = randomUUID();
	const settings = settingsOf(context);
	const end = (answer: Answer, workflowData?: INodeExecutionData[][]): IWebhookResponseData => {
		log(context, deliveryId, answer);
		send(context, answer);
		return { noWebhookResponse: true, workflowData };
	};

	const denied = await authenticate(context, provider, settings);
	if (denied !== undefined) return end(rejectionFor('unauthenticated', denied));

	const read = readFields(context, provider);
	if ('problem' in read) return end(rejectionFor('unreadable', read.problem));

	const typed = typeFields(provider.schema, read.fields, settings.customFields);
	if (typed.issues.length > 0 && settings.options.onInvalidFields === 'reject') {
		const issues = shownIssues(typed.issues);
		const names = issues.map(({ field, problem }) => `${field} (${problem})`).join(', ');
		const message = `Some fields could not be read: ${names}. Correct them at the sender, or set On Invalid Fields to Flag in n8n to accept such calls.`;
		return end(rejectionFor('untyped', message, { issues }));
	}

	const key = dedupeKeyOf(provider, settings, typed.call);
	const details = detailsOf(context, provider, typed.call, { deliveryId, receivedAt, key });
	const item = itemOf(provider, settings, read.fields, typed, details);
	const { limits } = settings;
	const common = {
		deliveryId,
		item,
		limits,
		respond: settings.respond,
		hasIgnoredOutput: settings.options.emitIgnored,
	};
	const endWithoutCall = (answer: Answer): IWebhookResponseData => {
		// Who listens in the editor sees there why a call does not come; in production it costs no execution.
		if (!settings.options.emitIgnored && context.getMode() !== 'manual') return end(answer);
		const reason: IDataObject = { status: answer.body.status, reason: answer.body.message, call: item };
		return end(answer, handOver({ ...common, outlet: 'ignored', item: reason }));
	};

	const excluded = excludedBy(context, provider, settings, typed);
	if (excluded !== undefined) {
		return endWithoutCall(answerFor('ignored', `Ignored: ${excluded}. Change this in the trigger's settings in n8n.`));
	}

	const remembers = key !== undefined && context.getMode() !== 'manual';
	if (remembers) {
		const claim = await claimsOf(triggerOf(context)).take(key.digest, deliveryId, context.getResponseObject(), limits);
		if (claim.verdict !== 'accepted') {
			const since = new Date(claim.at).toISOString();
			if (claim.verdict === 'duplicate') {
				const message = `This call was accepted before, at ${since}, and is not handled twice. To handle it again, turn off Deduplicate in n8n or change Deduplicate By.`;
				return endWithoutCall(answerFor('duplicate', message, { accepted_at: since, dedupe_key: key.text }));
			}
			const message = `The first delivery of this call, received at ${since}, is still being worked on. Try again later.`;
			return end(answerFor('in_progress', message, { received_at: since, dedupe_key: key.text }));
		}
	}

	log(context, deliveryId, ACCEPTED_ANSWER);
	const webhookResponse = { ...ACCEPTED_ANSWER.body };
	if (settings.respond === 'onReceived') {
		acknowledgementsIn(context.getMode()).holdBack(deliveryId, context.getResponseObject(), webhookResponse);
	}
	return {
		webhookResponse,
		workflowData: handOver({ ...common, outlet: 'calls', key: remembers ? key.digest : undefined }),
	};
}

/**
 * The way of a delivery, second half: n8n's execute(), the first step of the execution, in the worker in queue mode.
 * Records the call durably and gives the item to the nodes behind, or nothing where another execution has the call.
 */
export async function handOn(context: IExecuteFunctions): Promise<INodeExecutionData[][] | null> {
	const handover = readHandover(context.getInputData());
	if (handover === undefined) return passOn(context);
	acknowledgementsIn(context.getMode()).begun(handover.deliveryId, context.getExecutionId());

	const outputs = (calls: INodeExecutionData[], ignored: INodeExecutionData[]) =>
		handover.hasIgnoredOutput ? [calls, ignored] : [calls];
	const item = { json: handover.item, pairedItem: { item: 0 } };
	if (handover.outlet === 'calls' && !(await isHandledElsewhere(context, handover))) return outputs([item], []);

	const reason = 'Another execution has handled this call already, so this one ends here.';
	const ignored: INodeExecutionData =
		handover.outlet === 'ignored' ? item : { ...item, json: { status: 'duplicate', reason, call: handover.item } };
	context.addExecutionHints({ message: String(ignored.json.reason), type: 'info', location: 'outputPane' });
	if (handover.hasIgnoredOutput) return outputs([], [ignored]);
	// Where the last node answers, no output at all makes n8n answer 200; an empty one makes it answer 500.
	return handover.respond === 'lastNode' ? null : [[]];
}

/** What webhook() did not hand over, such as a user's pinned data. */
function passOn(context: IExecuteFunctions): INodeExecutionData[][] {
	const items = context.getInputData();
	// Where webhook() threw, n8n stores an execution with an empty item, which the nodes behind would take for a call.
	if (items.every(({ json }) => Object.keys(json).length === 0)) {
		throw new NodeOperationError(
			context.getNode(),
			'There is no call in this execution: its delivery failed before it was read, and was answered as a failure',
		);
	}
	return [items];
}

/** Records the call for this execution, and tells whether another execution has it. */
async function isHandledElsewhere(context: IExecuteFunctions, handover: Handover): Promise<boolean> {
	const { key, deliveryId, respond } = handover;
	if (key === undefined) return false;
	// Where the last node answers, both the delivery and, after a success, the call are recorded: room for the same history.
	const history = handover.limits.history * (respond === 'lastNode' ? 2 : 1);
	const limits = { ...handover.limits, history };
	const trigger = triggerOf(context);
	const recorder = recorderOf(trigger);
	const memory = context.helpers;
	if (context.getMode() === 'retry') {
		await recorder.record(memory, key, limits);
		return false;
	}

	const claim = claimsOf(trigger).find(key);
	const isFromThisProcess = claim?.deliveryId === deliveryId;
	const competitor = isFromThisProcess ? undefined : context.getExecutionId();
	if (respond === 'onReceived') {
		const recorded = await recorder.record(memory, key, limits, competitor);
		if (recorded === 'unrecorded')
			warn(
				context,
				'n8n could not record this call; should it be delivered again after a restart, it is handled again.',
			);
		return recorded === 'known';
	}

	// Where the last node answers, a call counts as handled once that answer is a success, and only the process that answers
	// learns of it. Asking leaves nothing behind. What is recorded up front is this delivery alone: n8n may start two
	// executions for it.
	if (isFromThisProcess && (await recorder.knows(memory, key, limits))) return true;
	if ((await recorder.record(memory, deliveryId, limits, competitor)) === 'known') return true;
	if (!isFromThisProcess) return false;
	void ended(claim).then(async (status) => {
		if (status < 400) await recorder.record(memory, key, limits);
	});
	return false;
}

/** What filterCall says; a filter's setting that an expression filled with nonsense becomes an error that names it. */
function excludedBy<Call extends IDataObject>(
	context: IWebhookFunctions,
	provider: Provider<Call>,
	settings: Settings,
	typed: TypedCall<Call>,
): string | undefined {
	try {
		return filterCall(provider, settings, typed);
	} catch (error) {
		throw new NodeOperationError(context.getNode(), error instanceof Error ? error : String(error), {
			message: 'A filter of this node has a value it cannot have',
		});
	}
}

function log(context: IWebhookFunctions, deliveryId: string, { status, body }: Answer): void {
	const line = `${context.getNode().name}: delivery ${deliveryId} from ${context.getRequestObject().ip}: ${status} ${String(body.status)}`;
	if (body.status === 'rejected') context.logger.warn(line);
	else context.logger.debug(line);
}

function warn(context: IExecuteFunctions, message: string): void {
	context.logger.warn(`${context.getNode().name}: ${message}`);
	context.addExecutionHints({ message, type: 'warning', location: 'outputPane' });
}
