import { randomUUID } from 'node:crypto';
import type { GenericValue, IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answerFor, rejectionFor, send } from './answer';
import { handOver } from './handover';
import { detailsOf, itemOf } from './item';
import { dedupeKeyOf } from './key';
import type { Provider } from './provider';
import type { CustomField } from './settings';
import { settingsOf } from './settings';
import { typeFields } from './type';

/** The name of each trigger's second webhook, `<test URL>/sample`. n8n knows two names: `default` and this one. */
const SAMPLE_WEBHOOK = 'setup';

/** What a field of the user's own may look like. */
const EXAMPLES: Record<CustomField['type'], GenericValue> = { string: 'Example text', number: 1, boolean: true };

/** Whether somebody opened `…/sample` rather than sent a call. */
export function isForSample(context: IWebhookFunctions): boolean {
	return context.getWebhookName() === SAMPLE_WEBHOOK;
}

/**
 * Gives the workflow the example call of the provider's guide, typed and shaped as a real one, so that its fields can be
 * mapped before the first call. Opened in a browser, it carries no secret: it exists in test mode only, while n8n listens.
 */
export function receiveSample<Call extends IDataObject>(
	context: IWebhookFunctions,
	provider: Provider<Call>,
): IWebhookResponseData {
	if (context.getMode() !== 'manual') {
		send(
			context,
			rejectionFor(
				'absent',
				'There is no sample here: it exists at the test URL only, while n8n listens for a test event.',
			),
		);
		return { noWebhookResponse: true };
	}

	const settings = settingsOf(context);
	const fields = sampleFields(provider, settings.customFields);
	const typed = typeFields(provider.schema, fields, settings.customFields);
	const deliveryId = randomUUID();
	const key = dedupeKeyOf(provider, settings, typed.call);
	const details = detailsOf(context, provider, typed.call, { deliveryId, receivedAt: new Date(), key });
	const item = itemOf(provider, settings, fields, typed, details);
	return {
		webhookResponse: answerFor('accepted', `The example call of ${provider.title} is in the editor. Go back to n8n.`)
			.body,
		workflowData: handOver({
			deliveryId,
			outlet: 'calls',
			item,
			limits: settings.limits,
			respond: settings.respond,
			hasIgnoredOutput: settings.options.emitIgnored,
		}),
	};
}

/** The guide's example call, and an example of each field that the user added. */
function sampleFields<Call extends IDataObject>(
	{ sample }: Provider<Call>,
	customFields: readonly CustomField[],
): IDataObject {
	const custom = customFields.map(({ name, type }) => [name, EXAMPLES[type]]);
	return { ...Object.fromEntries(custom), ...sample };
}
