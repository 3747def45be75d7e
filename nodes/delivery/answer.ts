import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

/** What became of a delivery. */
export type Verdict = 'accepted' | 'ignored' | 'duplicate' | 'in_progress' | 'rejected';

/** Why a delivery is rejected; each has a status of its own. */
export type Rejection = 'unauthenticated' | 'unreadable' | 'untyped' | 'absent';

const REJECTED_STATUS: Record<Rejection, number> = { unauthenticated: 401, unreadable: 400, untyped: 422, absent: 404 };
const STATUS: Record<Exclude<Verdict, 'rejected'>, number> = {
	accepted: 200,
	ignored: 200,
	duplicate: 200,
	in_progress: 409,
};

/** An HTTP answer, as the provider's delivery log shows it. */
export interface Answer {
	status: number;
	body: IDataObject;
}

/** The one place that maps a verdict to an answer. `details` are further keys of the answer's body. */
export function answerFor(verdict: Exclude<Verdict, 'rejected'>, message: string, details: IDataObject = {}): Answer {
	const status = STATUS[verdict];
	return { status, body: { success: status < 400, status: verdict, message, ...details } };
}

/** The answer to a delivery that is refused, and how to change that. */
export function rejectionFor(rejection: Rejection, message: string, details: IDataObject = {}): Answer {
	return {
		status: REJECTED_STATUS[rejection],
		body: { success: false, status: 'rejected', message, ...details },
	};
}

/** The answer to an accepted delivery, which n8n sends once it has stored the execution (n8n 1.x: before). */
export const ACCEPTED_ANSWER = answerFor('accepted', 'The call was accepted and its workflow started.');

/** Sends an answer at once: for every delivery that starts no workflow, whose answer n8n would send as 200. */
export function send(context: IWebhookFunctions, { status, body }: Answer): void {
	context.getResponseObject().status(status).json(body);
}
