import { z } from 'zod';

import type { Attempt } from '../../simulators';

const answer = z.object({ status: z.string() }).passthrough();

/** What became of a delivery, in one line: `200 accepted`, `409 in_progress`, `500 -`, `timeout`. */
export function verdictOf(made: Attempt): string {
	if (made.outcome !== 'answered') return made.outcome;
	const body = answer.safeParse(made.answer.json);
	return `${made.answer.status} ${body.success ? body.data.status : '-'}`;
}

/** How often each verdict was given. */
export function tally(attempts: Attempt[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const made of attempts) counts[verdictOf(made)] = (counts[verdictOf(made)] ?? 0) + 1;
	return counts;
}
