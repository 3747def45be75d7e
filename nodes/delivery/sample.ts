import type { GenericValue, IDataObject } from 'n8n-workflow';

import type { Hint } from '../n8n/show-hint';
import type { Provider } from '../provider/provider';
import { ended } from './answer';
import type { Delivery } from './delivery';
import { exclusionOf } from './filter';
import type { CustomField, Settings } from './settings';
import type { TypedCall } from './type';
import { inWords } from './why-ignored';

/** What a field of the user's own may look like. */
const EXAMPLES: Record<CustomField['type'], GenericValue> = { string: 'Example text', number: 1, boolean: true };

/**
 * Opened in a browser, the sample's URL carries no secret: it exists in test mode only, while n8n listens. What is sent to it
 * is a call that went to the wrong one of the URLs that the editor lists.
 */
export function letInForSample({ isTest, method }: Delivery, title: string): void {
	if (method !== 'GET') throw ended.noCallHere(title);
	if (!isTest) throw ended.noSampleHere();
}

/** The example call of the provider's guide, as Trigger On wants it, and an example of each field that the user added. */
export function sampleFields<Call extends IDataObject>(
	{ sample }: Provider<Call>,
	{ customFields, triggerOn }: Settings<Call>,
): IDataObject {
	const custom = customFields.map(({ name, type }) => [name, EXAMPLES[type]] as const);
	return { ...Object.fromEntries(custom), ...sample(triggerOn) };
}

/** What filters and conditions would do with the sample, which goes through them all; undefined where none is set. */
export function whatFiltersWouldDo<Call extends IDataObject>(
	provider: Provider<Call>,
	settings: Settings<Call>,
	typed: TypedCall<Call>,
): Hint | undefined {
	const why = exclusionOf(provider, settings, typed);
	if (why !== undefined)
		return { message: `A real call like this example would be ignored: ${inWords(why)}.`, type: 'warning' };
	const isNarrowed = settings.filters.length + settings.conditions.length > 0;
	const message = 'A real call like this example would pass your filters and conditions.';
	return isNarrowed ? { message, type: 'info' } : undefined;
}
