import type { IDataObject } from 'n8n-workflow';

import type { Transport } from '../provider/provider';
import type { Issue } from './type';
import { shownIssues } from './type';
import { inWords, type WhyIgnored } from './why-ignored';

/** What became of a delivery. */
export type Verdict = 'accepted' | 'ignored' | 'duplicate' | 'in_progress' | 'rejected' | 'held' | 'failed';

/** An HTTP answer, as the provider's delivery log shows it. */
export interface Answer {
	/** The HTTP status. */
	status: number;
	verdict: Verdict;
	/** What happened and how to change it. Never a secret, a stack or a path. */
	message: string;
	/** Further keys of the answer's body. */
	details: IDataObject;
	/** What has to be corrected for the call to go on, where it was the settings that ended it: then it is held (held-call.ts). */
	heldFor?: string;
	/** Why no call was let in, completing "refused: …", where a person has to act (alert.ts). */
	refusedFor?: string;
	/** The message without what the call brought, where that is in it: for whoever opens the sample's page (last-deliveries.ts). */
	withoutCall?: string;
}

type More = Partial<Pick<Answer, 'details' | 'heldFor' | 'refusedFor' | 'withoutCall'>>;

/**
 * Thrown to end a delivery on its way, from whichever step finds out; the door sends the answer that it carries. It is no
 * Error, for nothing went wrong: most deliveries end this way, and an Error would collect a stack for each.
 */
export class DeliveryEnded {
	readonly answer: Answer;

	constructor(verdict: Verdict, status: number, message: string, more: More = {}) {
		this.answer = { status, verdict, message, details: {}, ...more };
	}
}

/** The answer that an error carries. Any other error is left to n8n, which answers 500 and shows it to the user. */
export function answerOrRethrow(error: unknown): Answer {
	if (error instanceof DeliveryEnded) return error.answer;
	throw error;
}

/** The body of an answer. `request_id` is the delivery's id. */
export function bodyOf({ status, verdict, message, details }: Answer, deliveryId: string): IDataObject {
	return { success: status < 400, status: verdict, message, request_id: deliveryId, ...details };
}

/** The answer to an accepted delivery, which n8n sends once it has stored the execution (docs/n8n.md, 3). */
export const ACCEPTED: Answer = {
	status: 200,
	verdict: 'accepted',
	message: 'The call was accepted and its workflow started.',
	details: {},
};

/** Stands for an answer that n8n sends itself, with an error. `why` is a sentence without its full stop. */
export function answeredByN8n(status: number, why = 'n8n answered with an error of its own'): Answer {
	const message = `${why}. Look at the failed executions of this workflow, and at n8n's log.`;
	return { status, verdict: 'failed', message, details: {} };
}

/** What the user does about a held call, beside the problem, which names what has to be corrected. */
export const HOW_TO_LET_GO =
	'Change that in the trigger and publish the workflow. Then click the arrow of this execution (Retry, not Debug in editor) and choose Retry with currently saved workflow: it holds the call, which then goes the rest of its way. With the original workflow it fails again, and nothing is lost by that. Do not rename or replace the trigger before: n8n could not retry it then.';

/** And where a retry did not get further: of the executions that hold the call one alone is to be retried. */
export const RETRY_THE_FIRST =
	'Change that in the trigger and publish the workflow. Then retry the execution that says "A call is held" with the currently saved workflow, not this one: where both are retried, the call runs twice.';

/** The answer to a delivery whose call is held. `problem` is a sentence. */
export function heldAnswer(problem: string): Answer {
	const message = `Held: the call is stored, and not handled. ${problem}. Correct that in n8n, publish the workflow, and retry the failed execution with the currently saved workflow: it holds the call.`;
	return { status: 200, verdict: 'held', message, details: {} };
}

/** The same where it is answered as it would have been otherwise. */
export function heldToo(answer: Answer): Answer {
	const message = `${answer.message} n8n holds this call in a failed execution: once that is changed and published, retry that with the currently saved workflow.`;
	return { ...answer, message };
}

/** Every other sentence that a sender reads, in the order of a delivery's way. */
export const ended = {
	noCredential: () =>
		rejected(
			401,
			'This trigger has no usable credential, so it lets nobody in. Open the node in n8n, choose a credential with a header name and a secret, save it, and publish the workflow again.',
			{ refusedFor: 'the trigger has no usable credential' },
		),

	credentialOutOfReach: () =>
		new DeliveryEnded(
			'failed',
			503,
			"n8n could not read this trigger's credential just now, so it let nobody in. Send the call again: where n8n was restarting or too busy, there is nothing to change. If that fails too, look at the log of n8n, which says why.",
			{ refusedFor: "n8n could not read the trigger's credential" },
		),

	noSecret: () =>
		rejected(
			401,
			'The credential of this trigger has no secret, so it lets nobody in. Open the credential in n8n, enter a secret and save it.',
			{ refusedFor: "the trigger's credential has no secret" },
		),

	/** `strippedBy` names the provider where it may strip a header of this name. */
	headerMissing: (name: string, whereItIsSet: string, strippedBy?: string) =>
		rejected(
			401,
			`The header ${name} did not arrive. ${strippedBy === undefined ? '' : `Is it there already? ${strippedBy} may strip a header of this name: give it another one in both, such as X-Webhook-Secret. Else: `}Add it ${whereItIsSet}, with the same secret as in this trigger's credential in n8n. n8n never shows a saved secret again: if you have no copy, make a new one and enter it in both.`,
			{ refusedFor: `the header ${name} did not arrive` },
		),

	headerWrong: (name: string, whereItIsSet: string) =>
		rejected(
			401,
			`The header ${name} arrived, but with another secret than this trigger's credential in n8n has. Enter the same secret in both: in n8n, and as the header's value ${whereItIsSet}. n8n never shows a saved secret again: if you have no copy, make a new one and enter it in both.`,
			{ refusedFor: `the header ${name} holds another secret than n8n's credential` },
		),

	headerTwice: (name: string, whereItIsSet: string) =>
		rejected(
			401,
			`The header ${name} arrived with several values in one, as where it is entered twice. Enter it once, with the same secret that this trigger's credential has, ${whereItIsSet}. To change a secret without a gap, enter the old one as the credential's Previous Secret instead.`,
			{ refusedFor: `the header ${name} arrived with several values in one, as where it is entered twice` },
		),

	nothingToRead: (title: string, transports: readonly Transport[]) =>
		rejected(400, `There is nothing to read. Have ${title} send the call as ${listed(transports)}.`, {
			refusedFor: 'there was nothing to read in them',
		}),

	unreadableBody: (title: string, transports: readonly Transport[]) =>
		rejected(
			400,
			`The body cannot be read, and the query string alone may not be the whole call. Have ${title} send the call as ${listed(transports)}.`,
			{ refusedFor: 'their body could not be read' },
		),

	invalidFields: (issues: readonly Issue[]) => {
		const some = shownIssues(issues);
		const names = some.map(({ field, problem }) => `${field} (${problem})`).join(', ');
		return rejected(
			422,
			`Some fields could not be read: ${names}. Correct them at the sender, or set On Invalid Fields to Flag in n8n and publish again to accept such calls.`,
			{
				details: { issues: some },
				heldFor: `Some fields could not be read, and On Invalid Fields is set to Reject: ${names}`,
			},
		);
	},

	unusableSettings: (problem: string) =>
		new DeliveryEnded(
			'failed',
			500,
			`${problem}. The call is lost unless it is sent again: On Error of this trigger lets n8n go on, so no failed execution can hold it. Correct the settings in n8n, set On Error to Stop Workflow, and publish the workflow again.`,
		),

	ignored: (why: WhyIgnored) => {
		const answered = (reason: string) =>
			`Ignored: ${reason}. To have such calls, change this in the trigger's settings in n8n and publish again.`;
		return new DeliveryEnded('ignored', 200, answered(inWords(why)), { withoutCall: answered(why.reason) });
	},

	duplicate: (acceptedAt: string, key: string) =>
		new DeliveryEnded(
			'duplicate',
			200,
			`This call was accepted before, at ${acceptedAt}, and is not handled twice: there is nothing to do. To try the workflow with it again, send it to the Test URL, where nothing is a duplicate. Is it another call? Then choose another Deduplicate By in n8n, and publish again.`,
			{ details: { accepted_at: acceptedAt, dedupe_key: key } },
		),

	caughtUp: (title: string, endedAt: string) =>
		new DeliveryEnded(
			'duplicate',
			200,
			`This delivery comes late: the call, which ended at ${endedAt}, was asked for at ${title} and handled, and is not handled twice.`,
			{ details: { ended_at: endedAt } },
		),

	beingCaughtUp: (title: string, endedAt: string) =>
		new DeliveryEnded(
			'in_progress',
			409,
			`This delivery comes late: the call, which ended at ${endedAt}, was asked for at ${title}, and is still being worked on. Try again later.`,
			{ details: { ended_at: endedAt } },
		),

	inProgress: (receivedAt: string, key: string) =>
		new DeliveryEnded(
			'in_progress',
			409,
			`The first delivery of this call, received at ${receivedAt}, is still being worked on. Try again later.`,
			{ details: { received_at: receivedAt, dedupe_key: key } },
		),

	notBegun: (became: 'kept' | 'not kept') =>
		new DeliveryEnded(
			'failed',
			503,
			`n8n did not begin to work on this call in time, so it may not have stored it. Send it again. If that fails too, look at the failed executions of this workflow in n8n, which name what is wrong (often a node whose credential is gone), and at the log and the disk of n8n.${became === 'kept' ? ' Until n8n is restarted it tries again by itself, within the hour and as soon as another call begins.' : ''}`,
		),

	noSampleHere: () =>
		rejected(
			404,
			'There is no sample here: it exists at the test URL only. In n8n, open the trigger, copy the test URL that ends in /sample, click Execute step, and open that URL. A call goes to the same URL without /sample.',
		),

	noSampleYet: (problem: string) =>
		new DeliveryEnded(
			'failed',
			500,
			`${problem}. Correct that in the trigger, click Execute step, and reload this page.`,
		),

	noCallHere: (title: string) =>
		rejected(
			404,
			`This call came to the URL that ends in /sample, which gives an example and takes no calls. Send calls to the same URL without /sample: enter that in ${title}.`,
			{ refusedFor: 'they came to the URL that ends in /sample' },
		),
};

/** The answer to somebody who opened the sample's URL. `more`, in sentences: what else to know before real calls come. */
export function sampleAnswer(title: string, more: readonly string[] = []): Answer {
	const arrived = `An example call of ${title} is in n8n now: close this tab and go back to the editor.`;
	const reloading =
		'To get another example, click Execute step in n8n first, then reload this page. Reloaded without that, n8n answers with an error.';
	return { ...ACCEPTED, message: [arrived, ...more, reloading].join(' ') };
}

const TRANSPORTS: Record<Transport, string> = {
	json: 'a JSON object (Content-Type: application/json)',
	form: 'a form (application/x-www-form-urlencoded or multipart/form-data)',
	query: 'query parameters',
};

function listed(transports: readonly Transport[]): string {
	return transports.map((each) => TRANSPORTS[each]).join(', or as ');
}

function rejected(status: 400 | 401 | 404 | 422, message: string, more?: More): DeliveryEnded {
	return new DeliveryEnded('rejected', status, message, more);
}
