import { randomUUID } from 'node:crypto';
import type { INodeExecutionData, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

import { refusedInARowOf } from '../alerts/refusals';
import { alertsOn, type AlertName, quietTime } from '../alerts/settings';
import { lastCallOf } from '../alerts/silence';
import type { Alert, Told } from '../alerts/words';
import { alertOf } from '../alerts/words';
import { inProduction } from '../n8n/begun-here';
import type { BesideWebhook } from '../n8n/beside-webhook';
import { triggerIdOf } from '../n8n/per-trigger';
import type { NodeContext } from '../n8n/read-parameter';
import { parameterOr } from '../n8n/read-parameter';
import { startExecution } from '../n8n/start-execution';
import { asObject } from '../provider/objects';
import type { Answer } from './answer';
import type { Delivery } from './delivery';
import { handoverItems } from './handover';

// An alert is an execution that fails at once: n8n shows it, and starts the Error Workflow with its error. The execution has no
// call (docs/n8n.md, 36).

/** A delivery with a call was let in. */
export function noteLetIn({ trigger, receivedAt, isTest }: Delivery): void {
	if (isTest) return;
	refusedInARowOf(trigger.id).isOver();
	lastCallOf(trigger.id).arrived(receivedAt.getTime());
}

/** What is handed over of a refused delivery where it is one of several that somebody has to be told of. */
export function alertOfRefusals(
	context: IWebhookFunctions,
	{ id, trigger, isTest, receivedAt }: Delivery,
	{ refusedFor: why, message: whatToDo }: Answer,
): INodeExecutionData[][] | undefined {
	if (why === undefined || isTest) return undefined;
	const now = receivedAt.getTime();
	const inARow = refusedInARowOf(trigger.id);
	inARow.refused(now, { why, whatToDo });
	const refusals = inARow.due(now);
	if (refusals === undefined || !isOn(context, 'deliveriesRefused')) return undefined;
	inARow.told(now);
	const alert = alertOf.refusals(refusals, { now, timezone: context.getTimezone() });
	return alertItems(id, alert);
}

/**
 * n8n's trigger(), where the user wants to be told that no call comes: it looks each minute. The settings are those with which
 * the trigger was started.
 */
export function watchForSilence(context: ITriggerFunctions): BesideWebhook | undefined {
	if (context.getMode() === 'manual' || !isOn(context, 'noCall')) return undefined;
	const quietTimeInMs = quietTime(parameterOr(context, 'options.alertAfterHours', undefined));
	const lastCall = lastCallOf(triggerIdOf(context));
	const stop = lastCall.watch(Date.now());
	const onMinute = () => {
		const now = Date.now();
		const silence = lastCall.due(now, quietTimeInMs);
		// In queue mode webhooks may come to other processes.
		if (silence === undefined || !inProduction.isOneProcess) return;
		lastCall.told();
		tell(context, alertOf.silence(silence, { now, timezone: context.getTimezone() }), { ifOneProcess: true });
	};
	return { onMinute, stop };
}

/** Something that is wrong with catching up has lasted. */
export function tellCatchUpFails(context: ITriggerFunctions, what: Parameters<typeof alertOf.catchUpFails>[0]): void {
	if (isOn(context, 'catchUpFails')) tell(context, alertOf.catchUpFails(what, toldNow(context)));
}

/** Several calls in a row came by catching up alone. */
export function tellOnlyCaughtUp(context: ITriggerFunctions, what: Parameters<typeof alertOf.onlyCaughtUp>[0]): void {
	if (isOn(context, 'onlyCaughtUp')) tell(context, alertOf.onlyCaughtUp(what, toldNow(context)));
}

function toldNow(context: ITriggerFunctions): Told {
	return { now: Date.now(), timezone: context.getTimezone() };
}

function tell(context: ITriggerFunctions, alert: Alert, { ifOneProcess = false } = {}): void {
	const id = randomUUID();
	void startExecution(context, id, alertItems(id, alert, { ifOneProcess }));
}

/**
 * `ifOneProcess`: it is true only where deliveries come to the process that started it, of which that is not sure before an
 * execution has begun.
 */
function alertItems(
	deliveryId: string,
	{ message, description }: Alert,
	{ ifOneProcess = false } = {},
): INodeExecutionData[][] {
	return handoverItems({ outlet: 'alert', deliveryId, message, description, ifOneProcess });
}

/** Whether an alert is on. An option that was added and emptied turns all of them off. */
function isOn(context: NodeContext, alert: AlertName): boolean {
	const written = asObject(context.getNode().parameters.options)?.alerts;
	const isEmptied = Array.isArray(written) && written.length === 0;
	return !isEmptied && alertsOn(parameterOr(context, 'options.alerts', undefined)).includes(alert);
}
