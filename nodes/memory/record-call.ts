import { begunHere } from './begun-here';
import type { ListOfN8n } from './n8n-list';
import type { ById } from './record-id';
import { recordId, wasCaughtUp } from './record-id';
import type { Recording } from './record-key';
import { lookForKey, recordKey, surelyKnownUntil } from './record-key';
import type { Claim, MemoryLimits } from './register';
import { registerOf } from './register';
import { MOST_CALLS, roomFor } from './room';
import type { Recorded, SharedList } from './shared-list';
import { listOfTrigger } from './shared-list';
import { unbegunOf } from './unbegun';

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
	/** How many calls are remembered. */
	readonly history: number;
	/** Absent where the user wants no deduplication, or the call has nothing that tells it from others. */
	readonly byKey?: Pick<Recording, 'key' | 'receivedAt'> & Pick<MemoryLimits, 'windowInMs'>;
	/** Set where the trigger catches up, and may ask for this call. */
	readonly byId?: ById;
	/** Whether its trigger catches up, so that calls have entries by their ids in the same list. */
	readonly catchesUp: boolean;
	/** Whether it counts as handled only once the last node has answered, rather than now. */
	readonly isAnsweredByLastNode: boolean;
}

/**
 * Records a call for an execution and tells what was found; where that is `known`, the execution is not to handle the call.
 * execute() is the first place on a delivery's way that has n8n's durable list (docs/n8n.md, 8).
 *
 * A claim of the delivery in this process shows that n8n is one process: executions begin where requests arrive, and no other
 * can have the call. Whatever runs the first step again within one execution gets what the first run found.
 */
export async function recordCall(execution: Execution, call: CallToHandle): Promise<Recorded> {
	const { trigger, id, isRetry } = execution;
	const { byKey, byId, deliveryId } = call;
	const register = registerOf(trigger);
	if (isRetry) {
		// The user asked for it, so it runs whatever is found (docs/n8n.md, 13). What it was stored with may be of a time when the
		// history was shorter.
		const asked = { ...call, history: MOST_CALLS, catchesUp: true, isAnsweredByLastNode: false };
		const recorded = await record(execution, asked);
		return recorded === 'known' ? 'first' : recorded;
	}
	// Where it begins late, its delivery answered as a failure, the call may have been delivered again.
	const holder = byKey && register.holderOf(byKey.key, byKey.receivedAt, byKey.windowInMs);
	if (holder !== undefined && holder.deliveryId !== deliveryId) return 'known';
	const claim =
		register.claimOf(deliveryId, { key: byKey?.key, id: byId?.id }) ?? unbegunOf(trigger).claimOf(deliveryId);
	if (claim === undefined) return await record(execution, call);
	if (claim.begun !== undefined) return claim.begun.executionId === id ? await claim.begun.found : 'known';
	claim.begun = { executionId: id, found: begin(execution, call, claim) };
	return await claim.begun.found;
}

/** Where the last node answers, only the process that does so learns how the workflow ended (docs/n8n.md, 16). */
async function begin(execution: Execution, call: CallToHandle, claim: Claim): Promise<Recorded> {
	if (!call.isAnsweredByLastNode) claim.countsAsHandled();
	const recorded = await record(execution, call, claim);
	if (call.isAnsweredByLastNode && recorded !== 'known') {
		void claim.end().then(async (isHandled) => {
			if (isHandled) await record(execution, { ...call, isAnsweredByLastNode: false }, claim);
		});
	}
	return recorded;
}

async function record(execution: Execution, call: CallToHandle, claim?: Claim): Promise<Recorded> {
	const room = roomFor(call.history, { isElsewhere: claim === undefined, catchesUp: call.catchesUp });
	const list = listOfTrigger(execution.trigger, execution.list, room);
	const executionId = claim === undefined ? execution.id : undefined;
	// One after the other: an execution that ends by the id must not have written its key, by which another execution of the
	// same call would end, and nobody would handle that.
	const byId = await recordItsId(list, call, executionId);
	const byKey = byId === 'known' ? byId : await recordItsKey(list, call, executionId);
	// A call that was recorded before this process is known no longer than from then on; what ends by its id has recorded no key.
	if (byKey === 'known' && claim !== undefined && call.byKey !== undefined)
		claim.knownUntil = byId === 'known' ? call.byKey.receivedAt : surelyKnownUntil(call.byKey);
	return byKey === 'first' ? byId : byKey;
}

/**
 * Where the last node answers, a call is only looked for: it is recorded when that has ended well. Not in a worker, where
 * another's late write could bring a look back, and the call would count as handled though it failed.
 */
async function recordItsId(list: SharedList, call: CallToHandle, executionId?: string): Promise<Recorded> {
	const { byId, isAnsweredByLastNode } = call;
	if (byId === undefined) return 'first';
	// In a worker nobody learns of the end: there the call counts as handled for catching up when its execution begins.
	if (!isAnsweredByLastNode || isInWorker(executionId)) return await recordId(list, byId, executionId);
	return (await wasCaughtUp(list, byId.id)) ? 'known' : 'first';
}

async function recordItsKey(list: SharedList, call: CallToHandle, executionId?: string): Promise<Recorded> {
	const { byKey, isAnsweredByLastNode } = call;
	if (byKey === undefined) return 'first';
	if (!isAnsweredByLastNode) return await recordKey(list, { ...byKey, executionId });
	return isInWorker(executionId) ? 'first' : await lookForKey(list, byKey);
}

function isInWorker(executionId: string | undefined): boolean {
	return executionId !== undefined && !begunHere('webhook').isOneProcess;
}
