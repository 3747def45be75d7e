import type { IDataObject, ITriggerFunctions } from 'n8n-workflow';

import type { Register } from '../memory/register';
import type { Settings } from '../delivery/settings';
import type { CallsApi } from '../provider/calls-api';
import type { Provider } from '../provider/provider';
import type { Marks } from './marks';
import type { CatchUpSettings } from './settings';
import type { TroubleLog } from './trouble-log';

/** One trigger that catches up on missed calls, from its start until it is published anew or stopped. */
export interface CatchingUp<Call extends IDataObject> {
	readonly context: ITriggerFunctions;
	readonly provider: Provider<Call>;
	readonly api: CallsApi<Call>;
	/** Of its deliveries, which a caught-up call goes the way of. */
	readonly settings: Settings<Call>;
	readonly catchUp: CatchUpSettings;
	/** What names the trigger. */
	readonly trigger: string;
	readonly ids: Register;
	readonly marks: Marks;
	readonly log: TroubleLog;
	/** The calls that the durable list was asked for and did not know. */
	readonly askedFor: Set<string>;
	/** How far back it asks at most, in milliseconds. */
	backMs: number;
	/** When a call that had come to this process was last found at the API under its id, by n8n's clock. */
	foundAt: number;
	/** Set where the trigger was stopped or published anew, or what it found forbids to go on. */
	hasEnded: boolean;
	/** Milliseconds since the epoch by n8n's clock; the API does not want to be asked before. */
	notBefore: number;
}
