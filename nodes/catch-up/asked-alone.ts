import type { IDataObject } from 'n8n-workflow';

import type { Access } from '../api/access';
import { idsOfFields, type Row } from '../api/rows';
import { type ApiTrouble, troubleOf } from '../api/trouble';
import { kindOf } from '../delivery/call-id';
import { asObject, harmlessFields } from '../provider/objects';
import { type FoundCall, leave } from './found';
import type { Setup } from './setup';

/** So many calls for each minute between two askings, with such a pause; of so many it is remembered what was told. */
const MOST_ASKED_A_MINUTE = 10;
const PAUSE_IN_MS = 250;
const MOST_OF_USE = 500;

/** What became of asking for one call. */
interface Asked {
	/** What was told, which is not asked for again; empty where nothing of it is of use. */
	readonly told?: IDataObject;
	/** How often it failed. */
	readonly failures: number;
	/** Whether nothing of use was told while there may have been more to come. */
	readonly isEarly: boolean;
}

const NEVER: Asked = { failures: 0, isEarly: false };

/** The calls of one trigger that the API is asked for alone, since their rows lack something. */
export class AskedAlone<Call extends IDataObject> {
	/** By the API's own ids. */
	private readonly asked = new Map<string, Asked>();

	constructor(private readonly setup: Setup<Call>) {}

	/** A row with what was told of its call. */
	complete(row: Row): Row {
		const { told } = this.asked.get(row.rowId) ?? NEVER;
		const fields = told && row.fields && this.setup.api.more?.add(row.fields, told);
		return fields === undefined ? row : { ...row, fields, ...idsOfFields(this.setup, fields) };
	}

	/** Lets go of the calls that are handled, or that the API tells of no more. */
	keepOnly(calls: ReadonlyMap<string, FoundCall>): void {
		const { register, settings } = this.setup;
		for (const rowId of this.asked.keys()) {
			const call = calls.get(rowId);
			if (call !== undefined && !register.isHandled(call)) continue;
			// Told of by its row alone again, it is to be known all the same.
			for (const id of call?.ids ?? []) register.learn(id, settings.history);
			this.asked.delete(rowId);
		}
	}

	/**
	 * Asks for those of these calls whose rows lack something, one after the other, and has each row taken anew with what was told;
	 * what it cannot ask for now is left to the next asking. Gives whether it has asked for any, and what went wrong last.
	 */
	async ask(
		access: Access<Call>,
		calls: readonly FoundCall[],
		take: (row: Row) => FoundCall,
	): Promise<{ hasAsked: boolean; trouble?: ApiTrouble }> {
		const { api, catchUp, proof, pace, end } = this.setup;
		const beforeOf = ({ rowId }: FoundCall) => this.asked.get(rowId) ?? NEVER;
		let ofUse = [...this.asked.values()].filter(({ told = {} }) => Object.keys(told).length > 0).length;
		let asked = 0;
		let trouble: ApiTrouble | undefined;
		// A call of which the API always fails to tell holds up no other.
		for (const call of [...calls].sort((one, other) => beforeOf(one).failures - beforeOf(other).failures)) {
			const before = beforeOf(call);
			const note = (now: Partial<Asked>) => this.asked.set(call.rowId, { ...before, ...now });
			const request = call.fields && !before.told && api.more?.request(call.fields);
			if (!request) continue;
			const isTooEarly = call.isRecent && before.isEarly;
			const isEnough = asked >= MOST_ASKED_A_MINUTE * catchUp.everyMinutes || ofUse >= MOST_OF_USE;
			if (isTooEarly || isEnough || trouble?.isOfOneRequest === false || end.signal.aborted) {
				leave(call);
				continue;
			}
			if (asked++ > 0) await pace.wait(PAUSE_IN_MS);
			try {
				const { body } = await access.ask(request);
				note({ told: harmlessFields(asObject(asObject(body)?.data) ?? {}) });
			} catch (error) {
				const why = troubleOf(error, access.named);
				if (!why.isOfOneAddress) {
					trouble = why;
					note({ failures: before.failures + 1 });
					leave(call);
					continue;
				}
				// Nothing is told of this call.
				note({ told: {} });
			}
			const { ids } = take(call);
			if (ids.length > call.ids.length || ids.some((id) => proof.kinds.has(kindOf(id)))) ofUse++;
			// What is told of a call that is left alone all the same needs no room.
			else note(call.isRecent ? { isEarly: true } : { told: {} });
		}
		return { hasAsked: asked > 0, trouble };
	}
}
