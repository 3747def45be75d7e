import type { GenericValue, IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { perTrigger } from '../n8n/per-trigger';
import { parameterOr } from '../n8n/read-parameter';
import { adviceOn } from './advice';
import type { Answer } from './answer';
import type { Delivery } from './delivery';
import { isVisit } from './delivery';
import { handoverItems } from './handover';
import type { ReceivedCall } from './item';
import { itemOf } from './item';
import { wantsIgnoredOutput } from './outputs';
import { yesOrNo } from './settings';

/**
 * Hands over a delivery that was ended, with the reason, to the Ignored output: where the user wants that, or listens in
 * the editor and is to see why nothing comes. Everywhere else such a delivery costs no execution.
 */
export function ignoredItems<Call extends IDataObject>(
	context: IWebhookFunctions,
	delivery: Delivery,
	{ verdict, message }: Answer,
	received: ReceivedCall<Call> | undefined,
): IWebhookResponseData['workflowData'] {
	const handedOver = (hasIgnoredOutput: boolean, more: Record<string, GenericValue>) =>
		handoverItems({
			deliveryId: delivery.id,
			outlet: 'ignored',
			item: { status: verdict, reason: message, ...more },
			hasIgnoredOutput,
			hints: received && adviceOn(received),
		});

	if (received !== undefined && (verdict === 'ignored' || verdict === 'duplicate')) {
		const { emitsIgnored, hasIgnoredOutput } = received.settings;
		return emitsIgnored || delivery.isTest ? handedOver(hasIgnoredOutput, { call: itemOf(received) }) : undefined;
	}
	if ((verdict !== 'rejected' && verdict !== 'failed') || isVisit(delivery)) return undefined;
	const emitRejected = isOn(context, 'emitRejected');
	const isWanted = emitRejected && verdict === 'rejected';
	if (!delivery.isTest && !(isWanted && isDue(delivery.trigger.id, delivery.receivedAt))) return undefined;
	// Without what was sent: nobody knows who sent it.
	const { id, receivedAt, remoteAddress, method } = delivery;
	const details = { request_id: id, received_at: receivedAt.toISOString(), remote_address: remoteAddress, method };
	const hasIgnoredOutput = wantsIgnoredOutput({ emitIgnored: isOn(context, 'emitIgnored'), emitRejected });
	return handedOver(hasIgnoredOutput, { delivery: details });
}

const onOrOff = yesOrNo(false).catch(false);

/** Whether an option is on. The settings have not been read then, and need not be readable. */
function isOn(context: IWebhookFunctions, option: 'emitIgnored' | 'emitRejected'): boolean {
	return onOrOff.parse(parameterOr(context, `options.${option}`, false));
}

const REJECTED_EVERY_MS = 60_000;

/** When a rejected delivery of a trigger was handed over last: strangers must not cause many executions. */
class LastRejected {
	/** Milliseconds since the epoch. */
	at = -Infinity;

	isDue(now: number): boolean {
		return now - this.at >= REJECTED_EVERY_MS;
	}
}

const lastRejectedOf = perTrigger(
	() => new LastRejected(),
	(last, now) => last.isDue(now),
);

function isDue(trigger: string, now: Date): boolean {
	const last = lastRejectedOf(trigger);
	if (!last.isDue(now.getTime())) return false;
	last.at = now.getTime();
	return true;
}
