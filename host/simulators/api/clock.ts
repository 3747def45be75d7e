/** The time at a provider: its `Date` header tells it, and its calls are dated by it. It need not be this machine's. */
export class Clock {
	private readonly started = Date.now();

	constructor(
		/** How much later than this machine's it is, in milliseconds. */
		private offsetMs = 0,
		/** 10 makes ten minutes there of each minute here. */
		private readonly scale = 1,
	) {}

	now(): Date {
		return new Date(this.started + this.offsetMs + (Date.now() - this.started) * this.scale);
	}

	/** Lets so much time pass there at once. */
	forward(ms: number): void {
		this.offsetMs += ms;
	}
}
