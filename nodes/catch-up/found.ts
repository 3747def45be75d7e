import type { IDataObject } from 'n8n-workflow';

import type { Row } from '../api/rows';
import type { ApiTrouble } from '../api/trouble';
import type { Claims } from '../memory/claims';

/** What the calls may hold that one asking hands over, in characters; one with a long transcription has some 50,000. */
const MOST_CHARACTERS = 10_000_000;
/** So much a call counts for at least: at most 1,000 are held. */
const FEWEST_CHARACTERS = 10_000;

/**
 * `old`: it ended before the time that is asked for. `due`: to be handed over, unless somebody has handled it. `dropped`: not by
 * this asking, and nothing has to ask for it again: the API tells of it when it changes.
 */
type State = 'old' | 'to come' | 'due' | 'dropped';

/** A call that the API told of. */
export interface FoundCall extends Omit<Row, 'fields'> {
	state: State;
	/** Whether it ended so lately that the API may yet tell more of it, its recording say. */
	readonly isRecent: boolean;
	/** Of one that is `due`, and not left to the next asking. */
	fields?: IDataObject;
	/** In characters. */
	readonly size: number;
}

/** It cannot be told yet what is to be done with this call, or there is no room: it is due, but left to the next asking. */
export function leave(call: FoundCall): void {
	call.fields = undefined;
}

/** This asking has nothing to do with this call, and nobody need ask for it again. */
export function drop(call: FoundCall): void {
	call.state = 'dropped';
	call.fields = undefined;
}

/** What one asking has found. It is bounded: of the due calls the oldest are held with their fields. */
export class Found {
	/** By the API's own id. */
	readonly calls = new Map<string, FoundCall>();

	/** The calls that were told of for two of what the user chose, and name none: nobody can tell whose they are. */
	readonly toldTwice = new Set<string>();

	/** How many rows were passed over, by what they are. */
	readonly passedOver = new Map<string, number>();

	/** When each list was asked for that was read to its end, by the API's clock. */
	readonly readAt = new Map<string, number>();

	/** The lists that could not be read to their end, and why. */
	readonly failed = new Map<string, ApiTrouble>();

	/** `farthestBack` is what is old whenever it was asked for since: by the API's clock when the asking began, which an answer may set wrong. */
	constructor(
		private readonly register: Claims,
		readonly farthestBack: number,
	) {}

	add({ fields, ...row }: Row, told: Pick<FoundCall, 'state' | 'isRecent'>): FoundCall {
		const before = this.calls.get(row.rowId);
		if (before !== undefined && before.of !== row.of) this.toldTwice.add(row.rowId);
		// Of several rows of a call one says that it has ended.
		else if (before !== undefined && before.state === 'due' && fields === undefined) return before;
		const own = told.state === 'due' ? fields : undefined;
		const size = own === undefined ? 0 : Math.max(FEWEST_CHARACTERS, JSON.stringify(own).length);
		const call = { ...row, ...told, fields: own, size };
		if (call.state === 'due' && this.toldTwice.has(row.rowId)) drop(call);
		this.calls.set(row.rowId, call);
		return call;
	}

	countPassedOver(what: string, rows = 1): void {
		if (rows > 0) this.passedOver.set(what, (this.passedOver.get(what) ?? 0) + rows);
	}

	/** The calls that ended within the time that is asked for, the oldest first. */
	inRange(): FoundCall[] {
		return [...this.calls.values()].filter(({ state }) => state !== 'old').sort((a, b) => a.endedAt - b.endedAt);
	}

	/** Those of them that are due. */
	due(): FoundCall[] {
		return this.inRange().filter(({ state }) => state === 'due');
	}

	/** Those of these that nobody is known to have. */
	undelivered(): FoundCall[] {
		return this.due().filter(({ ids }) => this.register.stateOf(...ids) === undefined);
	}

	/** Lets go of the fields that there is no room for. */
	makeRoom(): void {
		let room = MOST_CHARACTERS;
		for (const call of this.due()) {
			if (room <= 0) leave(call);
			room -= call.size;
		}
	}

	/**
	 * Of more calls than the history can tell from those that were delivered, only the newest are looked at. Gives the end of
	 * the oldest of these; undefined where there are not that many.
	 */
	keepNewest(count: number): number | undefined {
		const oldestFirst = this.inRange();
		const most = Math.max(1, Math.floor(count));
		if (oldestFirst.length <= most) return undefined;
		for (const call of oldestFirst.slice(0, -most)) drop(call);
		return oldestFirst.at(-most)?.endedAt;
	}
}
