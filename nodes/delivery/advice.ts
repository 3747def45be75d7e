import type { IDataObject } from 'n8n-workflow';

import { shown } from '../provider/comparing';
import type { Hint } from './handover';
import type { ReceivedCall } from './item';
import { nearestName } from './nearest-name';
import type { FiltersWouldDo } from './sample';

/**
 * What whoever listens in the editor should know of the settings, in sentences; undefined in production, or for none. Of a
 * sample also what filters would do.
 */
export function adviceOn<Call extends IDataObject>(
	received: ReceivedCall<Call>,
	wouldDo?: FiltersWouldDo,
): Hint[] | undefined {
	const { settings, delivery } = received;
	if (!delivery.isTest) return undefined;
	const advice: Hint[] = [...settings.oddities, ...unknownFields(received)].map((message) => ({
		message,
		type: 'warning',
	}));
	if (wouldDo !== undefined) advice.unshift({ message: wouldDo.words, type: wouldDo.passes ? 'info' : 'warning' });
	return advice.length > 0 ? advice : undefined;
}

/** Settings that ask for a field which neither this call nor the provider's guide has. */
function unknownFields<Call extends IDataObject>({ provider, settings, call, fields }: ReceivedCall<Call>): string[] {
	const { conditions, customFields, deduplicate, deduplicateBy, dedupeField } = settings;
	const known = [
		...new Set([
			...provider.fieldNames,
			...customFields.map(({ name }) => name),
			...Object.keys(call),
			...Object.keys(fields),
		]),
	];
	const asked = conditions.map(({ field }) => ({ field, where: 'A condition' }));
	if (deduplicate && deduplicateBy === 'customField' && dedupeField !== '')
		asked.push({ field: dedupeField, where: 'Deduplicate By' });
	return asked
		.filter(({ field }) => !known.includes(field))
		.map(({ field, where }) => {
			const nearest = nearestName(field, known);
			const meant = nearest === undefined ? 'Take the name from the output of a call.' : `Did you mean ${nearest}?`;
			return `${where} asks for the field "${shown(field)}", which this call does not have, nor does ${provider.title}'s guide. ${meant}`;
		});
}
