import fc from 'fast-check';

/** A run can be repeated: HOSTILE_SEED takes the seed that a failed run printed. */
export const SEED = Number(process.env.HOSTILE_SEED ?? Date.now() % 2 ** 31);

/** HOSTILE_TIMES=10 tries ten times as many cases. */
const TIMES = Number(process.env.HOSTILE_TIMES ?? 1);

const MOST_SHOWN = 4_000;

/** Tries so many cases. What it says of one that fails is cut: a body may be as long as a book. */
export async function holdsForAll<Case>(
	arbitrary: fc.Arbitrary<Case>,
	count: number,
	holds: (each: Case) => Promise<void>,
): Promise<void> {
	const details = await fc.check(fc.asyncProperty(arbitrary, holds), { seed: SEED, numRuns: Math.ceil(count * TIMES) });
	if (!details.failed) return;
	const { seed, counterexamplePath, errorInstance } = details;
	const reason =
		errorInstance instanceof Error ? (errorInstance.stack ?? errorInstance.message) : String(errorInstance);
	const where = `HOSTILE_SEED=${seed}, path ${counterexamplePath}`;
	throw new Error(
		`${where}: ${String(fc.stringify(details.counterexample)).slice(0, MOST_SHOWN)}\n${reason.slice(0, MOST_SHOWN)}`,
	);
}

/** How often each thing came. */
export class Counts {
	private readonly counts = new Map<string, number>();

	add(name: string): void {
		this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
	}

	get total(): number {
		return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
	}

	sorted(): Record<string, number> {
		return Object.fromEntries([...this.counts].sort(([, one], [, other]) => other - one));
	}
}
