import { randomUUID } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { DeliveryResponse } from '../memory/register';
import type { Answer } from '../delivery/answer';
import { answerOrRethrow, ended } from '../delivery/answer';
import { begunHere } from '../memory/begun-here';
import { Claim } from '../memory/register';
import { claimCall } from '../delivery/claim-call';
import { dedupeKeyOf } from '../delivery/dedupe-key';
import type { Delivery } from '../delivery/delivery';
import { filterCall } from '../delivery/filter';
import { handOver, handOverCall } from '../delivery/handover';
import type { ReceivedCall } from '../delivery/item';
import { itemOf } from '../delivery/item';
import { typeFields } from '../delivery/type';
import type { CatchingUp } from './catching-up';
import { inTime } from './in-time';
import type { Row } from './rows';
import type { Outcome } from './start-execution';
import { run } from './start-execution';

/** How long the next call waits until this one is recorded; of one in a worker nobody hears before it has ended. */
const PATIENCE_IN_MS = { here: 60_000, elsewhere: 5_000 };
/** After so long without a sign, n8n is taken not to have stored it. */
const GIVEN_UP_AFTER_MS = 3_600_000;

/** Stands for the answer to a delivery that nobody sent: open until n8n has the call. */
class Handing implements DeliveryResponse {
	private status: number | undefined;

	private readonly since = Date.now();

	get writableEnded(): boolean {
		return this.status !== undefined || Date.now() - this.since > GIVEN_UP_AFTER_MS;
	}

	get statusCode(): number {
		return this.status ?? 500;
	}

	end(status: number): void {
		this.status = status;
	}
}

/** What became of one call. */
export type HandedOn = 'safe' | 'open' | 'failed' | 'stuck';

/**
 * Hands a call on that never arrived, in an execution of its own, the way a delivery goes: the same schema, filters, key and
 * outputs. `failed` where n8n could not start it, `stuck` where it does not begin: then the others have to wait.
 */
export async function handOn<Call extends IDataObject>(it: CatchingUp<Call>, row: Row): Promise<HandedOn> {
	const { provider, settings, ids, trigger, log } = it;
	const { history } = settings;
	const delivery = standInDelivery(it, row);
	const handing = new Handing();
	// A webhook of it may have come meanwhile.
	const claim = new Claim(delivery.id, handing, delivery.receivedAt.getTime(), 'catch_up');
	if (!ids.catchUp(row.id, claim, history)) return ids.stateOf(row.id) === 'open' ? 'open' : 'safe';

	const fields = row.fields ?? {};
	const typed = typeFields(provider.schema, fields, settings.customFields);
	const key = dedupeKeyOf(provider, settings, typed, it.context.getInstanceId());
	const received: ReceivedCall<Call> = { provider, settings, delivery, fields, ...typed, key };
	try {
		if (typed.issues.length > 0 && settings.rejectsInvalidFields) throw ended.invalidFields(typed.issues);
		filterCall(provider, settings, typed, (field) => Object.hasOwn(fields, field));
		await claimCall(received, claim, 0);
	} catch (error) {
		const answer = answerOrRethrow(error);
		log.info(`call ${received.call[it.api.id]}: not handed on: ${answer.verdict.replace('_', ' ')}`);
		claim.runs = false;
		handing.end(answer.verdict === 'in_progress' ? 409 : 200);
		if (answer.verdict === 'in_progress') return 'open';
		await handOnIgnored(it, received, answer);
		return 'safe';
	}

	const handover = handOverCall(received, { id: row.id, door: 'catch_up' });
	log.info(`call ${received.call[it.api.id]}: handed on`);
	const outcome = runOnce(it, delivery.id, handover, `${trigger}/${row.id}`);
	void outcome.then((became) => handing.end(statusOf(became)));
	const patience = begunHere('trigger').any ? PATIENCE_IN_MS.here : PATIENCE_IN_MS.elsewhere;
	const became = await inTime(patience, outcome);
	if (became !== undefined) return statusOf(became) < 400 ? 'safe' : 'failed';
	return begunHere('trigger').any ? 'stuck' : 'open';
}

/**
 * Runs it under a key of which n8n stores one execution only. Where n8n refuses, there is one already, which may never have
 * begun: n8n may have been killed before its first step. So it runs without the key, and n8n's list tells whether it may.
 */
async function runOnce<Call extends IDataObject>(
	it: CatchingUp<Call>,
	runId: string,
	items: INodeExecutionData[][],
	onlyOnceUnder: string,
): Promise<Outcome> {
	const outcome = await run(it, runId, items, onlyOnceUnder);
	return 'run' in outcome && outcome.run === undefined ? await run(it, runId, items) : outcome;
}

/** An execution that has failed is one that n8n shows, and the user can retry. */
function statusOf(outcome: Outcome): number {
	return 'failed' in outcome ? 500 : 200;
}

/**
 * What stands for the delivery that never came. It counts as received when the call ended: the Deduplication Window is about
 * when calls were, and a call of days ago must not make a duplicate of the next one with the same key.
 */
function standInDelivery<Call extends IDataObject>({ context, trigger, marks }: CatchingUp<Call>, row: Row): Delivery {
	return {
		trigger: { id: trigger, name: context.getNode().name },
		id: randomUUID(),
		receivedAt: new Date(marks.byOwnClock(row.endedAt)),
		method: '',
		remoteAddress: '',
		headers: {},
		query: {},
		body: undefined,
		via: 'catch_up',
		isTest: false,
		isForSample: false,
	};
}

/** To the Ignored output, where the user wants to see there what was ignored. */
async function handOnIgnored<Call extends IDataObject>(
	it: CatchingUp<Call>,
	received: ReceivedCall<Call>,
	{ verdict, message }: Answer,
): Promise<void> {
	const { emitsIgnored, hasIgnoredOutput } = it.settings;
	if (!emitsIgnored) return;
	const { id } = received.delivery;
	const item = { status: verdict, reason: message, call: itemOf(received) };
	it.context.emit(handOver({ deliveryId: id, outlet: 'ignored', item, hasIgnoredOutput }));
}
