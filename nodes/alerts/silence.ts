import { perTrigger } from '../n8n/per-trigger';

/** Since when no call has come, in milliseconds since the epoch. */
export interface Silence {
	readonly since: number;
	/** Whether one came then; else nothing is known of the time before. */
	readonly isSinceACall: boolean;
}

/** The last call of one trigger, in the memory of the process that n8n has started the trigger in. */
class LastCall {
	private silence: Silence | undefined;

	private isTold = false;

	private watches = 0;

	/** n8n starts the trigger here: what came before, nobody knows. Gives what ends that, unless it was started anew by then. */
	watch(now: number): () => void {
		const watch = ++this.watches;
		this.silence = { since: now, isSinceACall: false };
		this.isTold = false;
		return () => {
			if (watch === this.watches) this.silence = undefined;
		};
	}

	arrived(now: number): void {
		if (this.silence === undefined) return;
		this.silence = { since: now, isSinceACall: true };
		this.isTold = false;
	}

	/** The silence, where it has lasted so long and nobody was told of it. */
	due(now: number, quietTimeInMs: number): Silence | undefined {
		const { silence, isTold } = this;
		return !isTold && silence !== undefined && now - silence.since >= quietTimeInMs ? silence : undefined;
	}

	told(): void {
		this.isTold = true;
	}

	dropExpired(): boolean {
		return this.silence === undefined;
	}
}

export const lastCallOf = perTrigger(
	() => new LastCall(),
	(last) => last.dropExpired(),
);
