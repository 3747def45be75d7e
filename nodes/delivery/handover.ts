import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod/v4';

import type { DedupeKey } from './dedupe-key';

/**
 * What webhook() hands over to execute() through n8n, which stores it with the execution (docs/n8n.md, 1): in queue mode the
 * two run in different processes.
 */
const handover = z.object({
	postCall: z.object({
		/** Its id tells two executions of one delivery from two deliveries. */
		deliveryId: z.string(),
		outlet: z.enum(['calls', 'ignored']),
		item: z.custom<IDataObject>((value) => typeof value === 'object' && value !== null),
		/** The digest of the dedupe key, and how long the call is remembered; absent where it is not. */
		remembered: z
			.object({ key: z.string(), receivedAt: z.number(), history: z.number(), windowInMs: z.number() })
			.optional(),
		/** Whether calls are remembered by their ids too, this one or others. */
		sharesList: z.boolean().optional(),
		/** The digest of the call's id, and the door it came in by; absent where the trigger does not catch up on calls. */
		byId: z.object({ id: z.string(), door: z.enum(['webhook', 'catch_up']), history: z.number() }).optional(),
		respond: z.enum(['onReceived', 'lastNode']),
		hasIgnoredOutput: z.boolean(),
		/** What to tell whoever listens in the editor. */
		hints: z.array(z.object({ message: z.string(), type: z.enum(['info', 'warning']) })).optional(),
	}),
});

export type Handover = z.infer<typeof handover>['postCall'];
export type Hint = NonNullable<Handover['hints']>[number];

/** What a handover tells of a call that is to be remembered by its key. */
export function rememberedOf({ digest, limits }: DedupeKey, receivedAt: Date): NonNullable<Handover['remembered']> {
	return { key: digest, receivedAt: receivedAt.getTime(), ...limits };
}

/** The items that webhook() returns. */
export function handOver(postCall: Handover): INodeExecutionData[][] {
	return [[{ json: { postCall } }]];
}

/** What webhook() handed over; undefined for items that came another way, such as a user's pinned data. */
export function readHandover(items: INodeExecutionData[]): Handover | undefined {
	const parsed = handover.safeParse(items[0]?.json);
	return parsed.success ? parsed.data.postCall : undefined;
}
