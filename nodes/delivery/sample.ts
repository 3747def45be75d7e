import type { GenericValue, IDataObject, IWebhookFunctions } from 'n8n-workflow';

import type { Provider } from './provider';
import type { CustomField } from './settings';

/** The name of the second webhook of each trigger: `<test URL>/sample`. n8n knows two names, `default` and this one. */
const SAMPLE_WEBHOOK = 'setup';

/** What a field of the user's own may look like. */
const EXAMPLES: Record<CustomField['type'], GenericValue> = { string: 'Example text', number: 1, boolean: true };

/** Whether this request is for the sample: a browser that opened `<test URL>/sample`. */
export function isForSample(context: IWebhookFunctions): boolean {
	return context.getWebhookName() === SAMPLE_WEBHOOK;
}

/**
 * The fields of an example call: those of the provider's guide, and an example of each field that the user added. With
 * them the nodes behind can be set up before the first call.
 */
export function sampleFields<Call extends IDataObject>(
	{ sample }: Provider<Call>,
	customFields: readonly CustomField[],
): IDataObject {
	const custom = customFields.map(({ name, type }) => [name, EXAMPLES[type]]);
	return { ...Object.fromEntries(custom), ...sample };
}
