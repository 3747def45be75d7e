import type { IHookFunctions, INodeParameters, IWebhookDescription } from 'n8n-workflow';
import { webhookDescriptionFields } from 'n8n-workflow';

/**
 * How n8n is told which of its two ways to answer (docs/n8n.md, 18): by an expression, or a function that says the same.
 * n8n asks before webhook() can tell who may come in. So a Respond that cannot be read must not fail here, where a
 * stranger would be told of it: it fails with the other settings, behind the secret.
 */
const answers = {
	responseMode: {
		template:
			'={{ (() => { try { return $parameter["respond"] === "lastNode" ? "lastNode" : "onReceived" } catch (error) { return "onReceived" } })() }}',
		resolve: ({ respond }: INodeParameters) => (respond === 'lastNode' ? 'lastNode' : 'onReceived'),
	},
	// Where the last node answers, its first item is the body; otherwise it is what webhook() gave to n8n (docs/n8n.md, 4).
	responseData: {
		template:
			'={{ (() => { try { return $parameter["respond"] === "lastNode" ? "firstEntryJson" : "" } catch (error) { return "" } })() }}',
		resolve: ({ respond }: INodeParameters) => (respond === 'lastNode' ? 'firstEntryJson' : ''),
	},
};

/**
 * What a trigger's webhook says of its answer. n8n reads it for each delivery, before webhook(): since 2.41 the function,
 * which costs nothing; older versions know only the expression (docs/n8n.md, 5).
 */
export const answering: Pick<IWebhookDescription, 'responseMode' | 'responseData'> =
	typeof webhookDescriptionFields === 'function'
		? webhookDescriptionFields(answers)
		: { responseMode: answers.responseMode.template, responseData: answers.responseData.template };

/**
 * The webhook of the sample, `<test URL>/sample`: opened in a browser, it gives the workflow an example call. The editor
 * lists its URL below the trigger's own, to be copied. It takes the methods of calls too, to tell one that is sent there
 * where to go.
 */
export const sampleWebhook = {
	name: 'setup',
	httpMethod: 'GET,POST',
	ndvHideMethod: true,
	responseMode: 'onReceived',
	responseData: '',
} as const;

/** The webhook is registered by hand in the provider's dashboard: there is nothing to look up, make or take away. */
export const byHand = {
	async checkExists(this: IHookFunctions): Promise<boolean> {
		return true;
	},
	async create(this: IHookFunctions): Promise<boolean> {
		return true;
	},
	async delete(this: IHookFunctions): Promise<boolean> {
		return true;
	},
};
