import type { INodeProperties } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { parameters as callScalerParameters } from '../../nodes/CallScaler/parameters';
import { CATCH_UP_LABELS } from '../../nodes/catch-up/settings';
import { labelsOf } from '../../nodes/delivery/settings';
import { parameters as qCallParameters } from '../../nodes/QCall/parameters';
import { qCall } from '../../nodes/QCall/provider';

const isProperty = (option: object): option is INodeProperties => 'displayName' in option && 'type' in option;

/** What the editor calls each parameter; those in a collection by `<collection>.<parameter>`. */
function shownNames(parameters: readonly INodeProperties[]): Record<string, string> {
	return Object.fromEntries(
		parameters
			.filter(({ type }) => type !== 'notice')
			.flatMap(({ name, displayName, type, options = [] }) => [
				[name, displayName],
				...(type === 'collection'
					? options.filter(isProperty).map((each) => [`${name}.${each.name}`, each.displayName])
					: []),
			]),
	);
}

describe.each([
	['CallScaler', callScaler, labelsOf(callScaler), callScalerParameters],
	['QCall', qCall, labelsOf(qCall), qCallParameters],
])('%s', (_title, { filters, triggerOn }, ownLabels, parameters) => {
	const shown = shownNames(parameters);

	it('names every setting in an error as the editor does', () => {
		const labels: Record<string, string> = { ...ownLabels, ...CATCH_UP_LABELS };
		for (const [name, displayName] of Object.entries(shown)) {
			if (name !== 'authentication') expect({ [name]: labels[name] }).toEqual({ [name]: displayName });
		}
	});

	it('has a parameter for each filter: n8n drops a value that has none', () => {
		for (const { parameter } of filters) expect(Object.keys(shown)).toContain(`filters.${parameter}`);
	});

	it('offers the values of Trigger On under the names that an answer uses', () => {
		const offered = parameters.find(({ name }) => name === 'triggerOn')?.options ?? [];
		const names = Object.fromEntries(offered.map((option) => ('value' in option ? [option.value, option.name] : [])));
		expect(names).toEqual(triggerOn.values);
	});
});
