import type { ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

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

const COLLECTIONS = ['filters', 'options'];

/** A parameter, null where it is not set. Throws an error that names it by its label where its expression fails. */
export function parameter(context: NodeContext, name: string, labels: Readonly<Record<string, string>>): unknown {
	try {
		return context.getNodeParameter(name, null);
	} catch (error) {
		const inside = COLLECTIONS.includes(name) ? Object.keys(Object(context.getNode().parameters[name])) : [];
		// Asked for one by one, the parameter whose expression fails is found.
		for (const child of inside) parameter(context, `${name}.${child}`, labels);
		const reason = error instanceof Error ? error.message : String(error);
		const message = `${labels[name] ?? name} has an expression that fails: ${reason}`;
		const description = 'Correct it in the node and publish the workflow again. Until then no call is accepted.';
		throw new NodeOperationError(context.getNode(), message, { description });
	}
}
