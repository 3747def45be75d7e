/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** What it shows more than n8n's. */
	private offset = 0;

	/** What it showed more than n8n's clock of the start, had nobody put that right since: when it first told its time, by either clock. */
	private first: readonly number[] = [];

	/** The same when it last told its time. */
	private last = 0;

	/** By n8n's clock of the start: when the time began that has passed. */
	private readonly origin = Date.now() - performance.now();

	/** The API told its time; nothing where it told none. */
	tell(date: number | undefined): void {
		if (date === undefined) return;
		this.offset = date - Date.now();
		this.last = date - this.origin - performance.now();
		// It may have been put right before that, and nobody knows.
		if (this.first.length === 0) this.first = [this.last, this.offset];
	}

	/** Whether it has told its time. */
	get isKnown(): boolean {
		return this.first.length > 0;
	}

	now(): number {
		return Date.now() + this.offset;
	}

	/** A moment that n8n's clock showed at the start or before, by the API's. The earliest, where either was wrong: no call is too old. */
	of(moment: number): number {
		return moment + Math.min(...this.first, this.last);
	}

	/** The latest that it may have been, by what the API first told. */
	latestOf(moment: number): number {
		return moment + (this.isKnown ? Math.max(...this.first) : 0);
	}

	/** A moment of n8n's clock by the API's, as both are now. */
	byItsClock(moment: number): number {
		return moment + this.offset;
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - this.offset;
	}
}
