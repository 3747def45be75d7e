import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The parameters that every trigger of this package has. What differs between providers comes in as texts. */

type DisplayOptions = NonNullable<INodeProperties['displayOptions']>;
type Show = DisplayOptions['show'];

/**
 * What a yes or no has to be for n8n to show what hangs on it. What n8n does not show it does not give to the node either, and
 * it compares to the letter, while text and what was left blank are a yes or no too (delivery/settings.ts).
 */
export const ON = [true, 'true', 'True', 'TRUE'];
/** The same where it is on unless it was turned off. */
const NOT_OFF = [{ _cnd: { not: false } }];

/**
 * A text that appears beside the parameters where a choice has a consequence. n8n fills in every parameter for each
 * delivery, notices too (docs/bench.md): a text that may stand below a parameter whatever its value is its `hint`.
 */
export function notice(name: string, text: string, show?: Show): INodeProperties {
	const shown = show === undefined ? {} : { displayOptions: { show } };
	return { displayName: text, name, type: 'notice', default: '', ...shown };
}

const authenticationParameter: INodeProperties = {
	displayName: 'Authentication',
	name: 'authentication',
	type: 'options',
	options: [
		{
			name: 'Header Auth',
			value: 'headerAuth',
			description: 'Only deliveries that carry the secret of your credential in a header are let in',
		},
		{
			name: 'None',
			value: 'none',
			description: 'Whoever knows the URL can start this workflow',
		},
	],
	default: 'headerAuth',
	description: 'How this trigger knows that a delivery comes from your account',
};

const noAuthenticationNotice = notice(
	'noAuthenticationNotice',
	'Without authentication, whoever learns this URL can start your workflow with calls that never happened. Header Auth takes a minute to set up.',
	{ authentication: ['none'] },
);

/**
 * Where the editor shows the credentials of a node, all in one place. Without this, that is above the last parameter that
 * decides on one.
 */
const credentialsHere: INodeProperties = {
	displayName: 'Credentials',
	name: 'credentials',
	type: 'credentials',
	default: '',
};

export const authenticationParameters = [authenticationParameter, noAuthenticationNotice, credentialsHere];

/** Which URL goes into the provider's dashboard. In two lines: the panel says the rest. */
export const whichUrlNotice = (title: string, ending: string): INodeProperties =>
	notice(
		'setupNotice',
		`Into ${title} goes the URL that ends in ${ending}: the Test URL only to test, then the Production URL.`,
	);

export const outputParameter: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: [
		{
			name: 'Fields',
			value: 'fields',
			description: 'All of them, under the names that the provider gives them',
		},
		{
			name: 'Raw',
			value: 'raw',
			description: 'Exactly what the provider sent: numbers may be text, and empty fields are kept as they are',
		},
		{
			name: 'Simplified',
			value: 'simplified',
			description: 'The ten that most workflows need, and your own Custom Fields where there are some',
		},
		{
			name: 'Unified',
			value: 'unified',
			description: 'The same names from QCall and CallScaler, so that one workflow can take calls from both',
		},
	],
	default: 'fields',
	description: 'Which fields of a call the next nodes get, and what these are called',
};

/** `example` is a field and a value of the provider's own. */
export const conditionsParameter = (example: { field: string; value: string }): INodeProperties => ({
	displayName: 'Conditions',
	name: 'conditions',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Condition',
	default: {},
	description: 'Only calls for which all of these hold, on any field. A row without a value does not count.',
	options: [
		{
			displayName: 'Condition',
			name: 'rows',
			values: [
				{
					displayName: 'Field',
					name: 'field',
					type: 'string',
					default: '',
					required: true,
					placeholder: `e.g. ${example.field}`,
					description: "The provider's own name of the field, whatever Output says",
				},
				{
					displayName: 'Operator',
					name: 'operator',
					type: 'options',
					options: [
						{ name: 'Contains', value: 'contains' },
						{ name: 'Does Not Contain', value: 'notContains' },
						{ name: 'Does Not Equal', value: 'notEquals' },
						{ name: 'Ends With', value: 'endsWith' },
						{ name: 'Equals', value: 'equals' },
						{ name: 'Is Empty', value: 'isEmpty' },
						{ name: 'Is Greater Than', value: 'greaterThan' },
						{ name: 'Is Less Than', value: 'lessThan' },
						{ name: 'Is Not Empty', value: 'isNotEmpty' },
						{ name: 'Starts With', value: 'startsWith' },
					],
					default: 'equals',
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					default: '',
					placeholder: `e.g. ${example.value}`,
					description: 'What to compare with; case and accents make no difference',
					displayOptions: { hide: { operator: ['isEmpty', 'isNotEmpty'] } },
				},
			],
		},
	],
});

export const deduplicateParameter: INodeProperties = {
	displayName: 'Deduplicate',
	name: 'deduplicate',
	type: 'boolean',
	default: true,
	description: 'Whether a call that is delivered more than once starts the workflow only once',
};

/** "Deduplicate By", with the provider's own keys and the user's own field. */
export function deduplicateByParameter(keys: readonly INodePropertyOptions[], defaultKey: string): INodeProperties {
	return {
		displayName: 'Deduplicate By',
		name: 'deduplicateBy',
		type: 'options',
		options: [
			...keys,
			{
				name: 'Field',
				value: 'customField',
				description: 'Deliveries with the same value in a field of your choice are one call',
			},
		].sort((a, b) => a.name.localeCompare(b.name)),
		default: defaultKey,
		description: 'What makes two deliveries the same call',
		displayOptions: { show: { deduplicate: NOT_OFF } },
	};
}

export const dedupeFieldParameter: INodeProperties = {
	displayName: 'Field to Deduplicate By',
	name: 'dedupeField',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. ticket_number',
	description: "The provider's own name of the field. A call in which it is empty is always accepted.",
	displayOptions: { show: { deduplicate: NOT_OFF, deduplicateBy: ['customField'] } },
};

/** n8n marks a required field of a node that was just added only when it is left, but Execute step is grey at once. */
export const dedupeFieldNotice = notice(
	'dedupeFieldNotice',
	'Enter the name of a field: until then Execute step stays grey, and the workflow cannot be published.',
	{ deduplicate: [true], deduplicateBy: ['customField'], dedupeField: [''] },
);

export const respondParameter: INodeProperties = {
	displayName: 'Respond',
	name: 'respond',
	type: 'options',
	options: [
		{
			name: 'Immediately',
			value: 'onReceived',
			description: 'As soon as n8n has stored the call',
		},
		{
			name: 'When Last Node Finishes',
			value: 'lastNode',
			description:
				'With the first item of the last node; a failed workflow is answered as a failure. One that waits for more than a minute, a webhook or an approval is answered at once.',
		},
	],
	default: 'onReceived',
	description: 'When the provider gets its answer. A Respond to Webhook node does not work behind this trigger.',
};

/** What an option of the second output costs. */
export const emitNotices = [
	notice(
		'emitIgnoredNotice',
		'Each ignored or duplicate delivery now starts an execution, which counts and takes up space like any other.',
		{ '/options.emitIgnored': [true] },
	),
	notice(
		'emitRejectedNotice',
		'Strangers who know the URL can now start executions, at most one a minute. Turn this off once you have found out what you wanted to know.',
		{ '/options.emitRejected': [true] },
	),
];

/** "Deduplication History", where other parameters have some values. */
const historyOption = (usual: number, displayOptions: DisplayOptions): INodeProperties => ({
	displayName: 'Deduplication History',
	name: 'dedupeHistory',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100000, numberPrecision: 0 },
	default: usual,
	description:
		'How many calls are remembered; the oldest are forgotten first. The more there are, the more work each call is for n8n.',
	displayOptions,
});

const alertOptions: INodeProperties[] = [
	{
		displayName: 'Alert After (Hours)',
		name: 'alertAfterHours',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10000, numberPrecision: 0 },
		default: 24,
		description:
			'How long no call may come before No Call for a While tells you. It counts anew when n8n is started, or this node is published.',
		displayOptions: { show: { alerts: ['noCall'] } },
	},
	{
		displayName: 'Alerts',
		name: 'alerts',
		type: 'multiOptions',
		options: [
			{
				name: 'Calls Arrive Only by Catching Up',
				value: 'onlyCaughtUp',
				description: 'Three in a row were caught up, and no webhook came between them',
			},
			{
				name: 'Catching Up Does Not Work',
				value: 'catchUpFails',
				description:
					'The API key is refused, the API was not reached for an hour, or a day after calls arrived none was found there',
			},
			{
				name: 'Deliveries Are Refused',
				value: 'deliveriesRefused',
				description:
					'Three in a day with a wrong secret or nothing to read, and none let in between them; at most once in 6 hours',
			},
			{
				name: 'No Call for a While',
				value: 'noCall',
				description:
					'None for 24 hours, or as many as Alert After says. In queue mode nobody can tell, so this is never told.',
			},
		],
		default: ['onlyCaughtUp', 'catchUpFails', 'deliveriesRefused'],
		description:
			"What you are told of by a failed execution, which starts this workflow's Error Workflow. In queue mode each process counts the deliveries that come to it.",
	},
];

/** "Catch Up on Undelivered Calls", for a provider that is called so. */
export const catchUpParameter = (title: string): INodeProperties => ({
	displayName: 'Catch Up on Undelivered Calls',
	name: 'catchUp',
	type: 'boolean',
	default: false,
	description: `Whether to ask ${title}, beside its webhook, for calls that never reached n8n, such as those of an outage. Needs an API key.`,
});

/** The options of catching up, and how much is remembered with it and without; `description` is of the first. */
export function catchUpOptions(after: number, description: string): [INodeProperties[], INodeProperties[]] {
	const displayOptions = { show: { '/catchUp': ON } };
	return [
		[
			{
				displayName: 'Catch Up After (Minutes)',
				name: 'catchUpAfter',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 120, numberPrecision: 0 },
				default: after,
				description,
				displayOptions,
			},
			{
				displayName: 'Catch Up Every (Minutes)',
				name: 'catchUpEvery',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 59, numberPrecision: 0 },
				default: 5,
				description: 'How often the provider is asked for what is new since it was last asked',
				displayOptions,
			},
		],
		// Calls that are caught up are remembered whatever Deduplicate says, and farther back.
		[
			historyOption(1000, { show: { '/deduplicate': NOT_OFF }, hide: { '/catchUp': ON } }),
			historyOption(10000, displayOptions),
		],
	];
}

/** "Options", with those of one provider. One that is yes or no is on when it is added, and off where it is not. */
export const optionsParameter = (
	more: readonly INodeProperties[] = [],
	history: readonly INodeProperties[] = [historyOption(1000, { show: { '/deduplicate': NOT_OFF } })],
): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		...alertOptions,
		...more,
		...history,
		{
			displayName: 'Deduplication Window (Hours)',
			name: 'dedupeWindowHours',
			type: 'number',
			typeOptions: { minValue: 0.1, maxValue: 100000, numberPrecision: 2 },
			default: 24,
			description: 'How long a call is remembered after it was accepted',
			displayOptions: { show: { '/deduplicate': NOT_OFF } },
		},
		{
			displayName: 'Include Delivery Details',
			name: 'includeDelivery',
			type: 'boolean',
			default: true,
			description:
				'Whether to add a delivery object to the item: how the call came, request ID, time of receipt, remote address, method, attempt and dedupe key',
		},
		{
			displayName: 'On Invalid Fields',
			name: 'onInvalidFields',
			type: 'options',
			options: [
				{
					name: 'Flag',
					value: 'flag',
					description: 'Accept the call; the field is empty and issues on the item tells what arrived',
				},
				{
					name: 'Reject',
					value: 'reject',
					description:
						'Refuse the call with status 422. A failed execution holds it: choose Flag, publish, and retry that.',
				},
			],
			default: 'flag',
			description: 'What to do with a call in which a field cannot be read as its type',
		},
		{
			displayName: 'Show Ignored Calls',
			name: 'emitIgnored',
			type: 'boolean',
			default: true,
			description:
				'Whether an ignored or duplicate call is an execution too, which ends at the output Ignored with the reason',
		},
		{
			displayName: 'Show Refused Deliveries',
			name: 'emitRejected',
			type: 'boolean',
			default: true,
			description:
				'Whether a refused delivery, such as one with a wrong secret, is an execution too, which ends at the output Ignored with the reason; at most one a minute',
		},
	],
});
