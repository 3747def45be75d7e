import type { IHookFunctions, ITriggerFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

import { perTrigger, triggerIdOf } from './per-trigger';

/** Since when each of what was chosen is asked for, a call flow, say, in milliseconds since the epoch by n8n's own clock. */
const kept = z.array(z.tuple([z.string(), z.number()]));

/** Of a trigger that n8n has started in this process. */
interface Started {
	/** Its moments, until n8n takes its webhook away. */
	moments?: ReadonlyMap<string, number>;
	/** Those that it had when it was last stopped, undefined where they were not known; absent where catching up was off. */
	last?: { readonly moments: ReadonlyMap<string, number> | undefined };
}

const startedOf = perTrigger((): Started => ({}));

/**
 * Since when each of what is chosen is asked for: from now where the workflow was activated, else from where that began.
 * It is kept in n8n's static data under the node's id, which outlives a new name, and written here alone: later n8n would
 * save all of the workflow's static data as it was at this moment (docs/n8n.md, 31). An execution that was running then may save
 * its own copy over it. Undefined where a trigger was published before, and nothing is kept of it.
 */
export function keepMoments(
	context: ITriggerFunctions,
	chosen: readonly string[],
): ReadonlyMap<string, number> | undefined {
	const data = context.getWorkflowStaticData('global');
	const mode = context.getActivationMode();
	const { success, data: read = [] } = kept.safeParse(data[nameOf(context)]);
	const started = startedOf(triggerIdOf(context));
	const before = success ? { moments: new Map(read) } : started.last;
	const isStartOfN8n = mode === 'init' || mode === 'leadershipChange';
	const isLost = isStartOfN8n ? !success : mode === 'update' && before !== undefined && before.moments === undefined;
	if (isLost) return undefined;
	// Where another trigger of the workflow has failed, n8n 1.x starts all of them anew, in the mode that they were started in first
	// (docs/n8n.md, 43).
	const known = mode === 'activate' ? started.moments : before?.moments;
	const now = Date.now();
	// One from the future is of a clock that was wrong.
	const moments = new Map(chosen.map((of) => [of, Math.min(known?.get(of) ?? now, now)]));
	data[nameOf(context)] = [...moments];
	started.moments = moments;
	return moments;
}

/** It is stopped, with these moments; undefined where they are not known yet. */
export function noteLast(trigger: string, moments: ReadonlyMap<string, number> | undefined): void {
	startedOf(trigger).last = { moments };
}

/** n8n takes the webhook of a trigger away: the workflow is unpublished, or published anew. */
export async function noteUnpublished(this: IHookFunctions): Promise<boolean> {
	startedOf(triggerIdOf(this)).moments = undefined;
	return true;
}

/** Catching up is off: what was kept would be wrong where it is turned on again. */
export function forgetMoments(context: ITriggerFunctions): void {
	Object.assign(startedOf(triggerIdOf(context)), { moments: undefined, last: undefined });
	const data = context.getWorkflowStaticData('global');
	if (data[nameOf(context)] !== undefined) delete data[nameOf(context)];
}

function nameOf(context: ITriggerFunctions): string {
	return `catch-up ${context.getNode().id}`;
}
