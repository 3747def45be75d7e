import { z } from 'zod/v4';

import type { ListOfN8n } from '../n8n/durable-list';
import { entriesBesideKey, callById, lookForCaughtUp, recordIds } from './both-doors';
import { type Claim, claimsOf } from './claims';
import { callByKey, lookForKey, recordKey, surelyKnownUntil } from './record-key';
import { MOST_CALLS, MOST_IDS, roomFor } from './room';
import { type Recorded, listOfTrigger } from './shared-list';

/** n8n loads the nodes when it starts. */
const LOADED_AT = Date.now();

/** An execution that is about to handle a call, unless another one has it. */
export interface Execution {
	/** The id of its trigger. */
	readonly trigger: string;
	readonly id: string;
	/** Whether its call was held, and a user has let it go: each of its retries then knows its record by the delivery. */
	readonly isReleased: boolean;
	/** Whether a user retries it in n8n. */
	readonly isRetry: boolean;
	/** Whether n8n is one process, so that no other writes to its list. */
	readonly isOneProcess: boolean;
	/** The claim of its delivery, where that is known to be handed over again, and nobody retries it. */
	readonly claim?: Claim;
	readonly list: ListOfN8n;
}

/** A call that an execution is about to handle, as it is stored with that. */
export const callToHandle = z.object({
	/** Tells two executions of one delivery from two deliveries. */
	deliveryId: z.string(),
	/** How many calls are remembered. */
	history: z.number(),
	/** Absent where the user wants no deduplication, or the call has nothing that tells it from others. */
	byKey: callByKey.optional(),
	/** Set where the trigger catches up, and may ask for this call. */
	byId: callById.optional(),
	/** How many ids a call of its trigger may have in the same list: none where that does not catch up. */
	idsOfACall: z.number(),
	/** Whether it counts as handled only once the last node has answered, rather than now. */
	isAnsweredByLastNode: z.boolean(),
});

export type CallToHandle = z.infer<typeof callToHandle>;

/**
 * Records a call for an execution and tells what was found; where that is `known`, the execution is not to handle the call.
 * execute() is the first place on a delivery's way that has n8n's durable list (docs/n8n.md, 8).
 *
 * A claim of the delivery in this process shows that n8n is one process: executions begin where requests arrive, and no other
 * can have the call. Whatever runs the first step again within one execution gets what the first run found.
 */
export async function recordCall(execution: Execution, call: CallToHandle): Promise<Recorded> {
	const { trigger, id, isRetry, isReleased } = execution;
	const { byKey, byId, deliveryId } = call;
	const register = claimsOf(trigger);
	if (isRetry) {
		// The user asked for it, so it runs whatever is found (docs/n8n.md, 13). What it was stored with may be of a time when the
		// history was shorter.
		const asked = { ...call, history: MOST_CALLS, idsOfACall: MOST_IDS, isAnsweredByLastNode: false };
		const recorded = await record(execution, asked);
		return recorded === 'known' ? 'first' : recorded;
	}
	// Where it begins late, its delivery answered as a failure, the call may have been delivered again.
	const holder = byKey && register.holderOf(byKey.key, byKey.receivedAt, byKey.windowInMs);
	if (holder !== undefined && holder.deliveryId !== deliveryId) return 'known';
	// What held it has a claim, but has not handled the call.
	const claimed = isReleased ? undefined : register.claimOf(deliveryId, { key: byKey?.key, ...byId });
	const claim = claimed ?? execution.claim;
	if (claim === undefined) return await record(execution, call);
	claim.begun ??= { executionId: id, recorded: isReleased ? record(execution, call) : begin(execution, call, claim) };
	return claim.begun.executionId === id ? await claim.begun.recorded : 'known';
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
	const isHere = claim !== undefined;
	const { byKey, byId, isAnsweredByLastNode } = call;
	const room = roomFor(call.history, { isElsewhere: !isHere, idsOfACall: call.idsOfACall });
	const list = listOfTrigger(execution.trigger, execution.list, room);
	const executionId = isHere ? undefined : execution.isReleased ? call.deliveryId : execution.id;
	// Where the last node answers, a call is only looked for: it is recorded when that has ended well. Not in a worker, where
	// another's late write could bring a look back, and the call would count as handled though it failed. Nobody there learns of
	// the end: for catching up such a call counts as handled when its execution begins.
	const isOnlyLookedFor = isAnsweredByLastNode && (isHere || execution.isOneProcess);
	// The id first: an execution that ends by it must not have written its key, by which another execution of the same call
	// would end, and nobody would handle that.
	const byItsIds =
		byId && (await (isOnlyLookedFor ? lookForCaughtUp(list, byId.ids) : recordIds(list, byId, executionId)));
	// It ends by its id: by its key no other call is a duplicate of it.
	if (byItsIds === 'known' && isHere && byKey !== undefined) claim.knownUntil = byKey.receivedAt;
	if (byItsIds === 'known' || byKey === undefined) return byItsIds ?? 'first';

	// n8n begins what it has from before its start before any trigger tells that it is one process.
	let byItsKey: Recorded = 'first';
	if (!isAnsweredByLastNode)
		byItsKey = await recordKey(list, { ...byKey, executionId }, byId && entriesBesideKey(byId, executionId));
	else if (isOnlyLookedFor || byKey.receivedAt < LOADED_AT) byItsKey = await lookForKey(list, byKey);
	// The call was recorded before this process: then it is known no longer than from then on.
	if (byItsKey === 'known' && isHere) claim.knownUntil = surelyKnownUntil(byKey);
	return byItsKey === 'first' ? (byItsIds ?? 'first') : byItsKey;
}
