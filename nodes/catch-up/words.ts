/** What n8n's log, and alerts, say of the catching up: what is wrong, and what to do, without a full stop. */

import type { CallsApi } from '../provider/calls-api';

type Words = Pick<CallsApi<never>, 'chosen' | 'ids'>;
type Looks = Pick<CallsApi<never>, 'looks'>;

const counted = (count: number, one: string, more: string) => (count === 1 ? one : `${count} ${more}`);

const like = ({ looks }: Looks) => `with the ${looks} of a delivered call, but under another ID`;

export const ASKED_AGAIN = 'Webhooks are accepted as ever; undelivered calls are asked for again';
export const IS_KEPT_NO_MORE =
	'since when it asks is kept no more: perhaps an execution that was running when the workflow was published has saved its own data over it. It goes on from the oldest call of the last 3.5 days that n8n remembers. Publish the workflow again';
export const IS_PROVED = 'a call that came by webhook was found under its ID, so undelivered calls are handed over';
export const NEVER_BEGINS =
	'n8n does not begin the execution of an undelivered call. Look for errors above this line, and whether n8n has reached its limit of executions at a time; it is tried again';

/** `undelivered` is how many calls look so. */
export function unproved(undelivered: number, title: string, { chosen, ids }: Words): string {
	const waiting =
		undelivered === 0
			? 'calls came by webhook, and undelivered ones could not be handed over yet'
			: `${counted(undelivered, '1 call looks', 'calls look')} undelivered, and nothing is handed over yet`;
	return `${waiting}: first a call that came by webhook has to be found at ${title}'s API under the same ${Object.keys(ids).join(' or ')}. If that never happens though calls arrive, check that the webhook sends that, that the chosen ${chosen.more} are those whose Webhook URL is this node's, and report it (Support in the README)`;
}

export function otherIds(calls: number, title: string, api: Looks): string {
	return `stopped. ${title}'s API tells of ${counted(calls, 'a call', 'calls')} ${like(api)}, so it cannot be told what is undelivered, and nothing is handed over until the workflow is published again. Please report it (Support in the README)`;
}

export function otherLegs(calls: number, api: Looks): string {
	return `passed over ${counted(calls, 'a call', 'calls')} ${like(api)}: another leg of it`;
}

/** `rows` are so many each, by what they are. */
export function passedOver(rows: ReadonlyMap<string, number>): string {
	const kinds = [...rows].map(([what, count]) => `${counted(count, '1 row', 'rows')} ${what}`);
	return `passed over ${kinds.join(' and ')}, which cannot be caught up`;
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

export function listDoesNotTell(goesOn: boolean): string {
	const instead = goesOn ? 'each is looked up in an execution of its own' : 'nothing can be handed over';
	return `n8n did not tell which calls were handled before, so ${instead}`;
}

export function alike(calls: number, { looks }: Looks): string {
	return `passed over ${counted(calls, 'a call', 'calls')} with the ${looks} of a delivered one whose own ID no call has`;
}

/** `kinds` are those of the ids by which webhooks are known. */
export function withoutId(calls: number, kinds: readonly string[], title: string): string {
	return `passed over ${counted(calls, 'a call', 'calls')} of which ${title}'s API tells no ${kinds.join(' or ')}, so nobody knows whether it came by webhook`;
}

/** The calls that have to be asked for alone cannot be now. */
export function someWait({ message }: Error): string {
	return `some calls have to be asked for alone, which failed, so they are caught up later: ${message}`;
}
