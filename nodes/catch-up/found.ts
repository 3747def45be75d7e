import { MOST_LOOKED_UP } from './look-up';
import type { Row } from './rows';

/** What the calls may hold that one asking hands over, in characters; one with a long transcription has some 50,000. */
const MOST_CHARACTERS = 10_000_000;
/** So much a call counts for at least: at most 1,000 are held. */
const FEWEST_CHARACTERS = 10_000;

/** A call that the API told of, whatever it is to this asking. */
interface Told extends Pick<Row, 'callFlow' | 'endedAt'> {
	/** Whether it ended within the time that is asked for. */
	readonly isInRange: boolean;
}

interface Due extends Row {
	/** In characters. */
	readonly size: number;
}

/** What one asking has found. It is bounded: of the due calls the oldest are kept, and of them the oldest with their fields. */
export class Found {
	/** All calls that the API told of, by their id. */
	readonly told = new Map<string, Told>();

	/** Those that were told of for two call flows, and name none: nobody can tell whose they are. */
	readonly toldTwice = new Set<string>();

	/** When each call flow was asked for that was read to its end, by the API's clock. */
	readonly readAt = new Map<string, number>();

	/** The due calls that nobody is known to have handled. Without fields where there was no room for them. */
	private due = new Map<string, Due>();

	/** The end of the first call of each call flow that is due and was not handled. */
	private readonly left = new Map<string, number>();

	/** Notes that the API told of a call; whether it had not yet. */
	tell({ id, callFlow, endedAt }: Row, isInRange: boolean): boolean {
		const before = this.told.get(id);
		if (before === undefined) this.told.set(id, { callFlow, endedAt, isInRange });
		else if (before.callFlow !== callFlow) {
			this.toldTwice.add(id);
			this.due.delete(id);
		}
		return before === undefined;
	}

	add(row: Row): void {
		const size = Math.max(FEWEST_CHARACTERS, JSON.stringify(row.fields ?? {}).length);
		if (!this.toldTwice.has(row.id)) this.due.set(row.id, { ...row, size });
	}

	remove(id: string): void {
		this.due.delete(id);
	}

	has(id: string): boolean {
		return this.due.has(id);
	}

	oldestFirst(): Due[] {
		return [...this.due.values()].sort((a, b) => a.endedAt - b.endedAt);
	}

	/** Makes room; what goes is found again by the next asking. */
	makeRoom(): void {
		let room = MOST_CHARACTERS;
		const kept = this.oldestFirst().map((row, position) => {
			if (position >= MOST_LOOKED_UP) {
				this.leave(row);
				return [];
			}
			const isHeld = room > 0;
			room -= row.size;
			return [isHeld ? row : { ...row, fields: undefined, size: FEWEST_CHARACTERS }];
		});
		this.due = new Map(kept.flat().map((row) => [row.id, row]));
	}

	/**
	 * Of more calls than the history can tell from those that were delivered, only the newest are looked at. Gives the end of
	 * the oldest of these; undefined where there are not that many.
	 */
	keepNewest(count: number): number | undefined {
		const newestFirst = [...this.told]
			.filter(([, { isInRange }]) => isInRange)
			.sort(([, a], [, b]) => b.endedAt - a.endedAt);
		if (newestFirst.length <= count) return undefined;
		const [kept, others] = [newestFirst.slice(0, Math.max(1, count)), newestFirst.slice(Math.max(1, count))];
		for (const [id] of others) this.due.delete(id);
		return kept.at(-1)?.[1].endedAt;
	}

	/** A due call was not handled: it is asked for again. */
	leave({ callFlow, endedAt }: Pick<Row, 'callFlow' | 'endedAt'>): void {
		this.left.set(callFlow, Math.min(this.left.get(callFlow) ?? Infinity, endedAt));
	}

	leaveAll(): void {
		for (const row of this.due.values()) this.leave(row);
	}

	/** How far it has asked for each call flow: nothing that changed before has to be asked for again. */
	*asked(notDueYetMs: number): Generator<[string, number]> {
		for (const [callFlow, at] of this.readAt) {
			yield [callFlow, Math.min(at - notDueYetMs, this.left.get(callFlow) ?? Infinity)];
		}
	}
}
