import type { INodeProperties } from 'n8n-workflow';

import {
	authenticationParameter,
	conditionsFilter,
	dedupeFieldParameter,
	deduplicateByParameter,
	deduplicateParameter,
	lastNodeNotice,
	noAuthenticationNotice,
	optionsParameter,
	outputParameter,
	respondParameter,
} from '../delivery/parameters';

const triggerOnParameter: INodeProperties = {
	displayName: 'Trigger On',
	name: 'triggerOn',
	type: 'options',
	options: [
		{
			name: 'Call Ended',
			value: 'callEnded',
			description: 'The webhook has Trigger on Call End ON: it fires once, after the call',
		},
		{
			name: 'Call Started',
			value: 'callStarted',
			description: 'The webhook fires when a call starts',
		},
		{
			name: 'During Call',
			value: 'duringCall',
			description: 'The webhook has Trigger on Call End OFF: the voice agent calls it while it talks',
		},
	],
	default: 'callEnded',
	description: 'When the webhook of your QCall assistant fires',
};

const filtersParameter: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description: 'Calls that do not pass every filter are answered, ignored and cost no execution',
	options: [
		conditionsFilter,
		{
			displayName: 'Excluded Outcomes',
			name: 'excludedOutcomes',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Outcome' },
			default: [],
			placeholder: 'e.g. Not Interested',
			description: 'No calls with one of these outcomes; case and accents make no difference',
		},
		{
			displayName: 'Minimum Duration',
			name: 'minDuration',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 30,
			description: 'Only calls that lasted at least this many seconds',
		},
		{
			displayName: 'Minimum Order Value',
			name: 'minOrderValue',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 1,
			description: 'Only calls with an order of at least this value',
		},
		{
			displayName: 'Outcomes',
			name: 'outcomes',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Outcome' },
			default: [],
			placeholder: 'e.g. Order Placed',
			description: 'Only calls with one of these outcomes; case and accents make no difference',
		},
		{
			displayName: 'Sentiments',
			name: 'sentiments',
			type: 'multiOptions',
			options: [
				{ name: 'Negative', value: 'Negative' },
				{ name: 'Neutral', value: 'Neutral' },
				{ name: 'Positive', value: 'Positive' },
			],
			default: [],
			description: 'Only calls in which the caller sounded like this',
		},
	],
};

const customFieldsParameter: INodeProperties = {
	displayName: 'Custom Fields',
	name: 'customFields',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Field',
	default: {},
	description:
		'Body Parameters that you added in QCall beyond the documented ones, as in the dashboard. Fields that are not listed here arrive too, as they were sent.',
	options: [
		{
			displayName: 'Field',
			name: 'rows',
			values: [
				{
					displayName: 'Identifier',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. preferred_slot',
					description: 'The identifier of the Body Parameter',
				},
				{
					displayName: 'Data Type',
					name: 'type',
					type: 'options',
					options: [
						{ name: 'Boolean', value: 'boolean' },
						{ name: 'Number', value: 'number' },
						{ name: 'String', value: 'string' },
					],
					default: 'string',
					description: 'The data type of the Body Parameter',
				},
				{
					displayName: 'Required',
					name: 'required',
					type: 'boolean',
					default: false,
					description: 'Whether a call without it has an issue',
				},
			],
		},
	],
};

const orderIdNotice: INodeProperties = {
	displayName:
		'A second call about the same order is dropped for as long as the order is remembered. Choose this only if one run for each order is what you want.',
	name: 'orderIdNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { triggerOn: ['callEnded'], deduplicate: [true], deduplicateBy: ['orderId'] } },
};

const onlyAfterCalls = (parameter: INodeProperties): INodeProperties => ({
	...parameter,
	displayOptions: { show: { ...parameter.displayOptions?.show, triggerOn: ['callEnded'] } },
});

export const parameters: INodeProperties[] = [
	authenticationParameter,
	noAuthenticationNotice,
	triggerOnParameter,
	outputParameter,
	customFieldsParameter,
	filtersParameter,
	onlyAfterCalls(deduplicateParameter),
	onlyAfterCalls(
		deduplicateByParameter(
			[
				{
					name: 'Automatic',
					value: 'automatic',
					description:
						'By call_id, call_sid or callsid if you added one, else by the recording, else by caller, date and duration',
				},
				{
					name: 'Order ID',
					value: 'orderId',
					description: 'One run for each order',
				},
			],
			'automatic',
		),
	),
	orderIdNotice,
	onlyAfterCalls(dedupeFieldParameter),
	respondParameter,
	lastNodeNotice,
	optionsParameter,
];
