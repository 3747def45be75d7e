import type { ITriggerFunctions } from 'n8n-workflow';

import { begunHere } from './begun-here';
import { perTrigger, triggerIdOf } from '../memory/per-trigger';
import { registerOf } from '../memory/register';
import type { UnbegunCall } from './unbegun';
import { unbegunOf } from './unbegun';
import type { BesideWebhook } from './beside-webhook';
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
	begunHere('trigger').startsHere();
	const trigger = triggerIdOf(context);
	const starter = starterOf(trigger);
	starter.context = context;
	unbegunOf(trigger).allAreDue();
	return {
		onMinute: async () => await tryAgain(trigger),
		stop: () => {
			// A newer one may have taken its place.
			if (starter.context === context) starter.context = undefined;
		},
	};
}

/**
 * Keeps a call whose execution has not begun in time. True where it has begun after all: as long as no execution has begun in
 * this process, it may be that they begin elsewhere, and handing it over again tells.
 */
export async function keepUnbegun(
	trigger: string,
	{ name, claim, items }: Pick<UnbegunCall, 'name' | 'claim' | 'items'>,
): Promise<boolean> {
	const call = starterOf(trigger).context && unbegunOf(trigger).keep(name, claim, items);
	return call !== undefined && !begunHere('trigger').any && (await begins(trigger, call));
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
	const holder = registerOf(trigger).holderOf(name, claim.at, claim.windowInMs);
	if (claim.begun !== undefined || (holder !== undefined && holder !== claim)) {
		unbegunOf(trigger).letGo(call);
		return true;
	}
	// Of an execution in a worker n8n tells when it has ended, which may be much later: until then it is not handed over again.
	call.isHandedOver = true;
	const begun = startExecution(context, claim.deliveryId, items).then((outcome) => !('failed' in outcome));
	void begun.then((hasBegun) => {
		call.isHandedOver = false;
		if (hasBegun) unbegunOf(trigger).letGo(call);
	});
	const hasBegun = await inTime(PATIENCE_IN_MS, begun);
	if (hasBegun === undefined && begunHere('trigger').any) call.isHandedOver = false;
	return hasBegun === true;
}
