import type { IDataObject } from 'n8n-workflow';

import { kindOf } from '../delivery/call-id';
import type { Claims } from '../memory/claims';
import { drop, type Found, type FoundCall, leave } from './found';
import type { Setup } from './setup';
import * as words from './words';

/** The rows of a trigger that may be delivered calls under another id (ARCHITECTURE.md, "By which ids"). */
export class SameCalls<Call extends IDataObject> {
	/** When a call that had come to this process was last found under its id, by n8n's clock. */
	foundAt = -Infinity;

	constructor(
		private readonly setup: Setup<Call>,
		private readonly ids: Claims,
		/** How many ids are remembered. */
		private readonly history: number,
	) {}

	/**
	 * Passes over what of the undelivered calls cannot be told from delivered ones; `proved` are the kinds of ids under which
	 * delivered calls were found. Gives whether nothing can be told, so that the catching up has to end.
	 */
	passOver(found: Found, undelivered: readonly FoundCall[], proved: ReadonlySet<string>): boolean {
		if (this.setup.api.looksAlike !== 'the same') return this.passOverLegs(found, undelivered);
		this.passOverAlike(found, undelivered, proved);
		return false;
	}

	/** The due calls that look like delivered ones whose own ids the API does not tell. */
	alike(found: Found): ReadonlySet<FoundCall> {
		for (const call of found.calls.values()) this.ids.noteFound(call);
		return new Set(found.due().filter(({ alike }) => this.ids.notFound(alike) !== undefined));
	}

	/** Those of them that no other call looks like: of several, their ids may tell which is the delivered one. */
	alikeAlone(found: Found): ReadonlySet<FoundCall> {
		const looking = this.looking([...found.calls.values()]);
		const isAlone = ({ alike }: FoundCall) => alike.every((looks) => (looking.get(looks) ?? 0) < 2);
		return new Set([...this.alike(found)].filter(isAlone));
	}

	/** How many of these calls, where nobody is known to have them, look like what. */
	private looking(calls: readonly FoundCall[]): ReadonlyMap<string, number> {
		const count = new Map<string, number>();
		for (const { ids, alike } of calls) {
			if (!['open', undefined].includes(this.ids.stateOf(...ids))) continue;
			for (const looks of alike) count.set(looks, (count.get(looks) ?? 0) + 1);
		}
		return count;
	}

	/**
	 * A call that looks like a delivered one is that one: what it was delivered with was made up. And one with no id of a kind by
	 * which webhooks are known may be any of them.
	 */
	private passOverAlike(found: Found, undelivered: readonly FoundCall[], proved: ReadonlySet<string>): void {
		const { log, provider } = this.setup;
		const alike = this.alike(found);
		const waiting = this.looking(
			[...found.calls.values()].filter(({ state }) => state === 'to come' || state === 'left'),
		);
		const isProved = proved.size > 0;
		let [known, unknown] = [0, 0];
		for (const call of undelivered) {
			if (alike.has(call)) {
				const isOpen = this.ids.notFound(call.alike) === 'open';
				// Its delivery may fail yet, or be of a call of which more is told later; and where not all was read, its own row may be missing.
				const mayBeAnother = found.failed.size > 0 || call.alike.some((looks) => waiting.has(looks));
				if (isOpen || mayBeAnother || !isProved) leave(call);
				else {
					drop(call);
					this.ids.take(call, this.history);
					known++;
				}
			} else if (isProved && call.fields && !call.ids.some((id) => proved.has(kindOf(id)))) {
				drop(call);
				unknown++;
			}
		}
		log.tell('alike', known > 0 && { message: words.alike(known), kind: 'alike' });
		const message = words.withoutId(unknown, [...proved], provider.title);
		log.tell('without id', unknown > 0 && { message, kind: 'without id' });
	}

	/**
	 * A call that looks like a delivered one, but has another id, while the API tells of no call with its own: either it is another
	 * leg of it, or the API has other ids than the webhook, and every call would run twice. Where a call was found under its id
	 * since that delivery, the ids are the same.
	 */
	private passOverLegs(found: Found, undelivered: readonly FoundCall[]): boolean {
		const { log, provider } = this.setup;
		const told = new Set([...found.calls.values()].flatMap(({ ids }) => ids));
		const delivered = this.ids.byLooks();
		let [legs, strangers] = [0, 0];
		for (const call of undelivered) {
			const alike = delivered.get(call.looks ?? '') ?? [];
			if (alike.length === 0 || alike.some(({ id }) => told.has(id))) continue;
			if (alike.every(({ at }) => at < this.foundAt)) {
				drop(call);
				legs++;
			} else {
				// Of lists that were not read to their end, the call's own row may be missing yet.
				leave(call);
				strangers++;
			}
		}
		const hasOtherIds = strangers > 0 && found.failed.size === 0;
		if (hasOtherIds)
			log.tell('ids', { message: words.otherIds(strangers, provider.title), alertAfterMs: 0, isForGood: true });
		else log.tell('legs', legs > 0 && { message: words.otherLegs(legs) });
		return hasOtherIds;
	}
}
