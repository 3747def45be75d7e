import type { IDataObject } from 'n8n-workflow';

import type { Claims } from '../memory/claims';
import { drop, type Found, type FoundCall, leave } from './found';
import type { SameCalls } from './same-calls';
import type { Setup } from './setup';
import * as words from './words';

/**
 * A call that looks like a delivered one, but has another id, while the API tells of no call with its own: either it is another
 * leg of it, or the API has other ids than the webhook, and every call would run twice. Where a call was found under its id
 * since that delivery, the ids are the same.
 */
export class OtherLegs<Call extends IDataObject> implements SameCalls {
	/** When a call that had come to this process was last found under its id, by n8n's clock. */
	private foundAt = -Infinity;

	constructor(
		private readonly setup: Setup<Call>,
		private readonly register: Claims,
	) {}

	passOver(found: Found, undelivered: readonly FoundCall[]): boolean {
		const { api, log, provider } = this.setup;
		const calls = [...found.calls.values()];
		if (calls.some(({ ids }) => this.register.stateOf(...ids) === 'webhook')) this.foundAt = Date.now();
		const told = new Set(calls.flatMap(({ ids }) => ids));
		const delivered = this.register.byLooks();
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
			log.tell('ids', { message: words.otherIds(strangers, provider.title, api), alertAfterMs: 0, isForGood: true });
		else log.tell('legs', legs > 0 && { message: words.otherLegs(legs, api) });
		return hasOtherIds;
	}
}
