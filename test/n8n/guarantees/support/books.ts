import type { ExecutionSummary, N8n, Sink } from '../../harness';
import { type Attempt, isDelivered } from '../../simulators';
import { executionsOf } from './database';
import { verdictOf } from './verdict';

/** One call, and how its provider saw it. */
export interface Entry {
	callId: string;
	attempts: Attempt[];
}

/** What became of a call, by what the outside service got and what n8n has stored. */
export type Fate =
	| 'once'
	/** The outside service got it more than once. */
	| 'twice'
	/** It was cut off before the outside service got it; n8n shows the execution and a user can retry it. */
	| 'interrupted'
	/** Nothing of it is anywhere. */
	| 'lost';

export interface Account extends Entry {
	fate: Fate;
	acknowledged: boolean;
	/** Each stored execution of the call, and each one's side effects. */
	executions: Array<{ id: string; status: string; sideEffects: number }>;
}

/** The account of every call: none may be missing from it. */
export function balance(
	n8n: N8n,
	sink: Sink,
	entries: readonly Entry[],
	executions: readonly ExecutionSummary[],
): Account[] {
	const statusOf = new Map(executions.map(({ id, status }) => [id, status]));
	return entries.map((entry) => {
		const sideEffects = sink.calls().filter(({ item }) => item.call_id === entry.callId);
		const stored = executionsOf(n8n, entry.callId).map((id) => ({
			id,
			status: statusOf.get(id) ?? 'gone',
			sideEffects: sideEffects.filter(({ executionId }) => executionId === id).length,
		}));
		return {
			...entry,
			fate: fateOf(sideEffects.length, stored.length),
			acknowledged: entry.attempts.some(isDelivered),
			executions: stored,
		};
	});
}

function fateOf(sideEffects: number, stored: number): Fate {
	if (sideEffects > 0) return sideEffects === 1 ? 'once' : 'twice';
	return stored > 0 ? 'interrupted' : 'lost';
}

/** How many calls had each fate. */
export function countFates(accounts: readonly Account[]): Record<Fate, number> {
	const counts: Record<Fate, number> = { once: 0, twice: 0, interrupted: 0, lost: 0 };
	for (const { fate } of accounts) counts[fate]++;
	return counts;
}

/** One line of an account, for whoever has to find out what happened. */
export function describeAccount({ callId, fate, attempts, executions }: Account): string {
	const stored = executions.map(({ id, status, sideEffects }) => `${id} ${status} with ${sideEffects} side effects`);
	return `${callId} ${fate}: answered ${attempts.map(verdictOf).join(', ')}; executions: ${stored.join(', ') || 'none'}`;
}
