import type { IExecuteFunctions, IWorkflowDataProxyAdditionalKeys, IWorkflowExecutionCustomData } from 'n8n-workflow';

import { isBlank, shown } from '../provider/comparing';
import { asObject } from './read';

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

/** The execution's custom data, in the same way in n8n 1.x and 2.x: as expressions have it. */
export function customDataOf(context: IExecuteFunctions): IWorkflowExecutionCustomData | undefined {
	try {
		const { $execution }: IWorkflowDataProxyAdditionalKeys = context.getWorkflowDataProxy(0);
		return $execution?.customData;
	} catch {
		// n8n makes addresses for expressions first, and fails where its own is none. No call must wait for that.
		return undefined;
	}
}

/** What the provider calls the call, by the names of either output. */
function callIdIn({ unified }: NamesCalls, call: unknown): unknown {
	const fields = asObject(call) ?? {};
	return ['call_id', ...(unified.call_id?.from ?? [])].map((name) => fields[name]).find((value) => !isBlank(value));
}
