import { perTrigger } from '../n8n/per-trigger';

const HOUR_IN_MS = 3_600_000;
/** One or two are a slip: a test with a secret mistyped, or somebody who opened the URL. */
const ENOUGH = 3;
/** A line with a call in some hours, whose provider sends each once, must not lose them in silence. */
const WITHIN_MS = 24 * HOUR_IN_MS;
/** Strangers must not cause many executions. */
const TOLD_EVERY_MS = 6 * HOUR_IN_MS;

/** Deliveries that nobody let in, one after the other. */
export interface Refusals {
	readonly count: number;
	/** When the first of them came, in milliseconds since the epoch. */
	readonly since: number;
	/** Why most of them were refused, completing "because …", and how many these are. */
	readonly why: string;
	readonly ofThat: number;
	/** What to do about it, in sentences. */
	readonly whatToDo: string;
}

/** Why a delivery was refused, and what to do about it. */
type Refusal = Pick<Refusals, 'why' | 'whatToDo'>;

/** The refused deliveries of one trigger, in the memory of the process that they come to: a few numbers, however many come. */
class RefusedInARow {
	private since = 0;

	/** How many there were, by why: of few sentences. */
	private readonly counts = new Map<string, { refusal: Refusal; count: number }>();

	/** The times of the last ones, oldest first. */
	private latest: number[] = [];

	private toldAt = -Infinity;

	refused(now: number, refusal: Refusal): void {
		if (this.counts.size === 0) this.since = now;
		this.counts.set(refusal.why, { refusal, count: (this.counts.get(refusal.why)?.count ?? 0) + 1 });
		this.latest = [...this.latest, now].slice(-ENOUGH);
	}

	/** Those that somebody should be told of now; undefined where they are too few, or were told of. */
	due(now: number): Refusals | undefined {
		const oldest = this.latest.at(-ENOUGH);
		if (oldest === undefined || now - oldest > WITHIN_MS || now - this.toldAt < TOLD_EVERY_MS) return undefined;
		const byCount = [...this.counts.values()].sort((one, other) => other.count - one.count);
		const [most] = byCount;
		const count = byCount.reduce((sum, each) => sum + each.count, 0);
		return most && { count, since: this.since, ofThat: most.count, ...most.refusal };
	}

	told(now: number): void {
		this.toldAt = now;
	}

	/** A delivery was let in, so the secret fits. */
	isOver(): void {
		this.counts.clear();
		this.latest = [];
	}

	dropExpired(now: number): boolean {
		return now - Math.max(this.toldAt, this.latest.at(-1) ?? -Infinity) >= WITHIN_MS;
	}
}

export const refusedInARowOf = perTrigger(
	() => new RefusedInARow(),
	(refused, now) => refused.dropExpired(now),
);
