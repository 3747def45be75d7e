import { z } from 'zod';

import type { Answer, SinkCall } from '../../../host';
import { accountsOf, type Stored, withFate } from '../support/books';
import { countBy } from '../support/verdict';
import { type Kind, MIN_DURATION_IN_SECONDS, type Planned } from './traffic';

const documented = z.object({
	success: z.boolean(),
	status: z.enum(['accepted', 'ignored', 'duplicate', 'in_progress', 'rejected']),
	message: z.string().min(10),
});

/** A delivery with the answer that ended it, and the attempts that it took: n8n was being started anew meanwhile. */
export interface Delivered extends Planned {
	answer: Answer;
	attempts: number;
}

export interface Balance {
	/** `new: accepted` and the like, with their counts. */
	answers: Record<string, number>;
	/** Deliveries whose answer is none for their kind, or does not say why. */
	unaccounted: string[];
	/** Calls that should run, and how many of them had exactly one side effect. */
	calls: number;
	ranOnce: number;
	twice: string[];
	/** Calls without a side effect whose execution n8n shows as crashed: n8n took it on and then ended. */
	interrupted: string[];
	/** Calls without a side effect, and without an execution that tells why. */
	lost: string[];
	/** Side effects of deliveries that were filtered or invalid. */
	unexpected: string[];
	/** What n8n stored, by its status. */
	executions: Record<string, number>;
	/** Crashed executions whose call was another execution's, or is now. */
	crashedWithoutEffect: number;
	/** Executions that ended without a side effect: another has their call. The test looks at each of them. */
	withoutEffect: string[];
	/** Side effects of an execution that n8n has not stored, or that had one already. */
	unbooked: string[];
}

/** What each kind may be answered. Where n8n was being started anew, the first delivery may not be the first to arrive. */
const EXPECTED: Record<Kind, string[]> = {
	new: ['accepted', 'duplicate'],
	duplicate: ['duplicate', 'accepted'],
	filtered: ['ignored'],
	invalid: ['rejected'],
};

/** Accounts for every delivery by one side effect or one answer that says why not. */
export function balance(delivered: Delivered[], effects: SinkCall[], executions: Stored[]): Balance {
	const said = delivered.map((each) => ({ ...each, ...documented.parse(each.answer.json) }));
	const isAccountedFor = ({ kind, status, message, because }: (typeof said)[number]) =>
		EXPECTED[kind].includes(status) && (because === undefined || message.includes(because));

	const calls = [...new Set(said.filter(({ kind }) => kind === 'new').map(({ callId }) => callId))];
	const accounts = accountsOf(calls, effects, executions);
	const perCall = countBy(effects, ({ item }) => String(item.call_id));
	const perExecution = countBy(effects, ({ executionId }) => executionId);
	const known = new Set(calls);
	const stored = new Set(executions.map(({ id }) => id));
	const withoutEffect = executions.filter(({ id }) => perExecution[id] === undefined);
	return {
		answers: countBy(said, ({ kind, status }) => `${kind}: ${status}`),
		unaccounted: said.filter((each) => !isAccountedFor(each)).map(({ callId, message }) => `${callId}: ${message}`),
		calls: calls.length,
		ranOnce: withFate(accounts, 'once').length,
		twice: withFate(accounts, 'twice'),
		interrupted: withFate(accounts, 'interrupted'),
		lost: withFate(accounts, 'lost'),
		unexpected: Object.keys(perCall).filter((call) => !known.has(call)),
		executions: countBy(executions, ({ status }) => status),
		crashedWithoutEffect: withoutEffect.filter(({ status }) => status === 'crashed').length,
		withoutEffect: withoutEffect
			.filter(({ status, callId }) => status !== 'crashed' || perCall[callId] === undefined)
			.map(({ id }) => id),
		unbooked: Object.keys(perExecution).filter((id) => !stored.has(id) || perExecution[id] !== 1),
	};
}

/** The books as a page: counts where the names themselves say little. */
export function page({ withoutEffect, ...books }: Balance): string {
	return JSON.stringify({ ...books, endedWithoutEffect: withoutEffect.length }, null, 1);
}

/** The same traffic for a trigger that keeps nothing: its filter drops the duplicates, so that as many executions start. */
export function withoutDuplicates(delivered: Delivered[]): Planned[] {
	return delivered.map(({ kind, callId, delivery, answer }) => {
		if (documented.parse(answer.json).status !== 'duplicate') return { kind, callId, delivery };
		const json = { ...Object(delivery.json), duration_seconds: MIN_DURATION_IN_SECONDS - 1 };
		return { kind: 'filtered', callId, delivery: { ...delivery, json } };
	});
}

export function acceptedOf(delivered: Delivered[]): number {
	return delivered.filter(({ answer }) => documented.parse(answer.json).status === 'accepted').length;
}
