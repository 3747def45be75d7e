import { randomUUID } from 'node:crypto';
import type { ITriggerFunctions } from 'n8n-workflow';

import { claimsOf } from '../memory/claims';
import { inProduction } from '../n8n/begun-here';
import type { BesideWebhook } from '../n8n/beside-webhook';
import { inTime } from '../n8n/in-time';
import { perTrigger, triggerIdOf } from '../n8n/per-trigger';
import { startExecution } from '../n8n/start-execution';
import { handoverItems } from './handover';
import type { UnbegunCall } from './unbegun';
import { unbegunOf } from './unbegun';

/** How long an execution is waited for: with the time before it, less than the 10 s that providers wait for an answer. */
const PATIENCE_IN_MS = 3_500;
/** So long all workers may be busy before a call without a key is handed over again; n8n may also never tell. */
const FINDS_OUT_WITHIN_MS = 15 * 60_000;

/** How the trigger that n8n has started in this process starts an execution. */
class Starter {
	context?: ITriggerFunctions;

	isTrying = false;

	/** While it is being found out whether executions begin elsewhere: since when, and what comes of it. */
	private probe?: { readonly since: number; readonly isElsewhere: Promise<boolean> };

	get isProbing(): boolean {
		return this.probe !== undefined && Date.now() - this.probe.since < FINDS_OUT_WITHIN_MS && !inProduction.beginHere;
	}

	/** Finds out whether executions begin elsewhere, for all that want to know meanwhile. */
	async beginElsewhere(context: ITriggerFunctions): Promise<boolean> {
		if (this.probe === undefined || !this.isProbing) {
			const probe = { since: Date.now(), isElsewhere: beginElsewhere(context) };
			this.probe = probe;
			void probe.isElsewhere.then(() => {
				if (this.probe === probe) this.probe = undefined;
			});
		}
		return await this.probe.isElsewhere;
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
	const stopsHere = inProduction.startsHere();
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
 * Keeps a call whose execution has not begun in time; `begun` where it has by then, or where executions turn out to begin
 * elsewhere: as long as none has begun in this process, nobody knows.
 */
export async function keepUnbegun(
	trigger: string,
	{ name, claim, items }: Pick<UnbegunCall, 'name' | 'claim' | 'items'>,
): Promise<'begun' | 'kept' | 'not kept'> {
	const starter = starterOf(trigger);
	const { context } = starter;
	if (context === undefined) return 'not kept';
	// At once: of one that begins while that is found out, a second execution must not run.
	const kept = unbegunOf(trigger).keep(name, claim, items);
	if (!inProduction.beginHere) {
		const begins = inProduction.first(claim.deliveryId).then(() => true);
		const isElsewhere = starter.beginElsewhere(context).then(async (is) => {
			// Its own execution waits for a worker too, or has waited for it.
			if (is && kept !== undefined) unbegunOf(trigger).letGo(kept);
			return is || (await begins);
		});
		if (await inTime(PATIENCE_IN_MS, Promise.race([begins, isElsewhere]))) return 'begun';
	}
	if (claim.begun !== undefined) return 'begun';
	const then = kept
		? 'it is kept in memory, and handed over again'
		: 'there is no room to keep it: it is lost unless it is sent again';
	context.logger.warn(`${context.getNode().name}: n8n did not begin delivery ${claim.deliveryId} in time; ${then}`);
	return kept ? 'kept' : 'not kept';
}

const PROBE = 'No call: with this execution the trigger has found out where n8n runs executions.';

/** An execution without a call tells: it begins in this process, or ends elsewhere, or n8n cannot begin it. */
async function beginElsewhere(context: ITriggerFunctions): Promise<boolean> {
	const name = randomUUID();
	const item = { status: 'no call', reason: PROBE };
	const items = handoverItems({ outlet: 'ignored', deliveryId: name, item, hasIgnoredOutput: false });
	return await startExecution(context, name, items).then(
		(outcome) => 'run' in outcome && outcome.run.status === 'success',
		() => false,
	);
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
			// As long as nobody knows, it may wait for a worker: nothing would tell there that two executions have one call.
			if (starter.isProbing && !call.hasKey) continue;
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
	if (inProduction.beginHere || call.mayBeOnItsWay) call.isHandedOver = false;
	return hasBegun === true;
}
