import { randomUUID } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import type { Answer } from '../delivery/answer';
import { answerOrRethrow } from '../delivery/answer';
import { claimCall } from '../delivery/claim-call';
import type { Delivery } from '../delivery/delivery';
import { handOver, handOverCall } from '../delivery/handover';
import { canHold, handOverHeld, problemOf } from '../delivery/held-call';
import type { ReceivedCall } from '../delivery/item';
import { itemOf } from '../delivery/item';
import { decide, prepare } from '../delivery/prepare';
import { begunHere } from '../delivery/begun-here';
import type { DeliveryResponse, Claims } from '../memory/claims';
import { Claim } from '../memory/claims';
import { shown } from '../provider/comparing';
import { inTime } from '../delivery/in-time';
import type { Row } from './rows';
import type { Setup } from './setup';
import type { Outcome } from '../delivery/start-execution';
import { startExecution } from '../delivery/start-execution';
import type { TroubleLog } from './say-once';

/** Stands for the answer to a delivery that nobody sent: open until n8n has the call. */
class StandInResponse implements DeliveryResponse {
	statusCode = 500;

	writableEnded = false;

	end(status: number): void {
		this.statusCode = status;
		this.writableEnded = true;
	}
}

/** What became of one call: `failed` where n8n could not start its execution, `stuck` where that does not begin. */
export type HandedOver = 'safe' | 'open' | 'failed' | 'stuck';

/**
 * Hands over a call that never arrived to an execution of its own, the way a delivery goes: the same schema, filters, key and
 * outputs. It counts as received when it ended, at `endedAt` by n8n's clock: the Deduplication Window is about when calls
 * were, and a call of days ago must not make a duplicate of the next one with the same key.
 */
export async function handOverUndelivered<Call extends IDataObject>(
	setup: Setup<Call>,
	{ ids, log }: { ids: Claims; log: TroubleLog },
	{ id, fields = {} }: Row,
	endedAt: number,
): Promise<HandedOver> {
	const { provider, settings, api, pace } = setup;
	const { history } = settings;
	const delivery = standInDelivery(setup, endedAt);
	const response = new StandInResponse();
	// A webhook of it may have come meanwhile.
	const claim = new Claim(delivery.id, response, endedAt, 'catch_up');
	if (!ids.catchUp(id, claim, history)) return ids.stateOf(id) === 'open' ? 'open' : 'safe';

	const received = prepare(provider, settings, delivery, fields);
	const name = `call ${shown(received.call[api.id])}`;
	try {
		decide(received);
		await claimCall(received, claim, 0);
	} catch (error) {
		const answer = answerOrRethrow(error);
		const problem = problemOf(error);
		const isHeld = problem !== undefined && canHold(setup.context, setup.context.getNode());
		log.info(`${name}: not handed over: ${isHeld ? 'held' : answer.verdict.replace('_', ' ')}`);
		claim.runs = false;
		response.end(answer.verdict === 'in_progress' ? 409 : 200);
		if (answer.verdict === 'in_progress') return 'open';
		if (isHeld) setup.context.emit(handOverHeld(delivery, fields, problem));
		else handOverIgnored(setup, received, answer);
		return 'safe';
	}

	const items = handOverCall(received, { id, door: 'catch_up' });
	log.info(`${name}: handed over`);
	const outcome = startExecution(setup.context, delivery.id, items);
	void outcome.then((became) => response.end(statusOf(became)));
	const became = await inTime(begunHere('trigger').any ? pace.forRecord.here : pace.forRecord.elsewhere, outcome);
	if (became !== undefined) return statusOf(became) < 400 ? 'safe' : 'failed';
	return begunHere('trigger').any ? 'stuck' : 'open';
}

/** An execution that has failed is one that n8n shows, and the user can retry. */
function statusOf(outcome: Outcome): number {
	return 'failed' in outcome ? 500 : 200;
}

/** What stands for the delivery that never came. */
function standInDelivery<Call extends IDataObject>({ context, trigger }: Setup<Call>, receivedAt: number): Delivery {
	return {
		trigger: { id: trigger, name: context.getNode().name, instanceId: context.getInstanceId() },
		id: randomUUID(),
		receivedAt: new Date(receivedAt),
		...{ method: '', remoteAddress: '', headers: {}, query: {}, body: undefined },
		...{ via: 'catch_up', isTest: false, isForSample: false },
	};
}

/** To the Ignored output, where the user wants to see there what was ignored. */
function handOverIgnored<Call extends IDataObject>(
	{ context, settings: { emitsIgnored, hasIgnoredOutput } }: Setup<Call>,
	received: ReceivedCall<Call>,
	{ verdict, message }: Answer,
): void {
	if (!emitsIgnored) return;
	const item = { status: verdict, reason: message, call: itemOf(received) };
	context.emit(handOver({ deliveryId: received.delivery.id, outlet: 'ignored', item, hasIgnoredOutput }));
}
