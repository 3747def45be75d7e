import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { begunHere } from '../memory/begun-here';
import type { ById } from '../memory/record-id';
import { Claim } from '../memory/register';
import type { Provider } from '../provider/provider';
import { adviceOn } from './advice';
import type { Answer } from './answer';
import { ACCEPTED, answerOrRethrow, bodyOf, ended, sampleAnswer } from './answer';
import { authenticate } from './authenticate';
import { claimCall, noteArrival } from './claim-call';
import type { Delivery } from './delivery';
import { deliveryOf } from './delivery';
import { filterCall } from './filter';
import { handOverCall } from './handover';
import { holdAnswer } from './held-answer';
import { handOverIgnored } from './ignored-output';
import type { ReceivedCall } from './item';
import { dedupeKeyOf } from './dedupe-key';
import { readFields } from './read';
import { letInForSample, sampleFields, whatFiltersWouldDo } from './sample';
import { wantsPage, writePage } from './sample-page';
import type { SettingsReader } from './settings-reader';
import { typeFields } from './type';

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
	const { isForSample } = delivery;
	const response = context.getResponseObject().setHeader('X-Request-Id', delivery.id);
	const claim = new Claim(delivery.id, response, delivery.receivedAt.getTime());
	let received: ReceivedCall<Call> | undefined;
	try {
		if (isForSample) letInForSample(delivery);
		else await authenticate(context, node, provider, delivery);

		const settings = settingsOf(context, node);
		const fields = isForSample ? sampleFields(provider, settings) : readFields(delivery, provider);
		const typed = typeFields(provider.schema, fields, settings.customFields);
		const key = dedupeKeyOf(provider, settings, typed, context.getInstanceId());
		received = { provider, settings, delivery, fields, ...typed, key };

		const byId = await noteArrival(received, claim);
		if (typed.issues.length > 0 && settings.rejectsInvalidFields) throw ended.invalidFields(typed.issues);
		if (!isForSample) filterCall(provider, settings, typed);
		await claimCall(received, claim);
		return accept(context, received, byId);
	} catch (error) {
		return end(context, delivery, answerOrRethrow(error), received);
	}
}

/** Hands the call over to an execution. n8n sends the answer, once it has stored that (docs/n8n.md, 3). */
function accept<Call extends IDataObject>(
	context: IWebhookFunctions,
	received: ReceivedCall<Call>,
	byId: ById | undefined,
): IWebhookResponseData {
	const { delivery, settings } = received;
	if (delivery.isForSample) return acceptSample(context, received);
	const workflowData = handOverCall(received, byId, adviceOn(received));
	const response = context.getResponseObject();
	const onAnswered = (answer: Answer) => log(context, delivery, answer);
	if (settings.respond === 'lastNode') {
		response.once('finish', () => {
			const { statusCode: status } = response;
			onAnswered(status < 400 ? { ...ACCEPTED, status } : { ...ACCEPTED, status, verdict: 'failed' });
		});
		return { webhookResponse: bodyOf(ACCEPTED, delivery.id), workflowData };
	}
	const { id: deliveryId, isTest } = delivery;
	const held = { deliveryId, isTest, response, answer: ACCEPTED, onAnswered };
	return { webhookResponse: holdAnswer(begunHere(context.getMode()), held), workflowData };
}

/** The same for the sample, which waits for nothing: somebody has opened its URL, in a browser or with a program. */
function acceptSample<Call extends IDataObject>(
	context: IWebhookFunctions,
	received: ReceivedCall<Call>,
): IWebhookResponseData {
	const { delivery, provider, settings } = received;
	const wouldDo = whatFiltersWouldDo(provider, settings, received);
	const answer = sampleAnswer(provider.title, wouldDo?.words);
	log(context, delivery, answer);
	const workflowData = handOverCall(received, undefined, adviceOn(received, wouldDo));
	if (!wantsPage(delivery)) return { webhookResponse: bodyOf(answer, delivery.id), workflowData };
	writePage(context.getResponseObject(), answer);
	return { noWebhookResponse: true, workflowData };
}

/** Answers at once, by the response object itself (docs/n8n.md, 2). */
function end<Call extends IDataObject>(
	context: IWebhookFunctions,
	delivery: Delivery,
	answer: Answer,
	received: ReceivedCall<Call> | undefined,
): IWebhookResponseData {
	log(context, delivery, answer);
	const response = context.getResponseObject();
	if (delivery.isForSample && wantsPage(delivery)) writePage(response, answer);
	else response.status(answer.status).json(bodyOf(answer, delivery.id));
	return { noWebhookResponse: true, workflowData: handOverIgnored(context, delivery, answer, received) };
}

/**
 * QCall guide, "Log every request (request id, timestamp, IP)": n8n's log adds the time, at the level debug (docs/n8n.md,
 * 33). What needs nobody's attention is written at that level, since a line costs as much as typing the call does.
 */
function log(context: IWebhookFunctions, { id, trigger, remoteAddress }: Delivery, { status, verdict }: Answer): void {
	const line = `${trigger.name}: delivery ${id} from ${remoteAddress}: ${status} ${verdict}`;
	if (verdict === 'rejected' || verdict === 'failed') context.logger.warn(line);
	else context.logger.debug(line);
}
