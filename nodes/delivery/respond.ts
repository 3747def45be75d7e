import type { INodeParameters, IWebhookDescription } from 'n8n-workflow';
import { webhookDescriptionFields } from 'n8n-workflow';

/** n8n's two ways to answer; each is an expression, and a function that says the same. */
const fields = {
	responseMode: {
		template: '={{ $parameter["respond"] }}',
		resolve: ({ respond }: INodeParameters) => respond,
	},
	// Where the last node answers, its first item is the body; otherwise it is what webhook() gave to n8n.
	responseData: {
		template: '={{ $parameter["respond"] === "lastNode" ? "firstEntryJson" : "" }}',
		resolve: ({ respond }: INodeParameters) => (respond === 'lastNode' ? 'firstEntryJson' : ''),
	},
};

/**
 * What a trigger's webhook says of its answer. n8n reads it for each delivery, before webhook(): since 2.41 the function,
 * which costs nothing; older versions know only the expression.
 */
export const answering: Pick<IWebhookDescription, 'responseMode' | 'responseData'> =
	typeof webhookDescriptionFields === 'function'
		? webhookDescriptionFields(fields)
		: { responseMode: fields.responseMode.template, responseData: fields.responseData.template };
