import type { INodeExecutionData, IRun, ITriggerFunctions } from 'n8n-workflow';

import type { Begun } from './begun-here';
import { inProduction } from './begun-here';
import { inTime } from './in-time';

/** Longer than a free n8n takes. */
const BEGINS_WITHIN_MS = 20_000;

/** What became of an execution that the trigger itself started. */
export type Outcome =
	/** Its first step has begun in this process, and has found out what it tells. */
	| { begun: Begun }
	/** It has ended in another process. */
	| { run: IRun }
	/** n8n could not start it, or ended it before its first step. */
	| { failed: true };

/**
 * Starts an execution under a name, by which its first step tells of itself. Where executions begin in this process, that is
 * all that is listened to: whoever listens to n8n 1.x as well makes an error that nobody handles of an execution that cannot be
 * stored (docs/n8n.md, 31). Of one in a worker only n8n tells, when it has ended. It may never settle, so nobody waits for it
 * without end.
 */
export async function startExecution(
	context: ITriggerFunctions,
	name: string,
	items: INodeExecutionData[][],
): Promise<Outcome> {
	const first = inProduction.first(name);
	const begins = first.then(async (begun) => {
		await Promise.all([begun.recorded, begun.handled]);
		return { begun };
	});
	if (inProduction.beginHere) {
		context.emit(items);
		// By the next one it is found out whether they begin elsewhere now.
		void inTime(BEGINS_WITHIN_MS, first).then((begun) => (inProduction.beginHere &&= begun !== undefined));
		return await begins;
	}
	const done = context.helpers.createDeferredPromise<IRun>();
	context.emit(items, undefined, done);
	const ended = done.promise.then(
		(run: IRun | undefined) => (run === undefined ? { failed: true as const } : { run }),
		() => ({ failed: true as const }),
	);
	const outcome = await Promise.race([begins, ended]);
	inProduction.leave(name);
	if ('run' in outcome && outcome.run?.status === 'success') inProduction.endedElsewhere();
	return outcome;
}
