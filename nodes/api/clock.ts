/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** Whether it has told its time. */
	isKnown = false;

	/** What it shows more than n8n's. */
	private offset = 0;

	/** What it showed more than n8n's clock of the start, had nobody put that right since: when it first told its time. */
	private first = 0;

	/** The same when it last told its time. */
	private last = 0;

	/** By n8n's clock of the start: when the time began that has passed. */
	private readonly origin = Date.now() - performance.now();

	/** The API told its time; nothing where it told none. */
	tell(date: number | undefined): void {
		if (date === undefined) return;
		this.offset = date - Date.now();
		this.last = date - this.origin - performance.now();
		// It may have been put right before that: by the less of both, no call is too old.
		if (!this.isKnown) this.first = Math.min(this.last, this.offset);
		this.isKnown = true;
	}

	now(): number {
		return Date.now() + this.offset;
	}

	/** A moment that n8n's clock showed at the start or before, by the API's. The earlier one, where either was wrong. */
	of(moment: number): number {
		return moment + Math.min(this.first, this.last);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - this.offset;
	}
}
