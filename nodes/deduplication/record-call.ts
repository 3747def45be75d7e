import { claimsOf, endOf } from './claim';
import type { ListOfN8n } from './n8n-list';
import type { Recorded, Recording } from './durable-record';
import { recorderOf } from './durable-record';

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
export interface CallToHandle extends Omit<Recording, 'executionId'> {
	readonly deliveryId: string;
	/** Whether it counts as handled only once the last node has answered, rather than now. */
	readonly isAnsweredByLastNode: boolean;
}

/**
 * Records a call for an execution and tells what was found; where that is `known`, the execution is not to handle the call.
 * execute() is the first place on a delivery's way that has n8n's durable list (docs/n8n.md, 8).
 */
export async function recordCall(execution: Execution, call: CallToHandle): Promise<Recorded> {
	const { list, trigger, id } = execution;
	const recorder = recorderOf(trigger);
	if (execution.isRetry) {
		// The user asked for it, so it runs whatever is found (docs/n8n.md, 13).
		const recorded = await recorder.record(list, { ...call, executionId: id });
		return recorded === 'known' ? 'first' : recorded;
	}

	// Executions begin where requests arrive only if n8n is one process: then no other can have the call.
	const claim = claimsOf(trigger).find(call.key);
	const isClaimedHere = claim?.deliveryId === call.deliveryId;
	const recording = { ...call, executionId: isClaimedHere ? undefined : id };
	if (!call.isAnsweredByLastNode) return await recorder.record(list, recording);

	const recorded = await recorder.begin(list, recording, call.deliveryId);
	// Only the process that answers learns how the workflow ended (docs/n8n.md, 16). In a worker the call stays begun.
	if (isClaimedHere && recorded !== 'known') {
		void endOf(claim).then(async (status) => {
			if (status < 400) await recorderOf(trigger).succeeded(list, recording);
		});
	}
	return recorded;
}
