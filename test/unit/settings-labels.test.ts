import type { INodeProperties } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { parameters as callScalerParameters } from '../../nodes/CallScaler/parameters';
import { CATCH_UP_LABELS } from '../../nodes/catch-up/settings';
import { labelsOf } from '../../nodes/delivery/settings';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { parameters as qCallParameters } from '../../nodes/QCall/parameters';
import { qCall } from '../../nodes/QCall/provider';
import { webhookContext } from './webhook-context';

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
	[
		'CallScaler',
		callScaler,
		{ ownLabels: labelsOf(callScaler), read: settingsReader(callScaler) },
		callScalerParameters,
	],
	['QCall', qCall, { ownLabels: labelsOf(qCall), read: settingsReader(qCall) }, qCallParameters],
])('%s', (_title, { filters, triggerOn }, { ownLabels, read }, parameters) => {
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

	it('takes each number that the editor lets a user enter', () => {
		const numbers = parameters
			.filter(({ type }) => type === 'collection')
			.flatMap(({ name: collection, options = [] }) =>
				options
					.filter(isProperty)
					.map(({ name, type, typeOptions = {} }) => ({ collection, name, type, ...typeOptions })),
			)
			.filter(({ type }) => type === 'number');
		expect(numbers.length).toBeGreaterThan(2);
		for (const { collection, name, minValue = -1e9, maxValue = 1e9 } of numbers) {
			for (const number of [minValue, maxValue]) {
				const { context } = webhookContext({
					parameters: { triggerOn: Object.keys(triggerOn.values)[0] ?? '', [collection]: { [name]: number } },
				});
				expect(() => read(context)).not.toThrow();
			}
		}
	});

	it('offers the values of Trigger On under the names that an answer uses', () => {
		const offered = parameters.find(({ name }) => name === 'triggerOn')?.options ?? [];
		const names = Object.fromEntries(offered.map((option) => ('value' in option ? [option.value, option.name] : [])));
		expect(names).toEqual(triggerOn.values);
	});
});
