import fc from 'fast-check';

/** What chance decides in a run: with `SEED` set to a printed one, the same happens again. */
export const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

/** So many values, each as likely as any other: fast-check would prefer those at the edges. */
export function sample<Value>(arbitrary: fc.Arbitrary<Value>, count: number): Value[] {
	return fc.sample(fc.noBias(arbitrary), { seed: SEED, numRuns: count });
}
