import { type IDataObject, type ITriggerFunctions, sleep } from 'n8n-workflow';

import type { TroubleLog } from '../alerts/trouble-log';
import type { ApiClock } from '../api/clock';
import type { Names } from '../api/names';
import type { Reading } from '../api/rows';
import type { Settings } from '../delivery/settings';
import type { Claims } from '../memory/claims';
import type { AskedSince } from './asked-since';
import type { Proof } from './proof';
import { type CatchUpSettings, MINUTE_IN_MS } from './settings';

/** So long the API may fail before somebody is told: it may be down for a while. */
export const API_FAILS_FOR_MS = 60 * MINUTE_IN_MS;

/** A trigger that catches up, from its start until it is published anew or stopped. */
export interface Setup<Call extends IDataObject> extends Reading<Call> {
	readonly context: ITriggerFunctions;
	/** Of its deliveries, which a caught-up call goes the way of. */
	readonly settings: Settings<Call>;
	readonly catchUp: CatchUpSettings;
	/** Of the trigger, as long as the process lasts, as are `names`. */
	readonly register: Claims;
	readonly names: Names;
	readonly proof: Proof;
	readonly log: TroubleLog;
	readonly clock: ApiClock;
	readonly since: AskedSince;
	readonly pace: Pace;
	/** Aborted where the trigger was stopped or published anew, or what it found forbids to go on. */
	readonly end: AbortController;
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
