import type { ApiClock } from '../api/clock';

/** Since when each of what the user chose is asked for, a call flow, say. Moments are in milliseconds since the epoch. */
export class AskedSince {
	readonly startedAt = Date.now();

	/** `moments` are by n8n's own clock; undefined where they are kept no more. */
	constructor(
		private readonly clock: ApiClock,
		public moments: ReadonlyMap<string, number> | undefined,
	) {}

	/** Whether that is not known, until n8n's list has told. */
	get isLost(): boolean {
		return this.moments === undefined;
	}

	/** How long it had been on before this start. */
	get wasOnForMs(): number {
		return this.startedAt - Math.min(this.startedAt, ...(this.moments?.values() ?? []));
	}

	/** By the API's clock. */
	of(chosen: string): number {
		return this.clock.of(this.moments === undefined ? -Infinity : (this.moments.get(chosen) ?? this.startedAt));
	}

	/** Begins anew: each from the end of the oldest of these calls, or else from the start. */
	goOnFromTheOldest(calls: ReadonlyArray<{ readonly of: string; readonly endedAt: number }>): void {
		const moments = new Map<string, number>();
		for (const { of, endedAt } of calls) {
			moments.set(of, Math.min(moments.get(of) ?? this.startedAt, endedAt - this.clock.of(0)));
		}
		this.moments = moments;
	}
}
