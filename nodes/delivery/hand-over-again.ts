import { randomUUID } from 'node:crypto';
import type { ITriggerFunctions } from 'n8n-workflow';

import { begunHere } from './begun-here';
import { perTrigger, triggerIdOf } from '../memory/per-trigger';
import { claimsOf } from '../memory/claims';
import type { UnbegunCall } from './unbegun';
import { unbegunOf } from './unbegun';
import type { BesideWebhook } from './beside-webhook';
import { handOver } from './handover';
import { inTime } from './in-time';
import { startExecution } from './start-execution';

/** How long an execution is waited for: with the time before it, less than the 10 s that providers wait for an answer. */
const PATIENCE_IN_MS = 3_500;

/** How the trigger that n8n has started in this process starts an execution. */
class Starter {
	context?: ITriggerFunctions;

	isTrying = false;

	dropExpired(): boolean {
		return this.context === undefined;
	}
}

const starterOf = perTrigger(() => new Starter());

/**
 * n8n's trigger(), as far as it concerns deliveries: calls whose execution n8n did not begin are handed over again, by and by and
 * when another one has begun, until it does. QCall sends a call once, so nobody else has it.
 */
export function handOverAgain(context: ITriggerFunctions): BesideWebhook | undefined {
	// A test in the editor is for one call that somebody sends.
	if (context.getMode() === 'manual') return undefined;
	const stopsHere = begunHere('trigger').startsHere();
	const trigger = triggerIdOf(context);
	const starter = starterOf(trigger);
	starter.context = context;
	unbegunOf(trigger).allAreDue();
	return {
		onMinute: async () => await tryAgain(trigger),
		stop: () => {
			stopsHere();
			// A newer one may have taken its place.
			if (starter.context === context) starter.context = undefined;
		},
	};
}

/**
 * Keeps a call whose execution has not begun in time. True where executions turn out to begin elsewhere: as long as none has
 * begun in this process, nobody knows.
 */
export async function keepUnbegun(
	trigger: string,
	{ name, claim, items }: Pick<UnbegunCall, 'name' | 'claim' | 'items'>,
): Promise<boolean> {
	const { context } = starterOf(trigger);
	if (context === undefined) return false;
	if (!begunHere('trigger').any && (await beginElsewhere(context))) return true;
	const isKept = unbegunOf(trigger).keep(name, claim, items) !== undefined;
	const then = isKept
		? 'it is kept in memory, and handed over again'
		: 'there is no room to keep it: it is lost unless it is sent again';
	context.logger.warn(`${context.getNode().name}: n8n did not begin delivery ${claim.deliveryId} in time; ${then}`);
	return false;
}

const PROBE = 'No call: with this execution the trigger has found out where n8n runs executions.';

/** An execution without a call tells: it begins in this process, or ends elsewhere, or n8n cannot begin it. */
async function beginElsewhere(context: ITriggerFunctions): Promise<boolean> {
	const name = randomUUID();
	const item = { status: 'no call', reason: PROBE };
	const items = handOver({ outlet: 'ignored', deliveryId: name, item, hasIgnoredOutput: false });
	const outcome = await inTime(PATIENCE_IN_MS, startExecution(context, name, items));
	return outcome !== undefined && 'run' in outcome && outcome.run.status === 'success';
}

/** An execution of this trigger has begun: what kept others from that is gone. */
export function retryUnbegun(trigger: string): void {
	if (unbegunOf(trigger).size === 0) return;
	unbegunOf(trigger).allAreDue();
	void tryAgain(trigger);
}

/** One after the other, and no more where one does not begin: what keeps it from that keeps the others too. */
async function tryAgain(trigger: string): Promise<void> {
	const starter = starterOf(trigger);
	if (starter.isTrying) return;
	starter.isTrying = true;
	try {
		for (const call of unbegunOf(trigger).due()) {
			call.tried();
			if (!(await begins(trigger, call))) return;
		}
	} finally {
		starter.isTrying = false;
	}
}

async function begins(trigger: string, call: UnbegunCall): Promise<boolean> {
	const { context } = starterOf(trigger);
	if (context === undefined) return false;
	const { name, claim, items } = call;
	const holder = claimsOf(trigger).holderOf(name, claim.at, claim.windowInMs);
	if (claim.begun !== undefined || (holder !== undefined && holder !== claim)) {
		unbegunOf(trigger).letGo(call);
		return true;
	}
	// Of an execution in a worker n8n tells when it has ended, which may be much later: until then it is not handed over again.
	call.isHandedOver = true;
	const begun = startExecution(context, claim.deliveryId, items).then(
		(outcome) => 'begun' in outcome || ('run' in outcome && outcome.run.status === 'success'),
	);
	void begun.then((hasBegun) => {
		call.isHandedOver = false;
		if (hasBegun) unbegunOf(trigger).letGo(call);
	});
	const hasBegun = await inTime(PATIENCE_IN_MS, begun);
	if (hasBegun === undefined && begunHere('trigger').any) call.isHandedOver = false;
	return hasBegun === true;
}
