import type { IDataObject } from 'n8n-workflow';

import { kindOf } from '../delivery/call-id';
import type { Claims } from '../memory/claims';
import { drop, type Found, type FoundCall, leave } from './found';
import { proofOf } from './look-up';
import type { SameCalls } from './same-calls';
import type { Setup } from './setup';
import * as words from './words';

/**
 * Where the ids of webhooks may be made up: a call that looks like a delivered one is that one. And one with no id of a kind by
 * which webhooks are known may be any of them.
 */
export class MadeUpIds<Call extends IDataObject> implements SameCalls {
	constructor(
		private readonly setup: Setup<Call>,
		private readonly register: Claims,
		/** How many ids are remembered. */
		private readonly history: number,
	) {}

	/** Those that no other call looks like: of several, their ids may tell which is the delivered one. */
	sure(found: Found): ReadonlySet<FoundCall> {
		this.noteFound(found);
		const looking = this.looking([...found.calls.values()]);
		const isAlone = ({ alike }: FoundCall) => alike.every((looks) => (looking.get(looks) ?? 0) < 2);
		return new Set(found.due().filter((call) => this.mayBeDelivered(call) && isAlone(call)));
	}

	passOver(found: Found, undelivered: readonly FoundCall[]): boolean {
		const { api, log, provider, trigger } = this.setup;
		const { kinds: proved } = proofOf(trigger);
		this.noteFound(found);
		const alike = new Set(undelivered.filter((call) => this.mayBeDelivered(call)));
		const waiting = this.looking(
			[...found.calls.values()].filter(({ state }) => state === 'to come' || state === 'left'),
		);
		let [known, unknown] = [0, 0];
		for (const call of undelivered) {
			if (alike.has(call)) {
				const isOpen = this.register.notFound(call.alike) === 'open';
				// Its delivery may fail yet, or be of a call of which more is told later; and where not all was read, its own row may be missing.
				const mayBeAnother = found.failed.size > 0 || call.alike.some((looks) => waiting.has(looks));
				if (isOpen || mayBeAnother || proved.size === 0) leave(call);
				else {
					drop(call);
					this.register.take(call, this.history);
					known++;
				}
			} else if (proved.size > 0 && call.fields && !call.ids.some((id) => proved.has(kindOf(id)))) {
				drop(call);
				unknown++;
			}
		}
		log.tell('alike', known > 0 && { message: words.alike(known, api), kind: 'alike' });
		const message = words.withoutId(unknown, [...proved.keys()], provider.title);
		log.tell('without id', unknown > 0 && { message, kind: 'without id' });
		return false;
	}

	private noteFound(found: Found): void {
		for (const call of found.calls.values()) this.register.noteFound(call);
	}

	/** Whether it looks like a delivered call whose own ids the API does not tell. */
	private mayBeDelivered({ alike }: FoundCall): boolean {
		return this.register.notFound(alike) !== undefined;
	}

	/** How many of these calls, where nobody is known to have them, look like what. */
	private looking(calls: readonly FoundCall[]): ReadonlyMap<string, number> {
		const count = new Map<string, number>();
		for (const { ids, alike } of calls) {
			if (!['open', undefined].includes(this.register.stateOf(...ids))) continue;
			for (const looks of alike) count.set(looks, (count.get(looks) ?? 0) + 1);
		}
		return count;
	}
}
