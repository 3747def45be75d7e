import { perTrigger } from '../n8n/per-trigger';

/** n8n's list drops its oldest entries first: without the proof, calls that were caught up would count as delivered. */
const IS_RECORDED_EVERY_MS = 24 * 3_600_000;

/** That a trigger has proved itself, as long as the process lasts: published anew, it need not do so again. */
export class Proof {
	/** By which kinds of ids calls that came by webhook were once found among the API's rows; when that was recorded. */
	readonly kinds = new Map<string, number>();

	/** Those of them that the next execution in this process is to record, or the next look-up wherever it runs. */
	readonly toBeRecorded = new Set<string>();

	get isGiven(): boolean {
		return this.kinds.size > 0;
	}

	/** A call that came by webhook was found by an id of this kind. */
	giveBy(kind: string): void {
		if (Date.now() - (this.kinds.get(kind) ?? -Infinity) < IS_RECORDED_EVERY_MS) return;
		this.toBeRecorded.add(kind);
		this.kinds.set(kind, Date.now());
	}
}

export const proofOf = perTrigger(() => new Proof());
