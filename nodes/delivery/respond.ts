import type { INodeParameters, IWebhookDescription } from 'n8n-workflow';
import { fromParameter, webhookDescriptionFields } from 'n8n-workflow';

import { ACCEPTED_MESSAGE } from './answer';

type AnsweringFields = Pick<IWebhookDescription, 'responseMode' | 'responseData'>;

/** Whether n8n takes a function where it used to take only an expression (since 2.41). */
export const takesFunctions = typeof webhookDescriptionFields === 'function';

/** n8n reads these for every delivery before webhook(), ignored ones too, and after it has stored an accepted one. */
const asFunctions = (): AnsweringFields =>
	webhookDescriptionFields({
		responseMode: fromParameter('respond'),
		responseData: {
			template: '={{ $parameter["respond"] === "lastNode" ? "firstEntryJson" : "" }}',
			resolve: ({ respond }: INodeParameters) => (respond === 'lastNode' ? 'firstEntryJson' : ''),
		},
	});

/** Before 2.41 only an expression can say it; 2.x knows the execution's id there, 1.x answers before there is one. */
const asExpressions: AnsweringFields = {
	responseMode: '={{ $parameter["respond"] }}',
	responseData: `={{ $parameter["respond"] === "lastNode" ? "firstEntryJson" : $execution?.id ? { "success": true, "status": "accepted", "message": "${ACCEPTED_MESSAGE}", "execution_id": $execution.id } : "" }}`,
};

/**
 * What a trigger's webhook says of its answer. Where the last node answers, its first item is the body; otherwise it is what
 * webhook() gave to n8n. An expression here costs many times the rest of an ignored delivery where n8n starts its expression
 * engine only when it is needed.
 */
export const answeringFields: AnsweringFields = takesFunctions ? asFunctions() : asExpressions;
