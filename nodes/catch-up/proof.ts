import type { IExecuteFunctions } from 'n8n-workflow';

import { listOfN8n } from '../delivery/list-of-n8n';
import { perTrigger, triggerIdOf } from '../memory/per-trigger';
import { recordId } from '../memory/both-doors';
import { MOST_CALLS, roomFor } from '../memory/room';
import { listOfTrigger } from '../memory/shared-list';

/** Stands in n8n's list as the id of a call that came by webhook does: looked up as one, it tells that a trigger has proved itself. */
export const PROOF = 'catching up has proved itself';

/** Whether the next execution in this process is to record that a trigger has proved itself. */
class Proof {
	isToBeRecorded = false;

	dropExpired(): boolean {
		return !this.isToBeRecorded;
	}
}

export const proofOf = perTrigger(() => new Proof());

/** Records in n8n's list that catching up has proved itself, in an execution that runs anyway. It pushes no call out. */
export async function recordProof(context: IExecuteFunctions): Promise<void> {
	const trigger = triggerIdOf(context);
	proofOf(trigger).isToBeRecorded = false;
	const room = roomFor(MOST_CALLS, { isElsewhere: true, catchesUp: true });
	await recordId(listOfTrigger(trigger, listOfN8n(context), room), { id: PROOF, door: 'webhook' });
}
