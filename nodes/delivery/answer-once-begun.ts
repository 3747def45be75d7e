import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import type { BegunHere } from '../n8n/begun-here';
import type { Answer } from './answer';
import { answeredByN8n, bodyOf, ended } from './answer';

/**
 * How long an answer waits for the first step of its execution. Many times what n8n needs (2.41.1: 4 to 10 ms, within 50 ms on
 * a machine that has four times the work it can do), and well under the 10 s that providers wait. In a test nobody knows whether
 * that begins in this process at all, until the first one has.
 */
const PATIENCE_IN_MS = { production: 5_000, firstTest: 200 };

/** A delivery whose answer waits for its execution. */
interface Waiting {
	readonly deliveryId: string;
	readonly response: ReturnType<IWebhookFunctions['getResponseObject']>;
	readonly answer: Answer;
	readonly isTest: boolean;
	/** Its execution has not begun in time. */
	readonly onLate: () => Promise<'begun' | 'kept' | 'not kept'>;
	/** Hears what was answered. */
	readonly onAnswered: (answer: Answer) => void;
}

/**
 * Gives the body that webhook() is to return for an accepted delivery, and waits when n8n sends that very object
 * (docs/n8n.md, 4), until the execution of this delivery has begun. Whatever else n8n sends, an error of its own for example,
 * goes out as it is. An expression in the webhook's description would know the execution's id too, but costs each delivery,
 * ignored or not, more than everything else together (docs/n8n.md, 5).
 *
 * An execution that has not begun in time is a failure: n8n 1.x answers before it stores it (docs/n8n.md, 3), and either may
 * end it before its first step, and then has no call of it. In queue mode it begins in a worker, of which this process learns
 * nothing: there the answer goes out without an id.
 */
export function answerOnceBegun(begunHere: BegunHere, waiting: Waiting): IDataObject {
	const { deliveryId, response, answer, isTest, onAnswered } = waiting;
	const body = bodyOf(answer, deliveryId);
	const send = response.json.bind(response);
	const begun = begunHere.isElsewhere ? undefined : begunHere.first(deliveryId);
	response.json = (sent: unknown) => {
		response.json = send;
		if (sent !== body) {
			begunHere.leave(deliveryId);
			const { statusCode: status } = response;
			onAnswered(status < 400 ? { ...answer, status } : answeredByN8n(status));
			return send(sent);
		}
		if (begun === undefined) {
			onAnswered(answer);
			response.status(answer.status);
			return send(body);
		}
		const patience = isTest && !begunHere.beginHere ? PATIENCE_IN_MS.firstTest : PATIENCE_IN_MS.production;
		void Promise.race([begun, sleep(patience)]).then(async (first) => {
			begunHere.leave(deliveryId);
			const became = first === undefined && !isTest ? await waiting.onLate() : 'begun';
			const final = became === 'begun' ? answer : ended.notBegun(became).answer;
			onAnswered(final);
			const id = first === undefined ? {} : { execution_id: first.executionId };
			return response.status(final.status).json({ ...bodyOf(final, deliveryId), ...id });
		});
		return response;
	};
	return body;
}
