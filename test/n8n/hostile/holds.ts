import fc from 'fast-check';
import { inspect } from 'node:util';

import { SEED } from '../support/seed';

/** HOSTILE_TIMES=10 tries twenty times as many cases. */
const TIMES = Number(process.env.HOSTILE_TIMES ?? 0.5);

const MOST_SHOWN = 4_000;

/** Tries so many cases. What it says of one that fails is cut: a body may be as long as a book. */
export async function holdsForAll<Case>(
	arbitrary: fc.Arbitrary<Case>,
	count: number,
	holds: (each: Case) => Promise<void>,
): Promise<void> {
	await fc.assert(fc.asyncProperty(arbitrary, holds), {
		seed: SEED,
		numRuns: Math.ceil(count * TIMES),
		reporter: (details) => {
			if (!details.failed) return;
			const { counterexamplePath, errorInstance } = details;
			const shown = [fc.stringify(details.counterexample), inspect(errorInstance)].map((text) =>
				text.slice(0, MOST_SHOWN),
			);
			throw new Error(`SEED=${SEED}, path ${counterexamplePath}: ${shown.join('\n')}`);
		},
	});
}
