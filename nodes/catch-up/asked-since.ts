import type { ApiClock } from '../api/clock';
import type { Row } from '../api/rows';
import type { Moments } from '../n8n/kept-moments';

/** Since when each of what the user chose is asked for, a call flow, say. */
export class AskedSince {
	readonly startedAt = Date.now();

	/** `moments` are by n8n's own clock. */
	constructor(
		private readonly clock: ApiClock,
		public moments: Moments,
	) {}

	/** Whether that is not known, until n8n's list has told. */
	isLost(chosen: string): boolean {
		return this.moments.get(chosen)?.isLost === true;
	}

	/** How long it had been on before this start. */
	get wasOnForMs(): number {
		const known = [...this.moments.values()].filter(({ isLost }) => !isLost);
		return this.startedAt - Math.min(this.startedAt, ...known.map(({ at }) => at));
	}

	/** By the API's clock. */
	of(chosen: string): number {
		return this.clock.of(this.isLost(chosen) ? -Infinity : (this.moments.get(chosen)?.at ?? this.startedAt));
	}

	/** Each that is lost and was read begins anew: from the end of the oldest of these calls, or else from where that was noticed. */
	goOnFromTheOldest(calls: ReadonlyArray<Pick<Row, 'of' | 'endedAt'>>, isUnread: (chosen: string) => boolean): void {
		const moments = new Map(this.moments);
		for (const [chosen, { at }] of this.moments) {
			if (!this.isLost(chosen) || isUnread(chosen)) continue;
			const ends = calls.filter(({ of }) => of === chosen).map(({ endedAt }) => endedAt - this.clock.of(0));
			moments.set(chosen, { at: Math.min(at, ...ends) });
		}
		this.moments = moments;
	}
}
