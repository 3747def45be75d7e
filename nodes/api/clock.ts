/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** What it shows more than n8n's. */
	private offset?: number;

	/** What it showed more than n8n's clock of the start, had nobody put that right since; when it first told its time, and when last. */
	private sinceTheStart?: { readonly first: number; readonly last: number };

	/** By n8n's clock of the start: when the time began that has passed. */
	private readonly origin = Date.now() - performance.now();

	get isKnown(): boolean {
		return this.offset !== undefined;
	}

	/** The API told its time; nothing where it told none. */
	tell(date: number | undefined): void {
		if (date === undefined) return;
		this.offset = date - Date.now();
		const last = date - this.origin - performance.now();
		// It may have been put right before that: by the less of both, no call is too old.
		this.sinceTheStart = { first: this.sinceTheStart?.first ?? Math.min(last, this.offset), last };
	}

	now(): number {
		return Date.now() + (this.offset ?? 0);
	}

	/** A moment that n8n's clock showed at the start or before, by the API's. The earlier one, where either was wrong. */
	of(moment: number): number {
		return moment + Math.min(this.sinceTheStart?.first ?? 0, this.sinceTheStart?.last ?? 0);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - (this.offset ?? 0);
	}
}
