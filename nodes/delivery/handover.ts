import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import { type ById, callById } from '../memory/both-doors';
import { DOORS } from '../memory/claims';
import { callToHandle } from '../memory/handled-already';
import type { Hint } from '../n8n/show-hint';
import { hint } from '../n8n/show-hint';
import { isObject } from '../provider/objects';
import { adviceOnIssues } from './advice';
import type { ReceivedCall } from './item';
import { itemOf } from './item';

const object = z.custom<IDataObject>(isObject);

const delivery = { deliveryId: callToHandle.shape.deliveryId };

const emitted = {
	...delivery,
	item: object,
	hasIgnoredOutput: z.boolean(),
	/** What to tell whoever looks at the item. */
	hints: z.array(hint).optional(),
};

/** A call for the nodes behind. */
const call = callToHandle.extend({
	...emitted,
	outlet: z.literal('calls'),
	/** Whether it was held, and is handled for the first time. */
	isReleased: z.boolean().optional(),
});

/** A delivery that was ended, with the reason. */
const ignored = z.object({ ...emitted, outlet: z.literal('ignored') });

/** A call that the settings keep from going on, with what was read of it (held-call.ts). */
const held = z.object({
	...delivery,
	outlet: z.literal('held'),
	/** What has to be corrected, in a sentence. */
	problem: z.string(),
	fields: object,
	byId: callById.optional(),
	/** In milliseconds since the epoch. */
	receivedAt: z.number(),
	method: z.string(),
	remoteAddress: z.string(),
	via: z.enum(DOORS),
});

/** No call, but what somebody is to be told (alert.ts). */
const alert = z.object({
	...delivery,
	outlet: z.literal('alert'),
	message: z.string(),
	description: z.string(),
	/** Whether it is true only where n8n is one process. */
	ifOneProcess: z.boolean(),
});

const stored = z.object({ postCall: z.discriminatedUnion('outlet', [call, ignored, held, alert]) });

/**
 * What webhook() hands over to execute() through n8n, which stores it with the execution (docs/n8n.md, 1): in queue mode the
 * two run in different processes.
 */
type Handover = z.infer<typeof stored>['postCall'];
export type CallHandover = z.infer<typeof call>;
export type IgnoredHandover = z.infer<typeof ignored>;
export type HeldHandover = z.infer<typeof held>;
export type AlertHandover = z.infer<typeof alert>;

/** The items that webhook() returns. */
export function handoverItems(postCall: Handover): INodeExecutionData[][] {
	return [[{ json: { postCall } }]];
}

/** A call as it is handed over. In a test, and without a key, nothing tells it from others. */
export function callHandover<Call extends IDataObject>(
	received: ReceivedCall<Call>,
	byId: ById | undefined,
	advice: readonly Hint[] = [],
): CallHandover {
	const { key, delivery, settings, provider } = received;
	const { id, receivedAt, isTest, via } = delivery;
	const hints = [...advice, ...(via === 'catch_up' ? [itWasCaughtUp(received)] : []), ...adviceOnIssues(received)];
	const byKey = key && { key: key.digest, receivedAt: receivedAt.getTime(), windowInMs: key.limits.windowInMs };
	const api = settings.catchesUp ? provider.callsApi : undefined;
	const isKnownByLooks = api?.looksAlike === 'the same';
	return {
		outlet: 'calls',
		deliveryId: id,
		item: itemOf(received),
		byKey: isTest ? undefined : byKey,
		byId: byId && { ...byId, looks: isKnownByLooks ? byId.looks : undefined },
		history: settings.history,
		idsOfACall: Object.keys(api?.ids ?? {}).length + Number(isKnownByLooks),
		isAnsweredByLastNode: settings.respond === 'lastNode' && via === 'webhook',
		hasIgnoredOutput: settings.hasIgnoredOutput,
		hints: hints.length > 0 ? hints : undefined,
	};
}

/** The item itself tells that where the user includes the details of the delivery. */
function itWasCaughtUp<Call extends IDataObject>({ provider, delivery }: ReceivedCall<Call>): Hint {
	const endedAt = delivery.receivedAt.toISOString();
	return {
		message: `No webhook of this call was accepted: it ended at ${endedAt}, and the trigger fetched it from ${provider.title} later.`,
		type: 'info',
	};
}

/** What webhook() handed over; undefined for items that came another way, such as a user's pinned data. */
export function readHandover(items: INodeExecutionData[]): Handover | undefined {
	const parsed = stored.safeParse(items[0]?.json);
	return parsed.success ? parsed.data.postCall : undefined;
}
