import type { IDataObject } from 'n8n-workflow';

import type { Hint } from '../n8n/show-hint';
import { shown } from '../provider/comparing';
import { labelOf } from '../provider/labels';
import { letThroughUnjudged } from './filter';
import type { ReceivedCall } from './item';
import { nearestName } from './nearest-name';
import { shownIssues } from './type';

/**
 * What whoever listens in the editor should know of the settings, in sentences; undefined in production, or for none.
 * `before`: what there is to know of a sample before that.
 */
export function adviceOn<Call extends IDataObject>(
	received: ReceivedCall<Call>,
	before: readonly Hint[] = [],
): Hint[] | undefined {
	const { settings, delivery } = received;
	if (!delivery.isTest) return undefined;
	const odd = [...settings.oddities, ...unknownFields(received), ...unjudged(received)];
	const advice = [...before, ...odd.map((message): Hint => ({ message, type: 'warning' }))];
	return advice.length > 0 ? advice : undefined;
}

const MOST_ISSUES_SAID = 3;

/** What could not be read of a call, for whoever looks at its item, in the editor or among the executions. */
export function adviceOnIssues<Call extends IDataObject>({ provider, issues, settings }: ReceivedCall<Call>): Hint[] {
	if (issues.length === 0 || settings.output === 'raw') return [];
	const said = shownIssues(issues).slice(0, MOST_ISSUES_SAID);
	const each = said.map(({ field, value, problem }) =>
		value === null ? `${field}: ${problem}` : `${field}: ${problem}, and "${String(value)}" arrived`,
	);
	if (issues.length > said.length) each.push(`and ${issues.length - said.length} more, which issues on the item has`);
	const what = `Some fields of this call are empty, since they could not be read. ${each.join('; ')}.`;
	return [{ message: [what, provider.whenUnreadable].filter(Boolean).join(' '), type: 'warning' }];
}

/** A filter that this call went past, since what it looks at had not come. */
function unjudged<Call extends IDataObject>({ provider, settings, call }: ReceivedCall<Call>): string[] {
	const label = letThroughUnjudged(provider, settings, call);
	if (label === undefined || provider.lateFields === undefined) return [];
	const { hint, parameter } = provider.lateFields;
	const decides = labelOf(provider.parameters, `filters.${parameter}`);
	return [
		`The filter ${label} had nothing to go by and let this call through: ${hint}. ${decides} says what becomes of such calls.`,
	];
}

/** Settings that ask for a field which neither this call nor the provider's guide has. */
function unknownFields<Call extends IDataObject>({ provider, settings, call }: ReceivedCall<Call>): string[] {
	const { conditions, customFields, deduplicate, deduplicateBy, dedupeField, output } = settings;
	const own = customFields.map(({ name }) => name);
	const known = [...new Set([...provider.fieldNames, ...own, ...Object.keys(call)])];
	const asked = conditions.map(({ field }) => ({ field, where: 'A condition' }));
	if (deduplicate && deduplicateBy === 'customField') asked.push({ field: dedupeField, where: 'Deduplicate By' });
	const fromWhere =
		output === 'fields'
			? 'from the output of a call'
			: 'that it has where Output is set to Fields, whatever you choose there';
	return asked
		.filter(({ field }) => !known.includes(field))
		.map(({ field, where }) => {
			const nearest = nearestName(field, known);
			const meant = nearest === undefined ? `Take the name ${fromWhere}.` : `Did you mean ${nearest}?`;
			return `${where} asks for the field "${shown(field)}", which this call does not have, nor does ${provider.title}'s guide. ${meant}`;
		});
}
