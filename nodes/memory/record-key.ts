import { z } from 'zod/v4';

import type { Recorded, SharedList } from './shared-list';

/** A call as it is recorded by its key. */
export const callByKey = z.object({
	/** The digest of the call's key. */
	key: z.string(),
	windowInMs: z.number(),
	/** When its delivery was received, in milliseconds since the epoch: an execution may begin much later. */
	receivedAt: z.number(),
});

export interface Recording extends z.infer<typeof callByKey> {
	/**
	 * Set unless this process took the request too. The execution then writes an entry with its id, by which it knows its
	 * own record again: where another process wrote over n8n's list, or n8n starts it once more under the same id.
	 */
	readonly executionId?: string;
}

/** Records a call as handled, for an execution that is about to handle it or has done so; `beside` is written with it. */
export async function recordKey(
	list: SharedList,
	recording: Recording,
	beside: readonly string[] = [],
): Promise<Recorded> {
	const { handled, own } = entriesOf(recording);
	const record = async () =>
		(await list.settle([...handled, ...beside], own, (before) => handled.some((entry) => before.has(entry)))).recorded;
	const recorded = await record();
	if (recorded !== 'known' || own !== undefined) return recorded;
	// Without an entry of its own this is the only process: nobody has recorded it meanwhile, but one that was killed may have
	// looked for it.
	const looked = await list.lookFor(handled);
	return looked === 'first' ? await record() : looked;
}

/** Whether a call was handled, for an execution whose call counts as handled only once the last node has answered. */
export async function lookForKey(list: SharedList, recording: Recording): Promise<Recorded> {
	return await list.lookFor(entriesOf(recording).handled);
}

/**
 * The entries that a call can have. n8n's entries carry no time, so the time is in them: a call is recorded for the half of
 * the window in which it was received and for the next one. It is known for at least half of the window and never longer
 * than the whole of it. An execution's own entry does not depend on the half.
 */
function entriesOf({ key, executionId, ...received }: Recording) {
	const half = halfOf(received);
	return {
		handled: [`${key}#${half}`, `${key}#${half + 1}`],
		own: executionId === undefined ? undefined : `${key}@${executionId}`,
	};
}

function halfOf({ receivedAt, windowInMs }: Pick<Recording, 'receivedAt' | 'windowInMs'>): number {
	return Math.floor(receivedAt / (windowInMs / 2));
}

/** How long a call is known at least of which a delivery found an earlier one recorded: as long as the half it came in. */
export function surelyKnownUntil(recording: Recording): number {
	return (halfOf(recording) + 1) * (recording.windowInMs / 2);
}
