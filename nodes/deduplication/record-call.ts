import type { ById } from './by-id';
import { askById, recordById } from './by-id';
import { callIdsOf } from './call-ids';
import type { MemoryLimits } from './claim';
import { claimsOf, endOf } from './claim';
import { maxEntriesFor, MOST_CALLS } from './list-length';
import type { ListOfN8n } from './n8n-list';
import type { Recorded, Recording } from './durable-record';
import { recorderOf, surelyKnownUntil } from './durable-record';

/** An execution that is about to handle a call, unless another one has it. */
export interface Execution {
	/** The id of its trigger. */
	readonly trigger: string;
	readonly id: string;
	/** Whether a user retries it in n8n. */
	readonly isRetry: boolean;
	readonly list: ListOfN8n;
}

/** A call that an execution is about to handle. */
export interface CallToHandle {
	readonly deliveryId: string;
	/** Absent where the user wants no deduplication, or the call has nothing that tells it from others. */
	readonly byKey?: Pick<Recording, 'key' | 'receivedAt'> & { readonly limits: MemoryLimits };
	/** Set where the trigger catches up on missed calls, and may ask for this one. */
	readonly byId?: ById;
	/** Whether its trigger catches up on missed calls, so that calls have entries by their ids in the same list. */
	readonly catchesUp?: boolean;
	/** Whether it counts as handled only once the last node has answered, rather than now. */
	readonly isAnsweredByLastNode: boolean;
}

/**
 * Records a call for an execution and tells what was found; where that is `known`, the execution is not to handle the call.
 * execute() is the first place on a delivery's way that has n8n's durable list (docs/n8n.md, 8).
 */
export async function recordCall(execution: Execution, call: CallToHandle): Promise<Recorded> {
	// One after the other: an execution that ends by the id must not have written its key, by which another execution of the
	// same call would end, and nobody would handle that.
	const byId = await recordItsId(execution, call);
	if (byId === 'known') {
		giveUpKey(execution, call);
		return 'known';
	}
	const byKey = await recordItsKey(execution, call);
	return byKey === 'first' ? byId : byKey;
}

/** What ends by its id has not written its key, so its claim must make no duplicate of another call with the same key. */
function giveUpKey({ trigger }: Execution, { byKey, deliveryId }: CallToHandle): void {
	if (byKey === undefined) return;
	const claim = claimsOf(trigger).find(byKey.key);
	if (claim?.deliveryId === deliveryId) claim.knownUntil = byKey.receivedAt;
}

async function recordItsKey(execution: Execution, call: CallToHandle): Promise<Recorded> {
	const { byKey, deliveryId } = call;
	if (byKey === undefined) return 'first';
	const { list, trigger, id, isRetry } = execution;
	const { key, receivedAt, limits } = byKey;
	const recorder = recorderOf(trigger);
	// Executions begin where requests arrive only if n8n is one process: then no other can have the call.
	const claim = claimsOf(trigger).find(key);
	const isClaimedHere = claim?.deliveryId === deliveryId && !isRetry;
	const recording = {
		...{ key, receivedAt, windowInMs: limits.windowInMs },
		maxEntries: roomFor(execution, call, limits.history, !isClaimedHere),
		executionId: isClaimedHere ? undefined : id,
	};
	if (isRetry) {
		// The user asked for it, so it runs whatever is found (docs/n8n.md, 13).
		const recorded = await recorder.record(list, recording);
		return recorded === 'known' ? 'first' : recorded;
	}
	const recorded = call.isAnsweredByLastNode
		? await recorder.begin(list, recording, deliveryId)
		: await recorder.record(list, recording);
	if (!isClaimedHere) return recorded;
	if (recorded === 'known') claim.knownUntil = surelyKnownUntil(recording);
	else if (call.isAnsweredByLastNode) {
		// Only the process that answers learns how the workflow ended (docs/n8n.md, 16). In a worker the call stays begun.
		void endOf(claim).then(async (status) => {
			if (status < 400) await recorderOf(trigger).succeeded(list, recording);
		});
	}
	return recorded;
}

async function recordItsId(execution: Execution, call: CallToHandle): Promise<Recorded> {
	const { byId, deliveryId } = call;
	if (byId === undefined) return 'first';
	const { list, trigger, id } = execution;
	const here = callIdsOf(trigger).comingOf(byId.id, deliveryId);
	const isElsewhere = here === undefined;
	const maxEntries = roomFor(execution, call, byId.history, isElsewhere);
	const record = async () =>
		await recordById(recorderOf(trigger), list, byId, maxEntries, isElsewhere ? id : undefined);
	if (execution.isRetry) {
		const recorded = await record();
		return recorded === 'known' ? 'first' : recorded;
	}
	if (!call.isAnsweredByLastNode || here === undefined) return await record();
	const found = await askById(recorderOf(trigger), list, [byId.id], byId.history);
	if (found?.get(byId.id) === 'catch_up') return 'known';
	// Recorded when it has ended well: a workflow that fails was answered as a failure, and is to be caught up.
	void endOf(here).then(async (status) => (status < 400 ? await record() : undefined));
	return 'first';
}

/** How many entries the list is to keep. What a retry was stored with may be of a time when the history was shorter. */
function roomFor(
	{ isRetry }: Execution,
	{ isAnsweredByLastNode, catchesUp = false }: CallToHandle,
	history: number,
	isElsewhere: boolean,
): number {
	return isRetry
		? maxEntriesFor(MOST_CALLS, { isAnsweredByLastNode: true, isElsewhere: true, catchesUp: true })
		: maxEntriesFor(history, { isAnsweredByLastNode, isElsewhere, catchesUp });
}
