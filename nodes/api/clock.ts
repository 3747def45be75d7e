/** The API's clock beside n8n's own. Moments are in milliseconds since the epoch. */
export class ApiClock {
	/** What it shows more than n8n's; the first and the last time that it told. */
	private offset?: { readonly first: number; readonly last: number };

	get isKnown(): boolean {
		return this.offset !== undefined;
	}

	/** The API told its time; nothing where it told none. */
	tell(date: number | undefined): void {
		if (date === undefined) return;
		const last = date - Date.now();
		this.offset = { first: this.offset?.first ?? last, last };
	}

	now(): number {
		return Date.now() + (this.offset?.last ?? 0);
	}

	/** A moment of n8n's clock by the API's. The earlier one, where an answer came with a wrong time. */
	of(moment: number): number {
		return moment + Math.min(this.offset?.first ?? 0, this.offset?.last ?? 0);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - (this.offset?.last ?? 0);
	}
}
