import type { GenericValue, IDataObject } from 'n8n-workflow';

import type { Provider } from '../provider/provider';
import { ended } from './answer';
import type { Delivery } from './delivery';
import type { CustomField } from './settings';

/** What a field of the user's own may look like. */
const EXAMPLES: Record<CustomField['type'], GenericValue> = { string: 'Example text', number: 1, boolean: true };

/** Opened in a browser, the sample's URL carries no secret: it exists in test mode only, while n8n listens. */
export function letInForSample({ isTest }: Delivery): void {
	if (!isTest) throw ended.noSampleHere();
}

/** The example call of the provider's guide, and an example of each field that the user added. */
export function sampleFields<Call extends IDataObject>(
	{ sample }: Provider<Call>,
	customFields: readonly CustomField[],
): IDataObject {
	const custom = customFields.map(({ name, type }) => [name, EXAMPLES[type]]);
	return { ...Object.fromEntries(custom), ...sample };
}
