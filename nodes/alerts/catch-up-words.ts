/** What n8n's log, and alerts, say of the catching up: what is wrong, and what to do, without a full stop. */

import type { CallsApi } from '../provider/calls-api';

type Words = Pick<CallsApi<never>, 'chosen' | 'ids' | 'looks'>;

const counted = (count: number, one: string, more: string) => (count === 1 ? one : `${count} ${more}`);

const like = ({ looks }: Words) => `with the ${looks} of a delivered call, but under another ID`;

/** What rows are that are passed over, to complete "2 rows …". */
export const anotherLeg = (api: Words) => `${like(api)}: another leg of it`;
export const alike = ({ looks }: Words) => `with the same ${looks} as a delivered call that was not found by its ID`;
/** `kinds` are those of the ids by which webhooks are known. */
export const withoutId = (kinds: readonly string[], title: string) =>
	`without ${kinds.join(' or ')}, by which delivered calls are known at ${title}'s API`;

export const ASKED_AGAIN = 'Webhooks are accepted as ever; undelivered calls are asked for again';
export const IS_KEPT_NO_MORE =
	'since when it asks is kept no more: perhaps an execution that was running when the workflow was published has saved its own data over it. It goes on from the oldest call of the last 3.5 days that n8n remembers. Publish the workflow again';
export const IS_PROVED = 'a call that came by webhook was found under its ID, so undelivered calls are handed over';
export const LIST_DOES_NOT_TELL =
	'n8n did not tell which calls were handled before: only those are handed over whose own execution can find that out';
export const NEVER_BEGINS =
	'n8n does not begin the execution of an undelivered call. Look for errors above this line, and whether n8n has reached its limit of executions at a time; it is tried again';

/** `undelivered` is how many calls look so. */
export function unproved(undelivered: number, title: string, { chosen, ids }: Words): string {
	const waiting =
		undelivered === 0
			? 'calls came by webhook, and undelivered ones could not be handed over yet'
			: `${counted(undelivered, '1 call looks', 'calls look')} undelivered, and nothing is handed over yet`;
	return `${waiting}: first a call that came by webhook has to be found at ${title}'s API under the same ${Object.keys(ids).join(' or ')}, with the time at which it came. If that never happens though calls arrive, check that the webhook sends that, that the chosen ${chosen.more} are those whose Webhook URL is this node's, and report it (Support in the README)`;
}

export function otherIds(calls: number, title: string, api: Words): string {
	return `stopped. ${title}'s API tells of ${counted(calls, 'a call', 'calls')} ${like(api)}, so it cannot be told what is undelivered, and nothing is handed over until the workflow is published again. Please report it (Support in the README)`;
}

/** `what` they are completes "3 rows …". */
export function passedOver(rows: number, what: string): string {
	return `passed over ${counted(rows, '1 row', 'rows')} ${what}, which cannot be caught up`;
}

/** Some of `all` cannot be asked for, and others can; `reasons` is why, by the list. What the user chose may have been deleted. */
export function someFail(reasons: ReadonlyMap<string, Error>, all: string, isChosen: boolean): string {
	const [which, whose] = reasons.size === 1 ? [`one of the ${all}`, 'its'] : [`some of the ${all}`, 'their'];
	const what = `${which} (${[...reasons.keys()].join(', ')}) cannot be asked for, so ${whose} undelivered calls are not caught up, those of the others are: ${[...new Set([...reasons.values()].map(({ message }) => message))].join('; ')}`;
	return isChosen ? `${what}. Where it was deleted, take it out of the node and publish again` : what;
}

/** `oldest` is in milliseconds since the epoch. */
export function tooMany(history: number, oldest: number): string {
	return `there were more calls than it can tell apart with a Deduplication History of ${history}, so those that ended before ${new Date(oldest).toISOString()} are not caught up. Raise that option`;
}

/** The calls that have to be asked for alone cannot be now. */
export function someWait({ message }: Error): string {
	return `some calls have to be asked for alone, which failed, so they are caught up later: ${message}`;
}
