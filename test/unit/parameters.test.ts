import { parameters as callScalerParameters } from '../../nodes/CallScaler/parameters';
import { callScaler } from '../../nodes/CallScaler/provider';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { choicesOf, labelOf, labelsOf } from '../../nodes/provider/labels';
import { parameters as qCallParameters } from '../../nodes/QCall/parameters';
import { qCall } from '../../nodes/QCall/provider';
import { webhookContext } from './webhook-context';

describe.each([
	['CallScaler', callScaler, settingsReader(callScaler), callScalerParameters],
	['QCall', qCall, settingsReader(qCall), qCallParameters],
])('%s', (_title, { filters }, read, parameters) => {
	it('has a parameter for each filter: n8n drops a value that has none', () => {
		for (const { parameter } of filters) expect(labelsOf(parameters)).toHaveProperty([`filters.${parameter}`]);
	});

	it('takes each number that the editor lets a user enter', () => {
		const numbers = parameters
			.filter(({ type }) => type === 'collection')
			.flatMap(({ name: collection, options = [] }) =>
				options
					.flatMap((option) => ('type' in option && option.type === 'number' ? [option] : []))
					.map(({ name, typeOptions = {} }) => ({ collection, name, ...typeOptions })),
			);
		expect(numbers.length).toBeGreaterThan(2);
		for (const { collection, name, minValue = -1e9, maxValue = 1e9 } of numbers) {
			for (const number of [minValue, maxValue]) {
				const triggerOn = Object.keys(choicesOf(parameters, 'triggerOn'))[0] ?? '';
				const { context } = webhookContext({ parameters: { triggerOn, [collection]: { [name]: number } } });
				expect(() => read(context)).not.toThrow();
			}
		}
	});
});

it('finds what the editor calls a setting, a setting in a collection, and a column of rows', () => {
	expect(labelOf(callScalerParameters, 'triggerOn')).toBe('Trigger On');
	expect(labelOf(callScalerParameters, 'options.dedupeHistory')).toBe('Deduplication History');
	expect(labelOf(qCallParameters, 'customFields.name')).toBe('Identifier');
	expect(choicesOf(qCallParameters, 'customFields.type')).toEqual({
		boolean: 'Boolean',
		number: 'Number',
		string: 'String',
	});
});

it('has no texts that only tell something among the settings', () => {
	expect(Object.keys(labelsOf(qCallParameters)).filter((path) => /notice/i.test(path))).toEqual([]);
});

it('does without a name where there is none', () => {
	expect(labelOf(qCallParameters, 'filters.shoeSize')).toBe('filters.shoeSize');
	expect(choicesOf(qCallParameters, 'filters.shoeSize')).toEqual({});
});
