import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import type { ById } from '../memory/both-doors';
import { Claim } from '../memory/claims';
import { begunHere } from '../n8n/begun-here';
import type { Provider } from '../provider/provider';
import { adviceOn } from './advice';
import { alertOfRefusals, noteLetIn } from './alert';
import type { Answer } from './answer';
import {
	ACCEPTED,
	answeredByN8n,
	answerOrRethrow,
	bodyOf,
	DeliveryEnded,
	ended,
	heldAnswer,
	heldToo,
	sampleAnswer,
} from './answer';
import { answerOnceBegun } from './answer-once-begun';
import { authenticate } from './authenticate';
import { claimCall, noteArrival, noteHeld } from './claim-call';
import type { Delivery } from './delivery';
import { deliveryOf, isVisit } from './delivery';
import { keepUnbegun } from './hand-over-again';
import { callHandover, handoverItems } from './handover';
import { canHold, goesOnWhenFailed, heldItems, problemOf } from './held-call';
import { ignoredItems } from './ignored-output';
import type { ReceivedCall } from './item';
import { lastDeliveriesOf } from './last-deliveries';
import { adviceOnAddress } from './local-address';
import { decide, prepare } from './prepare';
import { readFields, withUnparsedBody } from './read';
import { letInForSample, sampleFields, whatFiltersWouldDo } from './sample';
import { wantsPage, whatCame, writePage } from './sample-page';
import type { Settings } from './settings';
import type { SettingsReader } from './settings-reader';
import { UnusableSettings } from './settings-reader';

/**
 * The way of a delivery, first half: n8n's webhook(). The first step that ends it decides the answer. What gets through is
 * handed over to the execution that n8n stores; emit() is the second half.
 */
export async function receive<Call extends IDataObject>(
	context: IWebhookFunctions,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
): Promise<IWebhookResponseData> {
	// n8n copies all of a node whenever it is asked for, so it is asked once.
	const node = context.getNode();
	const delivery = deliveryOf(context, node);
	const response = context.getResponseObject().setHeader('X-Request-Id', delivery.id);
	if (delivery.isForSample) return receiveForSample(context, delivery, provider, settingsOf);
	const claim = new Claim(delivery.id, response, delivery.receivedAt.getTime());
	let fields: IDataObject | undefined;
	let received: ReceivedCall<Call> | undefined;
	let byId: ById | undefined;
	try {
		await authenticate(context, node, provider, delivery);
		fields = readFields(await withUnparsedBody(context, delivery, provider), provider);
		noteLetIn(delivery);
		received = prepare(provider, settingsOf(context, node), delivery, fields);

		byId = await noteArrival(received, claim);
		decide(received);
		await claimCall(received, claim);
		return accept(context, received, claim, byId);
	} catch (error) {
		const problem = problemOf(error);
		const isHeld = problem !== undefined && !delivery.isTest && canHold(context, node);
		if (isHeld && fields !== undefined) {
			const isUnread = error instanceof UnusableSettings;
			if (isUnread) byId = await noteHeld(provider, delivery, fields, claim);
			const unbegun = { name: delivery.id, claim, items: heldItems(delivery, fields, problem, byId) };
			if (isUnread) return answeredOnceBegun(context, delivery, heldAnswer(problem), unbegun);
			const answer = answerOrRethrow(error);
			// Where the last node answers n8n would answer with the failure of the execution that holds it: so it is answered now.
			if (received?.settings.respond === 'lastNode') return answeredNow(context, delivery, answer, unbegun.items);
			return answeredOnceBegun(context, delivery, heldToo(answer), unbegun);
		}
		if (error instanceof UnusableSettings && goesOnWhenFailed(node))
			return fail(context, delivery, ended.unusableSettings(error.message));
		if (!(error instanceof DeliveryEnded)) {
			// n8n answers it, and knows nothing of deliveries.
			const why = error instanceof UnusableSettings ? error.message : undefined;
			noteAnswer(context, delivery, answeredByN8n(500, why));
		}
		return end(context, delivery, answerOrRethrow(error), received);
	}
}

type Unbegun = Parameters<typeof keepUnbegun>[1];

/** Hands the call over to an execution. n8n sends the answer, once it has stored that (docs/n8n.md, 3). */
function accept<Call extends IDataObject>(
	context: IWebhookFunctions,
	received: ReceivedCall<Call>,
	claim: Claim,
	byId: ById | undefined,
): IWebhookResponseData {
	const { delivery, settings } = received;
	const workflowData = handoverItems(callHandover(received, byId, adviceOn(received)));
	if (settings.respond === 'onReceived') {
		const unbegun = { name: received.key?.digest ?? delivery.id, claim, items: workflowData };
		return answeredOnceBegun(context, delivery, ACCEPTED, unbegun);
	}
	const response = context.getResponseObject();
	// A response whose sender has hung up has no other end than this, and may still be worked on.
	response.once('close', async () => {
		const isHandled = await claim.end();
		const { status = response.statusCode } = claim;
		noteAnswer(context, delivery, isHandled ? { ...ACCEPTED, status } : answeredByN8n(status));
	});
	return { webhookResponse: bodyOf(ACCEPTED, delivery.id), workflowData };
}

/**
 * A failure where n8n must not learn of one: it would go on with an empty item, which the nodes behind would take for a call
 * (docs/n8n.md, 36), or answer in place of the sample's page. So an execution that puts nothing out shows it.
 */
function fail(context: IWebhookFunctions, delivery: Delivery, { answer }: DeliveryEnded): IWebhookResponseData {
	const item = { status: answer.verdict, reason: answer.message };
	const workflowData = handoverItems({ outlet: 'ignored', deliveryId: delivery.id, item, hasIgnoredOutput: false });
	return answeredNow(context, delivery, answer, workflowData);
}

/** Answers at once, and hands the delivery over where it is to be seen all the same. */
function end<Call extends IDataObject>(
	context: IWebhookFunctions,
	delivery: Delivery,
	answer: Answer,
	received: ReceivedCall<Call> | undefined,
): IWebhookResponseData {
	const alert = alertOfRefusals(context, delivery, answer);
	return answeredNow(context, delivery, answer, alert ?? ignoredItems(context, delivery, answer, received));
}

/** Leaves the answer to n8n, which waits until the execution has begun. */
function answeredOnceBegun(
	context: IWebhookFunctions,
	delivery: Delivery,
	answer: Answer,
	unbegun: Unbegun,
): IWebhookResponseData {
	const { id: deliveryId, isTest } = delivery;
	const waiting = {
		...{ deliveryId, isTest, response: context.getResponseObject(), answer },
		onLate: async () => await keepUnbegun(delivery.trigger.id, unbegun),
		onAnswered: (answered: Answer) => noteAnswer(context, delivery, answered),
	};
	return { webhookResponse: answerOnceBegun(begunHere(context.getMode()), waiting), workflowData: unbegun.items };
}

/** Answers by the response object itself, whatever n8n does then (docs/n8n.md, 2). */
function answeredNow(
	context: IWebhookFunctions,
	delivery: Delivery,
	answer: Answer,
	workflowData: IWebhookResponseData['workflowData'],
): IWebhookResponseData {
	noteAnswer(context, delivery, answer);
	const response = context.getResponseObject();
	if (delivery.isForSample && wantsPage(delivery)) writePage(response, answer, whatCame(delivery));
	else response.status(answer.status).json(bodyOf(answer, delivery.id));
	return { noWebhookResponse: true, workflowData };
}

/**
 * The way of the sample, for somebody who has opened its URL, in a browser or with a program: it needs no secret, passes all
 * filters and waits for nothing.
 */
function receiveForSample<Call extends IDataObject>(
	context: IWebhookFunctions,
	delivery: Delivery,
	provider: Provider<Call>,
	settingsOf: SettingsReader<Call>,
): IWebhookResponseData {
	let settings: Settings<Call>;
	try {
		letInForSample(delivery, provider.title);
		settings = settingsOf(context);
	} catch (error) {
		if (error instanceof UnusableSettings) return fail(context, delivery, ended.noSampleYet(error.message));
		return end(context, delivery, answerOrRethrow(error), undefined);
	}
	const received = prepare(provider, settings, delivery, sampleFields(provider, settings));
	const wouldDo = whatFiltersWouldDo(provider, settings, received);
	const outOfReach = adviceOnAddress(context.getNodeWebhookUrl('default'), provider.title);
	const before = [wouldDo, outOfReach].filter((each) => each !== undefined);
	const answer = sampleAnswer(
		provider.title,
		before.map(({ message }) => message),
	);
	const workflowData = handoverItems(callHandover(received, undefined, adviceOn(received, before)));
	if (wantsPage(delivery)) return answeredNow(context, delivery, answer, workflowData);
	noteAnswer(context, delivery, answer);
	return { webhookResponse: bodyOf(answer, delivery.id), workflowData };
}

/**
 * Notes what a delivery was answered: for whoever misses a call (last-deliveries.ts), and in n8n's log.
 *
 * QCall guide, "Log every request (request id, timestamp, IP)": n8n's log adds the time, at the level debug
 * (docs/n8n.md, 33). What needs nobody's attention is written at that level, since a line costs as much as typing the call does.
 */
function noteAnswer(context: IWebhookFunctions, delivery: Delivery, answer: Answer): void {
	const { id, trigger, remoteAddress, isTest } = delivery;
	const { status, verdict } = answer;
	if (!isTest && !isVisit(delivery)) lastDeliveriesOf(trigger.id).note(delivery, answer);
	const line = `${trigger.name}: delivery ${id} from ${remoteAddress}: ${status} ${verdict}`;
	if (verdict === 'rejected' || verdict === 'held' || verdict === 'failed') context.logger.warn(line);
	else context.logger.debug(line);
}
