import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Row } from '../api/rows';
import { answerOrRethrow } from '../delivery/answer';
import { claimCall } from '../delivery/claim-call';
import { callHandover, handoverItems } from '../delivery/handover';
import { canHold, deliveryWithoutRequest, heldItems, problemOf } from '../delivery/held-call';
import { itemOf } from '../delivery/item';
import { decide, prepare } from '../delivery/prepare';
import { Claim } from '../memory/claims';
import { inProduction } from '../n8n/begun-here';
import { inTime } from '../n8n/in-time';
import { startExecution } from '../n8n/start-execution';
import { shown } from '../provider/comparing';
import type { Setup } from './setup';

/**
 * Hands over a call that never arrived to an execution of its own, the way a delivery goes: the same schema, filters, key and
 * outputs. It counts as received when it ended, at `endedAt` by n8n's clock: the Deduplication Window is about when calls
 * were, and a call of days ago must not make a duplicate of the next one with the same key. Gives whether n8n goes on: `failed`
 * where it could not start the execution, `stuck` where that does not begin.
 */
export async function handOverUndelivered<Call extends IDataObject>(
	setup: Setup<Call>,
	{ ids, fields, endedAt }: Pick<Row, 'ids' | 'endedAt'> & { readonly fields: IDataObject },
): Promise<'done' | 'failed' | 'stuck'> {
	const { context, provider, settings, api, register, log, pace } = setup;
	// These stand for a delivery that nobody sent, and for the answer to it: open until n8n has the call.
	const nobody = { method: '', remoteAddress: '', via: 'catch_up' } as const;
	const delivery = deliveryWithoutRequest(context, { deliveryId: randomUUID(), receivedAt: endedAt, ...nobody });
	const response = { statusCode: 500, writableEnded: false };
	const answer = (statusCode: number) => void Object.assign(response, { statusCode, writableEnded: true });
	// A webhook of it may have come meanwhile.
	const claim = new Claim(delivery.id, response, endedAt, 'catch_up');
	if (!register.catchUp(ids, claim, settings.history)) return 'done';

	const received = prepare(provider, settings, delivery, fields);
	const name = `call ${shown(received.call[api.id])}`;
	const start = async (items: INodeExecutionData[][]) => {
		const started = startExecution(context, delivery.id, items).then((outcome) => {
			// One that n8n has started, and that has failed then, n8n shows, and the user can retry it.
			answer('failed' in outcome ? 500 : 200);
			return 'failed' in outcome ? 'failed' : 'done';
		});
		const { beginHere } = inProduction;
		const became = await inTime(beginHere ? pace.forExecution : pace.forCallElsewhere, started);
		// Of one in a worker nobody hears before it has ended.
		return became ?? (beginHere ? 'stuck' : 'done');
	};
	try {
		decide(received);
		await claimCall(received, claim, 0);
	} catch (error) {
		const { verdict, message } = answerOrRethrow(error);
		const problem = problemOf(error);
		const isHeld = problem !== undefined && canHold(context, context.getNode());
		log.info(`${name}: not handed over: ${isHeld ? 'held' : verdict.replace('_', ' ')}`);
		claim.door = 'not wanted';
		// Held it is by that execution alone.
		if (isHeld) return await start(heldItems(delivery, fields, problem));
		answer(verdict === 'in_progress' ? 409 : 200);
		const item = { status: verdict, reason: message, call: itemOf(received) };
		if (verdict !== 'in_progress' && settings.emitsIgnored) {
			const { hasIgnoredOutput } = settings;
			context.emit(handoverItems({ deliveryId: delivery.id, outlet: 'ignored', item, hasIgnoredOutput }));
		}
		return 'done';
	}

	log.info(`${name}: handed over`);
	return await start(handoverItems(callHandover(received, { ids, door: 'catch_up' })));
}
