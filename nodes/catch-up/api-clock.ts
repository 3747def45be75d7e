/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** What it shows more than n8n's; undefined until it told its time. */
	private offset: number | undefined;

	/** What it showed more when it was first asked. */
	private firstOffset = 0;

	get isKnown(): boolean {
		return this.offset !== undefined;
	}

	/** The API told its time, or none. */
	tell(date: number | undefined): void {
		const isFirst = this.offset === undefined;
		this.offset = date === undefined ? (this.offset ?? 0) : date - Date.now();
		if (isFirst) this.firstOffset = this.offset;
	}

	now(): number {
		return Date.now() + (this.offset ?? 0);
	}

	/** A moment of n8n's clock by the API's. The earlier one, where an answer came with a wrong time. */
	of(moment: number): number {
		return moment + Math.min(this.firstOffset, this.offset ?? 0);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - (this.offset ?? 0);
	}
}
