import { type INode, NodeHelpers } from 'n8n-workflow';

import { CallScalerTrigger } from '../../nodes/CallScaler/CallScalerTrigger.node';
import { callScaler } from '../../nodes/CallScaler/provider';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { choicesOf, labelOf, labelsOf } from '../../nodes/provider/labels';
import { qCall } from '../../nodes/QCall/provider';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';
import { webhookContext } from './webhook-context';

describe.each([
	['CallScaler', callScaler, settingsReader(callScaler)],
	['QCall', qCall, settingsReader(qCall)],
])('%s', (_title, { filters, parameters }, read) => {
	it('has a parameter for each filter: n8n drops a value that has none', () => {
		for (const { parameter } of filters) expect(labelsOf(parameters)).toHaveProperty([`filters.${parameter}`]);
	});

	it('has each option of yes or no on when it is added', () => {
		const options = parameters.flatMap(({ name, options: inside = [] }) => (name === 'options' ? inside : []));
		const ofYesOrNo = options.filter((option) => 'type' in option && option.type === 'boolean');
		expect(ofYesOrNo.map((option) => option.name)).toEqual(['includeDelivery', 'emitIgnored', 'emitRejected']);
		for (const option of ofYesOrNo) expect(option).toHaveProperty('default', true);
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
	expect(labelOf(callScaler.parameters, 'triggerOn')).toBe('Trigger On');
	expect(labelOf(callScaler.parameters, 'options.dedupeHistory')).toBe('Deduplication History');
	expect(labelOf(qCall.parameters, 'customFields.name')).toBe('Identifier');
	expect(choicesOf(qCall.parameters, 'customFields.type')).toEqual({
		boolean: 'Boolean',
		number: 'Number',
		string: 'String',
	});
});

it('has no texts that only tell something among the settings', () => {
	expect(Object.keys(labelsOf(qCall.parameters)).filter((path) => /notice/i.test(path))).toEqual([]);
});

it('does without a name where there is none', () => {
	expect(labelOf(qCall.parameters, 'filters.shoeSize')).toBe('filters.shoeSize');
	expect(choicesOf(qCall.parameters, 'filters.shoeSize')).toEqual({});
});

describe.each([
	['CallScaler', new CallScalerTrigger().description, 'callScaler', callScaler],
	['QCall', new QCallTrigger().description, 'qCall', qCall],
] as const)('%s: n8n shows, and keeps,', (_title, description, name, provider) => {
	const isShown = (credential: string, parameters: INode['parameters']) => {
		const described = description.credentials?.find((each) => each.name === credential);
		return described && NodeHelpers.displayParameter(parameters, described, null, description);
	};

	it.each<[INode['parameters'][string], boolean]>([
		['headerAuth', true],
		['none', false],
		['={{ "none" }}', true],
		// Not from the editor: a secret is asked for, so it has to be there.
		...[null, '', 'None'].map((written): [INode['parameters'][string], boolean] => [written, true]),
	])('the credential with the secret unless Authentication says that there is none: %j', (authentication, shown) => {
		expect(isShown(`${name}WebhookApi`, { authentication })).toBe(shown);
	});

	/** The parameters that n8n gives to the node, of those that were saved. */
	const kept = (saved: INode['parameters']) =>
		NodeHelpers.getNodeParameters(description.properties, saved, true, false, null, description) ?? {};
	const dedupe = {
		deduplicateBy: 'customField',
		dedupeField: 'ticket',
		options: { dedupeWindowHours: 7, dedupeHistory: 7 },
	};
	const { deduplicateBy, dedupeField, options } = dedupe;

	it.each(['true', ' TRUE ', null, '', true, undefined])(
		'how a call is recognized unless Deduplicate is off: %j',
		(deduplicate) => {
			expect(kept({ ...dedupe, ...(deduplicate === undefined ? {} : { deduplicate }) })).toMatchObject(dedupe);
		},
	);

	it('nothing of it where Deduplicate is off', () => {
		const parameters = kept({ ...dedupe, deduplicate: false });
		expect([parameters.deduplicateBy, parameters.dedupeField]).toEqual([undefined, undefined]);
		expect(parameters.options).toEqual({});
		expect(kept({ deduplicateBy, deduplicate: false, catchUp: true, options })).toHaveProperty('options', {
			dedupeHistory: 7,
		});
	});

	const ofCatchUp = {
		[provider.callsApi?.chosen.parameter ?? '']: ['7'],
		options: { catchUpAfter: 9, catchUpEvery: 7 },
	};

	it.each(['true', 'True', 'TRUE', true])('what is asked for where catching up is on: %j', (catchUp) => {
		expect(kept({ ...ofCatchUp, catchUp })).toMatchObject(ofCatchUp);
		expect(isShown(`${name}Api`, { catchUp })).toBe(true);
	});

	it.each(['false', null, '', false])('no credential for what is not asked: %j', (catchUp) => {
		expect(Object.keys(kept({ ...ofCatchUp, catchUp }))).not.toContain(provider.callsApi?.chosen.parameter);
		expect(kept({ dedupeField, options, catchUp })).toMatchObject({ options });
		expect(isShown(`${name}Api`, { catchUp })).toBe(false);
	});

	it('each credential with its name in the label: the editor names none of those that have no show', () => {
		for (const { displayOptions } of description.credentials ?? []) expect(displayOptions).toHaveProperty('show');
	});
});

it('QCall: n8n keeps what is for Call Ended however that is written, and for that alone', () => {
	const { description } = new QCallTrigger();
	const saved = { filters: { outcomes: ['Callback'] }, deduplicateBy: 'orderId' };
	const kept = (triggerOn: string) =>
		NodeHelpers.getNodeParameters(description.properties, { ...saved, triggerOn }, true, false, null, description) ??
		{};
	for (const triggerOn of ['callEnded', ' callEnded ']) expect(kept(triggerOn)).toMatchObject(saved);
	for (const triggerOn of ['duringCall', 'callStarted']) {
		expect(kept(triggerOn).deduplicateBy).toBeUndefined();
		expect(kept(triggerOn).filters).toEqual({});
	}
});
