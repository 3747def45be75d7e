import { perTrigger } from '../n8n/per-trigger';
import { shown } from '../provider/comparing';
import type { Answer } from './answer';
import type { Delivery } from './delivery';

/** What became of a delivery to the Production URL. Nothing of its call is in it, for whoever knows the trigger's URL may see it. */
export interface LastDelivery extends Pick<Answer, 'status' | 'verdict'> {
	readonly id: string;
	/** When it came, in milliseconds since the epoch. */
	readonly at: number;
	/** What its sender was answered, in sentences, without what the call brought. */
	readonly reason: string;
}

export const REMEMBERED_OF_A_KIND = 50;
/** A call of Friday is missed on Monday. */
const REMEMBERED_FOR_MS = 3 * 24 * 3_600_000;
const LONGEST_REASON = 600;

/**
 * The last deliveries to one trigger, in the memory of the process that they came to: the newest of each kind, so that neither a
 * stranger nor a busy line pushes out the one that somebody looks for.
 */
class LastDeliveries {
	/** Oldest first, by kind: of these there are as many as sentences of refusals, and a few answers beside. */
	private readonly kinds = new Map<string, LastDelivery[]>();

	note({ id, receivedAt }: Delivery, { status, verdict, message, withoutCall = message, refusedFor }: Answer): void {
		const kind = `${status} ${verdict} ${refusedFor}`;
		const delivery = { id, at: receivedAt.getTime(), status, verdict, reason: shown(withoutCall, LONGEST_REASON) };
		this.kinds.set(kind, [...(this.kinds.get(kind) ?? []), delivery].slice(-REMEMBERED_OF_A_KIND));
	}

	newestFirst(now: number): LastDelivery[] {
		this.dropExpired(now);
		return [...this.kinds.values()].flat().sort((one, other) => other.at - one.at);
	}

	dropExpired(now: number): boolean {
		for (const [kind, deliveries] of this.kinds) {
			const left = deliveries.filter(({ at }) => now - at < REMEMBERED_FOR_MS);
			if (left.length === 0) this.kinds.delete(kind);
			else this.kinds.set(kind, left);
		}
		return this.kinds.size === 0;
	}
}

export const lastDeliveriesOf = perTrigger(
	() => new LastDeliveries(),
	(deliveries, now) => deliveries.dropExpired(now),
);

/** About when n8n started: it has loaded this file. */
const STARTED_AT = Date.now();

/** Since when what came is remembered, the newest of each kind, in milliseconds since the epoch. */
export function rememberedSince(now: number): number {
	return Math.max(STARTED_AT, now - REMEMBERED_FOR_MS);
}
