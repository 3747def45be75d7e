import type { IExecuteFunctions } from 'n8n-workflow';

import { customDataOf } from '../n8n/custom-data';
import { isBlank, shown } from '../provider/comparing';
import { asObject } from '../provider/objects';

/** What became of a delivery, where it is more than a call that was handled. */
interface Glance {
	/** As the answer names it, or `alert`. */
	readonly verdict: string;
	readonly reason?: string;
	/** The call, in whatever form it is stored. */
	readonly call?: unknown;
}

/** What of a provider says where a call's id is. */
export interface NamesCalls {
	readonly unified: { readonly call_id?: { readonly from: readonly string[] } };
}

/** n8n complains of more than 255 characters. */
const LONGEST = 250;

/**
 * Says it in the execution's custom data, n8n's *Highlighted data*, which n8n shows beside the execution and can filter by
 * (docs/n8n.md, 42). n8n stores that beside the execution, so a call that was simply handled has none.
 */
export function showAtFirstGlance(
	context: IExecuteFunctions,
	provider: NamesCalls,
	{ verdict, reason, call }: Glance,
): void {
	const customData = customDataOf(context);
	for (const [name, value] of Object.entries({ verdict, reason, call_id: callIdIn(provider, call) })) {
		if (!isBlank(value)) customData?.set(name, shown(value, LONGEST));
	}
}

/** What the provider calls the call, by the names of either output. */
function callIdIn({ unified }: NamesCalls, call: unknown): unknown {
	const fields = asObject(call) ?? {};
	return ['call_id', ...(unified.call_id?.from ?? [])].map((name) => fields[name]).find((value) => !isBlank(value));
}
