/** One or two may be a slip of the network. */
const ENOUGH = 3;

/** The calls of one call flow, or of whatever is asked for, that came only by catching up since the last that came by webhook. */
export class WithoutWebhook {
	private readonly ends = new Map<string, number>();

	private lastWebhookEnd = -Infinity;

	private isTold = false;

	/**
	 * Notes a call that ended at `endedAt`; the same one may be noted again, and an earlier one after a later one. Gives how many
	 * there are, and when the first of them ended, where somebody should be told of that now.
	 */
	note(id: string, endedAt: number, door: 'webhook' | 'catch_up'): { count: number; since: number } | undefined {
		if (door === 'webhook') this.lastWebhookEnd = Math.max(this.lastWebhookEnd, endedAt);
		else if (!this.isTold) this.ends.set(id, endedAt);
		for (const [each, end] of this.ends) if (end <= this.lastWebhookEnd) this.ends.delete(each);
		if (this.ends.size === 0) this.isTold = false;
		if (this.isTold || this.ends.size < ENOUGH) return undefined;
		this.isTold = true;
		return { count: this.ends.size, since: Math.min(...this.ends.values()) };
	}
}
