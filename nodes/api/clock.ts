/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** What it shows more than n8n's. */
	private offset?: number;

	/** The same if nobody had corrected n8n's since the start; at first the less of both, should that have been corrected already. */
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
		this.uncorrected = { first: this.uncorrected?.first ?? Math.min(last, this.offset), last };
	}

	now(): number {
		return Date.now() + (this.offset ?? 0);
	}

	/** A moment that n8n's clock showed at the start or before, by the API's. The earlier one, where either was wrong. */
	of(moment: number): number {
		return moment + Math.min(this.uncorrected?.first ?? 0, this.uncorrected?.last ?? 0);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - (this.offset ?? 0);
	}
}
