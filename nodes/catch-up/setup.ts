import { type IDataObject, type ITriggerFunctions, sleep } from 'n8n-workflow';

import type { Settings } from '../delivery/settings';
import type { Reading } from '../api/rows';
import type { Claims } from '../memory/claims';
import type { Proof } from './proof';
import type { CatchUpSettings } from './settings';
import type { TroubleLog } from '../alerts/trouble-log';

/** A trigger that catches up, as it was published. */
export interface Setup<Call extends IDataObject> extends Reading<Call> {
	readonly context: ITriggerFunctions;
	/** Of its deliveries, which a caught-up call goes the way of. */
	readonly settings: Settings<Call>;
	readonly catchUp: CatchUpSettings;
	/** Of the trigger, as long as the process lasts. */
	readonly register: Claims;
	readonly proof: Proof;
	readonly log: TroubleLog;
	readonly pace: Pace;
}

/** How long it waits, in milliseconds; other in tests, which have no time. */
export interface Pace {
	/** Until the first asking: n8n does what else it does at its start. */
	readonly beforeFirstAsking: number;
	/** For an execution, which may have to wait for a place: until it has recorded its call, or told what it has looked up. */
	readonly forExecution: number;
	/** For one with a call in a worker, of which nobody hears before it has ended. */
	readonly forCallElsewhere: number;
	readonly wait: (milliseconds: number) => Promise<void>;
}

export const PACE: Pace = {
	beforeFirstAsking: 2_000,
	forExecution: 60_000,
	forCallElsewhere: 5_000,
	wait: sleep,
};
