/** A run can be repeated: HOSTILE_SEED takes the seed that a failed run printed. */
export const SEED = Number(process.env.HOSTILE_SEED ?? Date.now() % 2 ** 31);

/** HOSTILE_TIMES=10 tries ten times as many cases. */
const TIMES = Number(process.env.HOSTILE_TIMES ?? 1);

export const cases = (count: number) => ({ seed: SEED, numRuns: count * TIMES });
