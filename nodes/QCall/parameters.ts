import type { INodeProperties } from 'n8n-workflow';

import {
	authenticationParameters,
	conditionsParameter,
	dedupeFieldNotice,
	dedupeFieldParameter,
	deduplicateByParameter,
	deduplicateParameter,
	emitNotices,
	catchUpOptions,
	catchUpParameter,
	notice,
	ON,
	optionsParameter,
	outputParameter,
	respondParameter,
	whichUrlNotice,
} from '../editor/parameters';

const triggerOnParameter: INodeProperties = {
	displayName: 'Trigger On',
	name: 'triggerOn',
	type: 'options',
	options: [
		{
			name: 'Call Ended',
			value: 'callEnded',
			action: 'On call ended',
			description: 'After the call, once: the webhook has Trigger on Call End turned on',
		},
		{
			name: 'Call Started',
			value: 'callStarted',
			action: 'On call started',
			description: 'When a call starts, to tell the voice agent what you know about the caller',
		},
		{
			name: 'During Call',
			value: 'duringCall',
			action: 'On request during a call',
			description: 'Whenever the voice agent needs something while it talks: Trigger on Call End is turned off',
		},
	],
	default: 'callEnded',
	description: 'When the webhook of your QCall assistant fires',
};

/** With blanks around it, too: n8n compares to the letter, and does not give to the node what it does not show. */
const CALL_ENDED = [{ _cnd: { includes: 'callEnded' } }];
/** Outcome, sentiment and duration are known when a call has ended; filters on them neither appear nor apply before. */
const ONLY_AFTER_ITS_END = { show: { '/triggerOn': CALL_ENDED } };

const filtersParameter: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description: 'Calls that do not pass every filter are answered, ignored and cost no execution',
	options: [
		{
			displayName: 'Excluded Outcomes',
			name: 'excludedOutcomes',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Outcome' },
			default: [],
			placeholder: 'e.g. Not Interested',
			description: 'No calls with one of these outcomes, one in each row; case and accents make no difference',
			displayOptions: ONLY_AFTER_ITS_END,
		},
		{
			displayName: 'Minimum Duration',
			name: 'minDuration',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 30,
			hint: 'In seconds',
			description: 'Only calls that lasted at least this many seconds',
			displayOptions: ONLY_AFTER_ITS_END,
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
			description:
				'Only calls with one of these outcomes, one in each row, in the words of your assistant; case and accents make no difference',
			displayOptions: ONLY_AFTER_ITS_END,
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
			displayOptions: ONLY_AFTER_ITS_END,
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
					required: true,
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

const catchUpAssistantsParameter: INodeProperties = {
	displayName: 'Assistants to Catch Up On',
	name: 'catchUpAssistants',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getAssistants' },
	hint: 'First choose the API credential, at the top below Authentication. Is an assistant missing? ⋮ > Refresh List. An expression has to give names.',
	required: true,
	default: [],
	description:
		'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	displayOptions: { show: { catchUp: ON } },
};

const CATCHES_UP = { triggerOn: ['callEnded'], catchUp: [true] };

const NOT_REPEATED = { triggerOn: ['callEnded'] };

const notices = {
	catchUpAssistants: notice(
		'catchUpAssistantsNotice',
		"Choose only assistants whose Webhook URL is this node's: calls of any other count as undelivered and run here. The webhook has to send recording_url, phone_number, call_date and call_duration: by these a call is known again.",
		CATCHES_UP,
	),
	onlyAcknowledged: notice(
		'onlyAcknowledgedNotice',
		'In QCall this needs a webhook of its own, with Trigger on Call End turned off. The voice agent gets an acknowledgement only. To let it use what this workflow finds, set Respond to When Last Node Finishes.',
		{ triggerOn: ['callStarted', 'duringCall'], respond: ['onReceived'] },
	),
	agentWaits: notice(
		'agentWaitsNotice',
		'In QCall this needs a webhook of its own, with Trigger on Call End turned off. The voice agent waits for the first item of the last node while the caller is on the line, at most 10 seconds. Keep the workflow short.',
		{ triggerOn: ['callStarted', 'duringCall'], respond: ['lastNode'] },
	),
	lastNode: notice(
		'lastNodeNotice',
		'QCall waits 10 seconds for an answer and does not send the call again. A workflow that takes longer still runs to its end, but QCall notes the delivery as failed.',
		{ ...NOT_REPEATED, respond: ['lastNode'] },
	),
	orderId: notice(
		'orderIdNotice',
		'A second call about the same order is dropped for as long as the order is remembered. Choose this only if you want one run for each order.',
		{ ...NOT_REPEATED, deduplicate: [true], deduplicateBy: ['orderId'] },
	),
	noDeduplication: notice(
		'noDeduplicationNotice',
		'Two webhooks of one assistant with this URL send each call twice. Without deduplication the workflow runs for both.',
		{ ...NOT_REPEATED, deduplicate: [false] },
	),
	reject: notice(
		'rejectNotice',
		'QCall does not send a call again. One with a field that cannot be read does not run: a failed execution holds it, until you choose Flag, publish, and retry that. <b>In a workflow that does not save failed executions it is lost.</b>',
		{ '/options.onInvalidFields': ['reject'] },
	),
};

const onlyAfterCalls = (parameter: INodeProperties): INodeProperties => ({
	...parameter,
	displayOptions: { show: { ...parameter.displayOptions?.show, triggerOn: CALL_ENDED } },
});

export const parameters: INodeProperties[] = [
	whichUrlNotice('QCall', '/qcall'),
	...authenticationParameters,
	triggerOnParameter,
	outputParameter,
	customFieldsParameter,
	filtersParameter,
	conditionsParameter({ field: 'product_name', value: 'earbuds' }),
	onlyAfterCalls(deduplicateParameter),
	notices.noDeduplication,
	onlyAfterCalls(
		deduplicateByParameter(
			[
				{
					name: 'Automatic',
					value: 'automatic',
					description:
						'The same recording (or call_id, call_sid or callsid), caller, day and duration are one call; without a recording the other three, within a minute',
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
	notices.orderId,
	onlyAfterCalls(dedupeFieldParameter),
	onlyAfterCalls(dedupeFieldNotice),
	respondParameter,
	notices.lastNode,
	notices.agentWaits,
	notices.onlyAcknowledged,
	onlyAfterCalls(catchUpParameter('QCall')),
	onlyAfterCalls(catchUpAssistantsParameter),
	notices.catchUpAssistants,
	optionsParameter(
		...catchUpOptions(
			10,
			'How long after its end a call counts as undelivered. QCall sends its webhook once, soon after that.',
		),
	),
	notices.reject,
	...emitNotices,
];
