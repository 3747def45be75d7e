import type { IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';
import { webhookDescriptionFields } from 'n8n-workflow';

import type { Begun } from '../memory/begun-here';
import { begunHere } from '../memory/begun-here';
import type { CatchingUp } from './catching-up';

/**
 * Whether n8n's database refuses a second execution under one key: since 2.41, which alone has this function. What is refused
 * never begins, so n8n has to be listened to as well. Listening to older versions makes an error that nobody handles of an
 * execution that cannot be stored (docs/n8n.md, 31), so where executions begin here it is left out.
 */
const IS_REFUSED_TWICE = typeof webhookDescriptionFields === 'function';

/** What became of an execution that the trigger started. */
export type Outcome =
	/** Its first step has begun in this process, and has found out what it tells. */
	| { begun: Begun }
	/** n8n tells that it has ended, wherever it ran; undefined where the database refused a second one under its key. */
	| { run: IRun | undefined }
	/** n8n could not start it. */
	| { failed: true };

/**
 * Starts an execution; `runId` is what it calls itself when it tells something. The first of two signs that come tells what became of it: what its first step tells in this process,
 * or n8n when it has ended, which is all that is to be had from a worker. Settles with one of them, or never where n8n 1.x
 * could not store it (docs/n8n.md, 31): so nobody may wait for it without end.
 */
export function run<Call extends IDataObject>(
	{ context, marks }: CatchingUp<Call>,
	runId: string,
	items: INodeExecutionData[][],
	onlyOnceUnder?: string,
): Promise<Outcome> {
	// n8n saves it when it emits.
	marks.save();
	const here = begunHere('trigger');
	const told = here.first(runId).then(async (begun) => {
		await Promise.all([begun.found, begun.handled]);
		return { begun };
	});
	if (here.any && !IS_REFUSED_TWICE) {
		context.emit(items);
		return told;
	}
	const done = context.helpers.createDeferredPromise<IRun>();
	context.emit(items, undefined, done, onlyOnceUnder);
	const ended = done.promise.then(
		(ran: IRun | undefined) => ({ run: ran }),
		() => ({ failed: true as const }),
	);
	return Promise.race([told, ended]).finally(() => here.leave(runId));
}
