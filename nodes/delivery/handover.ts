import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { ById } from '../memory/record-id';
import type { ReceivedCall } from './item';
import { itemOf } from './item';

const common = {
	/** Its id tells two executions of one delivery from two deliveries. */
	deliveryId: z.string(),
	item: z.custom<IDataObject>((value) => typeof value === 'object' && value !== null),
	hasIgnoredOutput: z.boolean(),
	/** What to tell whoever listens in the editor. */
	hints: z.array(z.object({ message: z.string(), type: z.enum(['info', 'warning']) })).optional(),
};

/** A call for the nodes behind, with all that `recordCall` has to know of it. */
const call = z.object({
	...common,
	outlet: z.literal('calls'),
	byKey: z
		.object({
			key: z.string(),
			receivedAt: z.number(),
			windowInMs: z.number(),
		})
		.optional(),
	byId: z.object({ id: z.string(), door: z.enum(['webhook', 'catch_up']) }).optional(),
	history: z.number(),
	catchesUp: z.boolean(),
	isAnsweredByLastNode: z.boolean(),
});

/** A delivery that was ended, with the reason. */
const ignored = z.object({ ...common, outlet: z.literal('ignored') });

const stored = z.object({ postCall: z.discriminatedUnion('outlet', [call, ignored]) });

/**
 * What webhook() hands over to execute() through n8n, which stores it with the execution (docs/n8n.md, 1): in queue mode the
 * two run in different processes.
 */
export type Handover = z.infer<typeof stored>['postCall'];
export type CallHandover = z.infer<typeof call>;
export type Hint = NonNullable<Handover['hints']>[number];

/** The items that webhook() returns. */
export function handOver(postCall: Handover): INodeExecutionData[][] {
	return [[{ json: { postCall } }]];
}

/** Hands over a call. In a test, and without a key, nothing tells it from others. */
export function handOverCall<Call extends IDataObject>(
	received: ReceivedCall<Call>,
	byId: ById | undefined,
	hints?: Hint[],
): INodeExecutionData[][] {
	const { key, delivery, settings } = received;
	const { id, receivedAt, isTest, via } = delivery;
	const byKey = key && { key: key.digest, receivedAt: receivedAt.getTime(), windowInMs: key.limits.windowInMs };
	return handOver({
		outlet: 'calls',
		deliveryId: id,
		item: itemOf(received),
		byKey: isTest ? undefined : byKey,
		byId,
		history: settings.history,
		catchesUp: settings.catchesUp,
		isAnsweredByLastNode: settings.respond === 'lastNode' && via === 'webhook',
		hasIgnoredOutput: settings.hasIgnoredOutput,
		hints,
	});
}

/** What webhook() handed over; undefined for items that came another way, such as a user's pinned data. */
export function readHandover(items: INodeExecutionData[]): Handover | undefined {
	const parsed = stored.safeParse(items[0]?.json);
	return parsed.success ? parsed.data.postCall : undefined;
}
