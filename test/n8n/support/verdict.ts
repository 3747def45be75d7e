import { z } from 'zod';

import type { Answer } from '../../../host';
import type { Attempt } from '../../../host/simulators';

const body = z.object({ status: z.string() });

/** What became of a delivery, in one line: `200 accepted`, `409 in_progress`, `500 -`, `timeout`. */
export function verdictOf(made: Attempt | Answer): string {
	if ('outcome' in made) return made.outcome === 'answered' ? verdictOf(made.answer) : made.outcome;
	return `${made.status} ${body.safeParse(made.json).data?.status ?? '-'}`;
}

export function countBy<Each>(all: Each[], nameOf: (each: Each) => string | number): Record<string, number> {
	const counts = new Map<string | number, number>();
	for (const each of all) counts.set(nameOf(each), (counts.get(nameOf(each)) ?? 0) + 1);
	return Object.fromEntries(counts);
}

/** How often each verdict was given. */
export function tally(all: Array<Attempt | Answer>): Record<string, number> {
	return countBy(all, verdictOf);
}
