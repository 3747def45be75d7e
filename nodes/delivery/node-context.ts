import type { ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What parameters are read from: webhook() and trigger() have the same. */
export type NodeContext = IWebhookFunctions | ITriggerFunctions;

/**
 * A parameter that must not fail a delivery, since it is read before the secret is known to be right or is nothing that the
 * delivery needs: where its expression fails (docs/n8n.md, 19), it is as if it had not been set.
 */
export function parameterOr(context: NodeContext, name: string, unset: string | boolean | string[]): unknown {
	try {
		return context.getNodeParameter(name, unset);
	} catch {
		return unset;
	}
}
