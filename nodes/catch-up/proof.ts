import { kindOf } from '../delivery/call-id';
import { perTrigger } from '../n8n/per-trigger';

/** n8n's list drops its oldest entries first: without the proof, calls that were caught up would count as delivered. */
const IS_RECORDED_EVERY_MS = 24 * 3_600_000;

const PROOF = 'catching up has proved itself by ';

/**
 * Stands in n8n's list as the id of a call that came by webhook does: looked up as one, it tells that calls were found by ids
 * of a kind.
 */
export const proofBy = (kind: string): string => PROOF + kind;

/** The kinds of ids whose proof is looked up among these. */
export const kindsToProve = (ids: readonly string[]): string[] =>
	ids.filter((id) => id.startsWith(PROOF)).map((id) => id.slice(PROOF.length));

/**
 * The kinds of ids that a look-up proves. Without a recorded proof nothing was caught up yet, so any call in the list came by
 * webhook.
 */
export function provedBy(handled: ReadonlySet<string>, kinds: readonly string[]): string[] {
	const isProved = kinds.some((kind) => handled.has(proofBy(kind)));
	const found = new Set([...handled].map(kindOf));
	return isProved ? [] : kinds.filter((kind) => found.has(kind));
}

/** That a trigger has proved itself, as long as the process lasts: published anew, it need not do so again. */
export class Proof {
	/** By which kinds of ids calls that came by webhook were once found among the API's rows; when one last was, or -Infinity. */
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

	/** Learns from what n8n's list has as handled, and what the execution that looked it up has recorded. */
	learn(handled: ReadonlySet<string>, kinds: readonly string[]): void {
		for (const kind of kinds) if (handled.has(proofBy(kind))) this.kinds.set(kind, this.kinds.get(kind) ?? -Infinity);
		for (const kind of provedBy(handled, kinds)) this.kinds.set(kind, Date.now());
	}
}

export const proofOf = perTrigger(() => new Proof());
