/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** What it shows more than n8n's. */
	private offset?: number;

	/** What it showed, first and last, more than n8n's would if nobody had corrected that since the start. */
	private uncorrected?: { readonly first: number; readonly last: number };

	private readonly startedAt = Date.now() - performance.now();

	get isKnown(): boolean {
		return this.offset !== undefined;
	}

	/** The API told its time; nothing where it told none. */
	tell(date: number | undefined): void {
		if (date === undefined) return;
		this.offset = date - Date.now();
		const last = date - this.startedAt - performance.now();
		this.uncorrected = { first: this.uncorrected?.first ?? last, last };
	}

	now(): number {
		return Date.now() + (this.offset ?? 0);
	}

	/** A moment up to the start, by the clock that n8n had then, by the API's. The earlier one, where an answer came with a wrong time. */
	of(moment: number): number {
		return moment + Math.min(this.uncorrected?.first ?? 0, this.uncorrected?.last ?? 0);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - (this.offset ?? 0);
	}
}
