import { z } from 'zod';

import type { Answer, SinkCall } from '../harness';
import type { Kind, Planned } from './traffic';

const documented = z.object({
	success: z.boolean(),
	status: z.enum(['accepted', 'ignored', 'duplicate', 'in_progress', 'rejected']),
	message: z.string().min(10),
	execution_id: z.string().optional(),
});

/** A delivery with the answer that ended it; attempts before it got no answer, since n8n was being started anew. */
export interface Delivered extends Planned {
	answer: Answer;
	attempts: number;
}

export interface Balance {
	/** `new: accepted` and the like, with their counts. */
	answers: Record<string, number>;
	/** Calls that were accepted, and how many of them had exactly one side effect. */
	calls: number;
	ranOnce: number;
	lost: string[];
	twice: string[];
	/** Side effects of deliveries that were filtered or invalid. */
	unexpected: string[];
	/** Accepted deliveries of a call that another execution has: their own execution ended empty. */
	endedEmpty: number;
	/** Accepted answers whose execution neither had a side effect nor belongs to a call that had one. */
	unaccounted: number;
}

const EXPECTED: Record<Kind, string[]> = {
	new: ['accepted', 'duplicate'],
	duplicate: ['duplicate', 'accepted'],
	filtered: ['ignored'],
	invalid: ['rejected'],
};

/** Accounts for every delivery by one side effect or one answer that says why not. */
export function balance(delivered: Delivered[], effects: SinkCall[]): Balance {
	const effectsPerCall = new Map<string, number>();
	for (const { item } of effects) {
		const callId = String(item.call_id);
		effectsPerCall.set(callId, (effectsPerCall.get(callId) ?? 0) + 1);
	}
	const executionsWithEffect = new Set(effects.map(({ executionId }) => executionId));

	const answers: Record<string, number> = {};
	let endedEmpty = 0;
	let unaccounted = 0;
	for (const { kind, callId, answer } of delivered) {
		const { status, execution_id: executionId } = documented.parse(answer.json);
		const name = `${kind}: ${status}`;
		answers[name] = (answers[name] ?? 0) + 1;
		if (!EXPECTED[kind].includes(status)) unaccounted++;
		if (status !== 'accepted' || executionsWithEffect.has(executionId ?? '')) continue;
		if (effectsPerCall.has(callId)) endedEmpty++;
		else unaccounted++;
	}

	const calls = [...new Set(delivered.filter(({ kind }) => kind === 'new').map(({ callId }) => callId))];
	const known = new Set(calls);
	return {
		answers,
		calls: calls.length,
		ranOnce: calls.filter((call) => effectsPerCall.get(call) === 1).length,
		lost: calls.filter((call) => !effectsPerCall.has(call)),
		twice: calls.filter((call) => (effectsPerCall.get(call) ?? 0) > 1),
		unexpected: [...effectsPerCall.keys()].filter((call) => !known.has(call)),
		endedEmpty,
		unaccounted,
	};
}
