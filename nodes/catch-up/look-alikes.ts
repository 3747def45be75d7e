import type { IDataObject } from 'n8n-workflow';

import { alike, anotherLeg, otherIds, withoutId } from '../alerts/catch-up-words';
import { kindOf } from '../delivery/call-id';
import type { Claim } from '../memory/claims';
import { drop, type Found, type FoundCall, leave } from './found';
import type { Setup } from './setup';

/** The rows of a trigger that look like delivered calls, but have another id (ARCHITECTURE.md, "By which ids"). */
export class LookAlikes<Call extends IDataObject> {
	/** When a call that had come to this process was last found under its id, by n8n's clock. */
	private rowFoundAt = -Infinity;

	constructor(private readonly setup: Setup<Call>) {}

	/**
	 * The due calls that are passed over whatever the API tells of them alone: those that no other call looks like. Of several,
	 * their ids may tell which is the delivered one.
	 */
	sure(found: Found): ReadonlySet<FoundCall> {
		const looking = this.looking([...found.calls.values()]);
		const isAlone = ({ looks }: FoundCall) => looks.every((each) => (looking.get(each) ?? 0) < 2);
		return new Set(found.due().filter((call) => this.mayBe(call).length > 0 && isAlone(call)));
	}

	/**
	 * Passes over what of the undelivered calls cannot be told from delivered ones. Gives whether nothing can be told, so that the
	 * catching up has to end.
	 */
	passOver(found: Found): boolean {
		const undelivered = found.undelivered();
		if (this.setup.api.looksAlike === 'another') return this.passOverLegs(found, undelivered);
		this.passOverDelivered(found, undelivered);
		this.passOverUnknowable(found, undelivered);
		return false;
	}

	/**
	 * The API tells of no call with the id of a delivered one, but of one that looks like it: either it is another leg of that, or
	 * the API has other ids than the webhook, and every call would run twice. Where a call was found under its id since that
	 * delivery, the ids are the same.
	 */
	private passOverLegs(found: Found, undelivered: readonly FoundCall[]): boolean {
		const { api, log, provider, register } = this.setup;
		const told = new Set([...found.calls.values()].flatMap(({ ids }) => register.webhooksOf(ids)));
		if (told.size > 0) this.rowFoundAt = Date.now();
		let [legs, strangers] = [0, 0];
		for (const call of undelivered) {
			const delivered = register.webhooksOf(call.looks);
			if (delivered.length === 0 || delivered.some((claim) => told.has(claim))) continue;
			if (delivered.every(({ at }) => at < this.rowFoundAt)) {
				drop(call);
				legs++;
			} else {
				// Of lists that were not read to their end, the call's own row may be missing yet.
				leave(call);
				strangers++;
			}
		}
		const hasOtherIds = strangers > 0 && found.failed.size === 0;
		// Where the API has other ids, these may be no legs either.
		if (!hasOtherIds) found.countPassedOver(anotherLeg(api), legs);
		const message = otherIds(strangers, provider.title, api);
		log.tell('ids', hasOtherIds && { message, alertAfterMs: 0, isForGood: true });
		return hasOtherIds;
	}

	/** Where the ids of webhooks may be made up, a call that looks like a delivered one is that one. */
	private passOverDelivered(found: Found, undelivered: readonly FoundCall[]): void {
		const { api, settings, proof, register } = this.setup;
		const rows = undelivered.map((call) => ({ call, delivered: this.mayBe(call) }));
		const calls = [...found.calls.values()];
		const waiting = this.looking(
			calls.filter(({ state, fields }) => state === 'to come' || (state === 'due' && fields === undefined)),
		);
		for (const { call, delivered } of rows) {
			if (delivered.length === 0) continue;
			// Its delivery may fail yet, or be of a call of which more is told later; and where not all was read, its own row may be missing.
			const isOpen = delivered.some((claim) => claim.isOpen || claim.isKept);
			const mayBeAnother = found.failed.size > 0 || call.looks.some((each) => waiting.has(each));
			if (isOpen || mayBeAnother || !proof.isGiven) leave(call);
			else {
				drop(call);
				for (const claim of delivered) claim.hasRow = true;
				for (const id of call.ids) register.learn(id, settings.history);
				found.countPassedOver(alike(api));
			}
		}
	}

	/** One with no id of a kind by which webhooks are known may be any of them. */
	private passOverUnknowable(found: Found, undelivered: readonly FoundCall[]): void {
		const { proof, provider } = this.setup;
		const { kinds } = proof;
		for (const call of undelivered) {
			if (!proof.isGiven || call.fields === undefined || call.ids.some((id) => kinds.has(kindOf(id)))) continue;
			drop(call);
			found.countPassedOver(withoutId([...kinds.keys()], provider.title));
		}
	}

	/** The deliveries that look like this call, and whose own the API does not tell of. */
	private mayBe({ looks }: FoundCall): Claim[] {
		return this.setup.register.deliveriesOf(looks).filter(({ hasRow }) => !hasRow);
	}

	/** How many of these calls, where nobody is known to have them, look like what. */
	private looking(calls: readonly FoundCall[]): ReadonlyMap<string, number> {
		const count = new Map<string, number>();
		for (const { ids, looks } of calls) {
			if (this.setup.register.isHandled({ ids })) continue;
			for (const each of looks) count.set(each, (count.get(each) ?? 0) + 1);
		}
		return count;
	}
}
