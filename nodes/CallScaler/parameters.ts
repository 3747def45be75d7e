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

/** The value of Trigger On that includes every event. */
export const ANY_CALL = 'any';

const triggerOnParameter: INodeProperties = {
	displayName: 'Trigger On',
	name: 'triggerOn',
	type: 'multiOptions',
	required: true,
	options: [
		{
			name: 'Any Call',
			value: ANY_CALL,
			action: 'On any call',
			description: 'Every call, however it ended, also if others are chosen beside this',
		},
		{
			name: 'Call Completed',
			value: 'call.completed',
			action: 'On completed calls only',
			description: 'The call was answered and has ended (also call.ended of older webhooks)',
		},
		{
			name: 'Call Failed',
			value: 'call.failed',
			action: 'On failed calls only',
			description: 'The call could not be connected',
		},
		{
			name: 'Call Missed',
			value: 'call.missed',
			action: 'On missed calls only',
			description: 'Nobody answered',
		},
		{
			name: 'Call Voicemail',
			value: 'call.voicemail',
			action: 'On voicemails only',
			description: 'The caller reached voicemail',
		},
	],
	default: ['call.completed', 'call.missed', 'call.voicemail', 'call.failed'],
	description: 'Which calls start the workflow; the others are answered and ignored',
};

/** In the text of each filter on what only CallScaler's AI can tell; the most used one says it below its field. */
const OR_NOT_JUDGED = ', or that the AI has not judged yet';

const filtersParameter: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	description: 'Calls that do not pass every filter are answered, ignored and cost no execution',
	options: [
		{
			displayName: 'AI Categories',
			name: 'aiCategories',
			type: 'multiOptions',
			options: [
				{ name: 'Existing Customer', value: 'existing_customer' },
				{ name: 'Lead', value: 'lead' },
				{ name: 'Spam', value: 'spam' },
				{ name: 'Voicemail', value: 'voicemail' },
				{ name: 'Wrong Number', value: 'wrong_number' },
			],
			default: [],
			description: `Only calls that the AI put into one of these categories${OR_NOT_JUDGED}`,
		},
		{
			displayName: 'Call Flows',
			name: 'callFlows',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Call Flow' },
			default: [],
			placeholder: 'e.g. Google Ads',
			description: 'Only calls of these call flows, by name or ID',
		},
		{
			displayName: 'Direction',
			name: 'direction',
			type: 'options',
			options: [
				{ name: 'Inbound', value: 'inbound' },
				{ name: 'Outbound', value: 'outbound' },
			],
			default: 'inbound',
			description: 'Only calls in this direction',
		},
		{
			displayName: 'If AI Data Is Missing',
			name: 'missingAiData',
			type: 'options',
			options: [
				{
					name: 'Ignore the Call',
					value: 'ignore',
					description: 'Exclude it. Without Wait for AI processing in CallScaler that is every call.',
				},
				{
					name: 'Let It Through',
					value: 'letThrough',
					description: 'Start the workflow, since the AI may still call it a lead',
				},
			],
			default: 'letThrough',
			description: 'What to do where a filter needs the verdict of the AI, and the call has none yet',
		},
		{
			displayName: 'Maximum Robo Score',
			name: 'maxRoboScore',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			hint: '1 to 20 is most likely a person, 80 to 100 a robocall',
			description: `Only calls with at most this robocall score (1 to 100)${OR_NOT_JUDGED}`,
		},
		{
			displayName: 'Minimum AI Score',
			name: 'minAiScore',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 100 },
			default: 50,
			description: `Only calls with at least this quality score (0 to 100)${OR_NOT_JUDGED}`,
		},
		{
			displayName: 'Minimum Duration',
			name: 'minDuration',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 30,
			hint: 'In seconds',
			description: 'Only calls that lasted at least this many seconds',
		},
		{
			displayName: 'Qualification',
			name: 'qualification',
			type: 'options',
			options: [
				{ name: 'Any', value: 'any' },
				{ name: 'Not Qualified', value: 'notQualified' },
				{ name: 'Qualified', value: 'qualified' },
			],
			default: 'qualified',
			hint: 'Calls that the AI has not judged yet pass too, unless If AI Data Is Missing says otherwise',
			description:
				'Only calls that the AI did, or did not, mark as a qualified lead. For its verdict, tick Wait for AI processing in the call flow in CallScaler.',
		},
		{
			displayName: 'Sources',
			name: 'sources',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Source' },
			default: [],
			placeholder: 'e.g. google',
			description: 'Only calls from these traffic sources',
		},
		{
			displayName: 'Tracking Numbers',
			name: 'trackingNumbers',
			type: 'string',
			typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Tracking Number' },
			default: [],
			placeholder: 'e.g. +15735551234',
			description: 'Only calls to these tracking numbers, in any notation, with or without the country code',
		},
	],
};

const catchUpCallFlowsParameter: INodeProperties = {
	displayName: 'Call Flows to Catch Up On',
	name: 'catchUpCallFlows',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getCallFlows' },
	required: true,
	default: [],
	hint: 'First choose the API credential, at the top below Authentication. Is a call flow missing? ⋮ > Refresh List.',
	description:
		'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	displayOptions: { show: { catchUp: ON } },
};

const notices = {
	catchUpCallFlows: notice(
		'catchUpCallFlowsNotice',
		"Choose only call flows whose Webhook URL is this node's: calls of any other count as undelivered and run here.",
		{ catchUp: [true] },
	),
	lastNode: notice(
		'lastNodeNotice',
		'CallScaler waits 10 seconds for an answer, then notes the delivery as failed and sends the call again, at most twice. Choose this only for a workflow that is done well before that.',
		{ respond: ['lastNode'] },
	),
	noDeduplication: notice(
		'noDeduplicationNotice',
		'CallScaler sends a call up to three times when it gets no answer. Without deduplication the workflow may run for each of them.',
		{ deduplicate: [false] },
	),
	reject: notice(
		'rejectNotice',
		'CallScaler sends a rejected call twice more, as it was, and then gives up. Each time a failed execution holds it: choose Flag, publish, and retry them, and the call runs once. <b>In a workflow that does not save failed executions it is lost.</b>',
		{ '/options.onInvalidFields': ['reject'] },
	),
};

export const parameters: INodeProperties[] = [
	whichUrlNotice('CallScaler', '/callscaler'),
	...authenticationParameters,
	triggerOnParameter,
	outputParameter,
	filtersParameter,
	conditionsParameter({ field: 'utm_campaign', value: 'hvac-tampa' }),
	deduplicateParameter,
	notices.noDeduplication,
	deduplicateByParameter(
		[
			{
				name: 'Call and Event',
				value: 'callAndEvent',
				description: 'One run for each event of a call; a retry of the same event is a duplicate',
			},
			{
				name: 'Call ID',
				value: 'callId',
				description: 'One run for each call, whatever events it has',
			},
			{
				name: 'Delivery ID',
				value: 'deliveryId',
				description: 'One run for each delivery ID that CallScaler sends',
			},
		],
		'callAndEvent',
	),
	dedupeFieldParameter,
	dedupeFieldNotice,
	respondParameter,
	notices.lastNode,
	catchUpParameter('CallScaler'),
	catchUpCallFlowsParameter,
	notices.catchUpCallFlows,
	optionsParameter(
		...catchUpOptions(
			25,
			'How long after its end a call counts as undelivered. Leave it at 25 or more: before that the webhook may still come, and the call would run without its AI analysis.',
		),
	),
	notices.reject,
	...emitNotices,
];
