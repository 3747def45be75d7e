import type { IHookFunctions, ITriggerFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

import { perTrigger, triggerIdOf } from './per-trigger';
import { hasExpression } from './read-parameter';

/** As they are kept: by what was chosen, a call flow, say, in milliseconds since the epoch by n8n's own clock. */
const kept = z.array(z.tuple([z.string(), z.number()]));

/** Stands there where it was turned off: nothing is lost then. */
const FORGOTTEN = 'off';

/** Since when one of what was chosen is asked for; where that `isLost`, when this was noticed. */
interface Moment {
	readonly at: number;
	readonly isLost?: boolean;
}

export type Moments = ReadonlyMap<string, Moment>;

/** Of a trigger that n8n has started in this process. */
interface Started {
	/** Its moments, until n8n takes its webhook away. */
	moments?: Moments;
	/** Those that it had when it was last stopped: none where catching up was off. */
	last?: Moments;
}

const startedOf = perTrigger((): Started => ({}));

/**
 * Since when each of what is chosen is asked for: from now where the workflow was activated, else from where that began.
 * It is kept in n8n's static data under the node's id, which outlives a new name, and written here alone: later n8n would
 * save all of the workflow's static data as it was at this moment (docs/n8n.md, 31). An execution that was running then may save
 * its own copy over it: what a start of n8n does not find is lost.
 */
export function keepMoments(context: ITriggerFunctions, chosen: readonly string[]): Moments {
	const data = context.getWorkflowStaticData('global');
	const mode = context.getActivationMode();
	const isStartOfN8n = mode === 'init' || mode === 'leadershipChange';
	const read = new Map(kept.safeParse(data[nameOf(context)]).data);
	// Where it is on for good, n8n cannot have stopped while it was off: such an execution has written that.
	const wasOff = data[nameOf(context)] === FORGOTTEN && hasExpression(context.getNode().parameters.catchUp);
	const started = startedOf(triggerIdOf(context));
	const now = Date.now();
	const momentOf = (of: string): Moment => {
		// Where another trigger of the workflow has failed, n8n 1.x starts all of them anew, in the mode that they were started in first
		// (docs/n8n.md, 43).
		if (mode === 'activate') return started.moments?.get(of) ?? { at: now };
		// Another process may have led meanwhile.
		const last = mode === 'leadershipChange' ? undefined : started.last;
		if (last !== undefined) return last.get(of) ?? { at: now };
		const at = read.get(of);
		return at === undefined ? { at: now, isLost: isStartOfN8n && !wasOff } : { at };
	};
	// One from the future is of a clock that was wrong.
	const notAhead = ({ at, isLost }: Moment): Moment => ({ at: Math.min(at, now), isLost });
	const moments = new Map(chosen.map((of) => [of, notAhead(momentOf(of))]));
	data[nameOf(context)] = [...moments].filter(([, { isLost }]) => !isLost).map(([of, { at }]) => [of, at]);
	started.moments = moments;
	return moments;
}

/** It cannot be asked yet, for its settings cannot be used: once they can, a workflow that was unpublished has begun now. */
export function beginNow(context: ITriggerFunctions): void {
	const started = startedOf(triggerIdOf(context));
	if (context.getActivationMode() !== 'activate' || started.moments !== undefined) return;
	started.last = undefined;
	const data = context.getWorkflowStaticData('global');
	const read = kept.safeParse(data[nameOf(context)]).data;
	if (read !== undefined) data[nameOf(context)] = read.map(([of]) => [of, Date.now()]);
}

/** It is stopped, with these moments. */
export function noteLast(trigger: string, moments: Moments): void {
	startedOf(trigger).last = moments;
}

/** n8n takes the webhook of a trigger away: the workflow is unpublished, or published anew. */
export async function noteUnpublished(this: IHookFunctions): Promise<boolean> {
	startedOf(triggerIdOf(this)).moments = undefined;
	return true;
}

/** Catching up is off: what was kept would be wrong where it is turned on again. */
export function forgetMoments(context: ITriggerFunctions): void {
	Object.assign(startedOf(triggerIdOf(context)), { moments: undefined, last: new Map() });
	const data = context.getWorkflowStaticData('global');
	const before = data[nameOf(context)];
	// What is written is saved, so it is written once.
	if (before !== undefined && before !== FORGOTTEN) data[nameOf(context)] = FORGOTTEN;
}

function nameOf(context: ITriggerFunctions): string {
	return `catch-up ${context.getNode().id}`;
}
