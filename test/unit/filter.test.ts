import type { IDataObject } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { qCall } from '../../nodes/QCall/provider';
import { answerOrRethrow } from '../../nodes/delivery/answer';
import { conditionRow } from '../../nodes/delivery/conditions';
import { exclusionOf, filterCall } from '../../nodes/delivery/filter';
import type { Settings } from '../../nodes/delivery/settings';
import { typeFields } from '../../nodes/delivery/type';
import type { Provider } from '../../nodes/provider/provider';
import type { QCallCall } from '../../nodes/QCall/payload';
import { settingsFor } from './settings-for';
import callScalerExample from '../../host/simulators/payloads/callscaler-post-call.json';
import qCallExample from '../../host/simulators/payloads/qcall-end-of-call.json';

const EVENTS: Record<string, string> = {
	'call.completed': 'Call Completed',
	'call.missed': 'Call Missed',
	'call.voicemail': 'Call Voicemail',
	'call.failed': 'Call Failed',
};

/** Settings as a user has them; filters by the name of their parameter. */
interface Change {
	triggerOn?: string[];
	filters?: IDataObject;
	conditions?: IDataObject[];
	ignoresMissingLateFields?: boolean;
}

/** Why a call is ignored; undefined where it is not. */
function reason<Call extends IDataObject>(
	provider: Provider<Call>,
	example: IDataObject,
	{ filters = {}, conditions = [], ...change }: Change,
	fields: IDataObject = {},
): string | undefined {
	const settings: Settings<Call> = {
		...settingsFor<Call>(),
		...change,
		filters: provider.filters
			.filter(({ parameter }) => parameter in filters)
			.map((filter) => ({ filter, excludes: filter.setting.parse(filters[filter.parameter]) })),
		conditions: conditions.map((row) => conditionRow.parse(row)).filter((row) => typeof row === 'object'),
	};
	try {
		filterCall(provider, settings, typeFields(provider.schema, { ...example, ...fields }, []));
		return undefined;
	} catch (error) {
		return /^Ignored: (.*)\. To have such calls, change this/.exec(answerOrRethrow(error).message)?.[1];
	}
}

const callScalerReason = (change: Change, fields?: IDataObject) =>
	reason(callScaler, callScalerExample, change, fields);
const qCallReason = (change: Change, fields?: IDataObject) => reason(qCall, qCallExample, change, fields);

describe('Trigger On', () => {
	it.each(Object.keys(EVENTS))('lets %s through where it is chosen, and says so where it is not', (event) => {
		expect(callScalerReason({ triggerOn: [event] }, { event })).toBeUndefined();
		const others = Object.keys(EVENTS).filter((other) => other !== event);
		expect(callScalerReason({ triggerOn: others }, { event })).toBe(`Trigger On does not include ${EVENTS[event]}`);
	});

	it('counts the older call.ended as completed', () => {
		expect(callScalerReason({ triggerOn: ['call.completed'] }, { event: 'call.ended' })).toBeUndefined();
		expect(callScalerReason({ triggerOn: ['call.missed'] }, { event: 'call.ended' })).toContain('Call Completed');
	});

	it.each(['call.transferred', null])('lets the undocumented event %p through only while all are chosen', (event) => {
		expect(callScalerReason({}, { event })).toBeUndefined();
		expect(callScalerReason({ triggerOn: ['call.completed'] }, { event })).toContain('Trigger On');
	});
});

describe('filters of CallScaler', () => {
	it.each<[string, IDataObject, IDataObject, IDataObject]>([
		['qualification', { qualification: 'qualified' }, { qualified_ai: true }, { qualified_ai: false }],
		['not qualified', { qualification: 'notQualified' }, { qualified_ai: false }, { qualified_ai: true }],
		['aiCategories', { aiCategories: ['lead', 'voicemail'] }, { ai_category: 'Lead' }, { ai_category: 'spam' }],
		['minAiScore', { minAiScore: 50 }, { ai_score: 50 }, { ai_score: 49 }],
		['maxRoboScore', { maxRoboScore: 10 }, { robo_score: 10 }, { robo_score: 11 }],
		['minDuration', { minDuration: 60 }, { duration_seconds: '60' }, { duration_seconds: 59 }],
		['direction', { direction: 'inbound' }, { direction: 'Inbound' }, { direction: 'outbound' }],
		['callFlows by name', { callFlows: ['google ads'] }, {}, { call_flow_name: 'Bing' }],
		['callFlows by id', { callFlows: 'x, flow-7' }, { call_flow_id: 'flow-7' }, { call_flow_id: 'flow-8' }],
		['trackingNumbers', { trackingNumbers: ['+1 573 555 1234'] }, {}, { tracking_number: '+15735550000' }],
		['sources', { sources: ['Google'] }, {}, { source: 'bing', utm_source: 'bing' }],
	])('%s', (_name, filters, passing, excluded) => {
		expect(callScalerReason({ filters }, passing)).toBeUndefined();
		expect(callScalerReason({ filters }, excluded)).toMatch(/^the filter .+ excludes it: the call has /);
	});

	it('any qualification lets all through', () => {
		expect(callScalerReason({ filters: { qualification: 'any' } }, { qualified_ai: false })).toBeUndefined();
	});

	it('says which filter and why', () => {
		expect(callScalerReason({ filters: { minDuration: 60 } }, { duration_seconds: 45 })).toBe(
			'the filter Minimum Duration excludes it: the call has 45 seconds, less than 60 seconds',
		);
	});

	it('says all that a call has of what is listed, and that it has nothing', () => {
		const filters = { callFlows: ['x'] };
		expect(callScalerReason({ filters }, { call_flow_id: 'flow-8', call_flow_name: 'Bing' })).toMatch(
			/has call_flow_\w+ "(flow-8", "Bing|Bing", "flow-8)"$/,
		);
		expect(callScalerReason({ filters }, { call_flow_id: '', call_flow_name: null })).toMatch(/has no call_flow_\w+$/);
	});

	it('looks at the robo score of older payloads too', () => {
		expect(callScalerReason({ filters: { maxRoboScore: 10 } }, { robo_score: null, robo_risk_score: 80 })).toContain(
			'has 80',
		);
	});
});

describe('a filter that needs AI data', () => {
	const filters = { qualification: 'qualified' };
	const early = { qualified_ai: null, ai_processed: false };

	it('lets a call without any through, unless the user wants it ignored', () => {
		expect(callScalerReason({ filters }, early)).toBeUndefined();
		expect(callScalerReason({ filters, ignoresMissingLateFields: true }, early)).toContain('Wait for AI');
	});

	it('says what to tick only where that would have helped', () => {
		const late = callScalerReason({ filters, ignoresMissingLateFields: true }, early);
		expect(late).toContain('has no qualified_ai');
		expect(late).toContain('(its AI analysis was not finished; tick Wait for AI processing in the call flow)');
		for (const fields of [
			{ ...early, qualified_ai: false },
			{ ...early, ai_processed: true },
		]) {
			expect(callScalerReason({ filters }, fields)).toMatch(
				/Qualification excludes it: the call has (no qualified_ai|qualified_ai false)$/,
			);
		}
	});

	it('lets through no call that another filter excludes', () => {
		const both = { ...filters, minDuration: 60 };
		expect(callScalerReason({ filters: both }, { ...early, duration_seconds: 5 })).toContain('Minimum Duration');
		expect(callScalerReason({ filters: { minDuration: 60 } }, { ...early, duration_seconds: null })).toMatch(
			/Minimum Duration .* has no duration_seconds$/,
		);
	});

	it('excludes a call whose analysis is done and has found nothing', () => {
		expect(callScalerReason({ filters }, { qualified_ai: null, ai_processed: true })).toContain('Qualification');
	});
});

describe('filters of QCall', () => {
	it.each<[string, IDataObject, IDataObject, IDataObject]>([
		['outcomes', { outcomes: ['ORDER placed '] }, {}, { call_outcome: 'Not Interested' }],
		['outcomes with accents', { outcomes: 'rappel demande' }, { call_outcome: 'Rappel demandé' }, {}],
		['excludedOutcomes', { excludedOutcomes: ['not interested'] }, {}, { call_outcome: 'Not Interested' }],
		['sentiments', { sentiments: ['Positive', 'Neutral'] }, {}, { sentiment_analysis: 'negative' }],
		['minDuration', { minDuration: 100 }, {}, { call_duration: '99' }],
		['minOrderValue', { minOrderValue: 1000 }, {}, { order_value: '' }],
	])('%s', (_name, filters, passing, excluded) => {
		expect(qCallReason({ filters, triggerOn: ['callEnded'] }, passing)).toBeUndefined();
		expect(qCallReason({ filters, triggerOn: ['callEnded'] }, excluded)).toMatch(/^the filter /);
	});
});

it('one of several fields that could not be typed excludes nothing either', () => {
	const fields = { robo_score: 'high', robo_risk_score: 80 };
	expect(callScalerReason({ filters: { maxRoboScore: 10 } }, fields)).toBeUndefined();
});

it('an event that could not be typed excludes nothing', () => {
	expect(callScalerReason({ triggerOn: ['call.missed'] }, { event: { name: 'call.completed' } })).toBeUndefined();
});

it('a condition on a field that could not be typed excludes nothing, while others count', () => {
	const conditions = [
		{ field: 'duration_seconds', operator: 'greaterThan', value: '60' },
		{ field: 'direction', operator: 'equals', value: 'sideways' },
	];
	const fields = { duration_seconds: 'two minutes' };
	expect(callScalerReason({ conditions: conditions.slice(0, 1) }, fields)).toBeUndefined();
	expect(callScalerReason({ conditions }, fields)).toContain('direction');
});

it('a required field that is empty is still empty: it excludes as any other', () => {
	const settings: Settings<QCallCall> = {
		...settingsFor<QCallCall>(),
		triggerOn: ['callEnded'],
		conditions: [{ field: 'consent', operator: 'equals', value: 'yes' }],
	};
	for (const fields of [{}, { consent: '' }]) {
		const required = [{ name: 'consent', type: 'string', required: true } as const];
		expect(exclusionOf(qCall, settings, typeFields(qCall.schema, fields, required))).toMatchObject({
			reason: expect.stringContaining('consent'),
		});
	}
});

it('a field that could not be typed excludes nothing', () => {
	expect(callScalerReason({ filters: { minDuration: 60 } }, { duration_seconds: 'two minutes' })).toBeUndefined();
});

it('a setting that is no number is an error, not a filter', () => {
	expect(() => callScalerReason({ filters: { minDuration: 'sixty' } })).toThrow();
});

describe('tracking numbers', () => {
	const excludes = (entry: string, tracking_number = '+15735551234') =>
		callScalerReason({ filters: { trackingNumbers: [entry] } }, { tracking_number }) !== undefined;

	it.each([
		'+1 573 555 1234',
		'＋１ ５７３ ５５５ １２３４',
		'(573) 555-1234',
		'573.555.1234',
		'001 573 555 1234',
		'15735551234',
		' +1 573 555 1234',
	])('%s is +15735551234', (entry) => {
		expect(excludes(entry)).toBe(false);
	});

	it('a number dialled within its country is the one with its country code', () => {
		expect(excludes('020 7946 0958', '+442079460958')).toBe(false);
		expect(excludes('020 7946 0957', '+442079460958')).toBe(true);
		expect(excludes('+44 (0)20 7946 0958', '+442079460958')).toBe(false);
	});

	it('a number with another country code is another', () => {
		expect(excludes('+15551234567', '+4915551234567')).toBe(true);
	});

	it.each(['555-1234', '1234', 'main line', '-'])('%s is another', (entry) => {
		expect(excludes(entry)).toBe(true);
	});

	it('a number of seven digits is the one with its country code, a shorter one may end many', () => {
		expect(excludes('555 1234', '+2975551234')).toBe(false);
		expect(excludes('55 1234', '+299551234')).toBe(true);
	});

	it('what is longer than a number in any notation is none', () => {
		const padded = (length: number) => '+1 573 555'.padEnd(length - 4, ' ') + '1234';
		expect([excludes(padded(64)), excludes(padded(65))]).toEqual([false, true]);
	});

	it('a short code is itself', () => {
		expect(excludes('71234', '71234')).toBe(false);
		expect(excludes('71234', '+4971234')).toBe(true);
	});

	it('what has no digits is no number, whatever is asked for', () => {
		expect(excludes('anonymous', 'anonymous')).toBe(true);
	});
});

describe('conditions', () => {
	const call = { order_no: '01234', hex: '0x10', power: '1e3', long: '12345678901234567890', mood: 'unknown', n: 1000 };
	const holds = (operator: string, field: string, value: string) =>
		qCallReason({ conditions: [{ field, operator, value }] }, call) === undefined;

	it.each<[string, string, string, boolean]>([
		['equals', 'order_value', '3998.0', true],
		['equals', 'product_name', 'premium wireless EARBUDS', true],
		['notEquals', 'quantity', '2', false],
		['contains', 'address', 'green park', true],
		['notContains', 'address', 'Mumbai', true],
		['startsWith', 'phone_number', '+91', true],
		['endsWith', 'recording_url', '.mp3', true],
		['greaterThan', 'call_duration', '99', true],
		['greaterThan', 'call_duration', '1000', false],
		['lessThan', 'call_cost', '0.5', true],
		['lessThan', 'nobody_has_this', '5', false],
		['isEmpty', 'nobody_has_this', '', true],
		['isNotEmpty', 'order_id', '', true],
		['isEmpty', 'order_id', '', false],
		// What only looks like a number is text.
		['equals', 'order_no', '1234', false],
		['equals', 'order_no', '01234', true],
		['equals', 'hex', '16', false],
		['equals', 'power', '1000', false],
		['equals', 'n', '1e3', false],
		['equals', 'long', '12345678901234567891', false],
		// Greater and less are for numbers, to their last digit.
		['greaterThan', 'order_no', '1233', true],
		['lessThan', 'long', '12345678901234567891', true],
		['greaterThan', 'long', '12345678901234567890', false],
		['greaterThan', 'long', '12345678901234567889.5', true],
		['greaterThan', 'mood', '50', false],
		['lessThan', 'mood', '50', false],
		['greaterThan', 'hex', '1', false],
		// What every object inherits is no field of a call.
		['isEmpty', 'constructor', '', true],
		['contains', 'toString', 'function', false],
	])('%s %s %s', (operator, field, value, expected) => {
		expect(holds(operator, field, value)).toBe(expected);
	});

	it.each(['equals', 'notEquals', 'contains', 'notContains', 'startsWith', 'endsWith', 'greaterThan', 'lessThan'])(
		'that only half says something excludes nothing: %s without a value, or without a field',
		(operator) => {
			expect(holds(operator, 'address', '')).toBe(true);
			expect(holds(operator, 'address', '  ')).toBe(true);
			expect(holds(operator, '', 'Mumbai')).toBe(true);
			expect(holds(operator, ' ', '')).toBe(true);
		},
	);

	it('knows a number without a digit before or behind its point', () => {
		expect(holds('greaterThan', 'call_cost', '.4')).toBe(true);
		expect(holds('lessThan', 'call_cost', '.4')).toBe(false);
		expect(holds('greaterThan', 'call_duration', '30.')).toBe(true);
	});

	it('an answer does not say what the call was compared with', () => {
		const conditions = [{ field: 'token', operator: 'equals', value: 'hunter2' }];
		expect(qCallReason({ conditions }, { token: 'guess' })).toContain('token');
		expect(qCallReason({ conditions }, { token: 'guess' })).not.toContain('hunter2');
	});

	/** What JavaScript makes of a number that has more digits than it keeps. */
	const LONG = Number('123456789012345678901');

	it.each<[string, string, boolean]>([
		['equals', 'abc', false],
		['notEquals', 'abc', true],
		['contains', 'abc', false],
		['isEmpty', '', false],
		['isNotEmpty', '', true],
	])('judge a field that nobody documented by what arrived: %s %j', (operator, value, passes) => {
		const conditions = [{ field: 'token', operator, value }];
		for (const token of [LONG, { of: LONG }]) {
			expect(qCallReason({ conditions }, { token }) === undefined).toBe(passes);
			expect(callScalerReason({ conditions }, { token }) === undefined).toBe(passes);
		}
	});

	it('exclude nothing by a field of an older payload that could not be typed', () => {
		const conditions = [{ field: 'robo_risk_score', operator: 'lessThan', value: '5' }];
		expect(callScalerReason({ conditions }, { robo_risk_score: 'low' })).toBeUndefined();
		expect(callScalerReason({ conditions }, { robo_risk_score: 9 })).toBeDefined();
	});

	it('exclude nothing by a Custom Field that could not be typed', () => {
		const customFields = [{ name: 'token', type: 'string' as const, required: false }];
		const conditions = [conditionRow.parse({ field: 'token', value: 'abc' })].filter((row) => typeof row === 'object');
		const settings = { ...settingsFor<QCallCall>(), customFields, conditions };
		const judged = (token: unknown) =>
			exclusionOf(qCall, settings, typeFields(qCall.schema, Object({ ...qCallExample, token }), customFields));
		expect(judged(LONG)).toBeUndefined();
		expect(judged('abc')).toBeUndefined();
		expect(judged('abd')).toBeDefined();
	});

	it('must all hold, and the one that does not is named', () => {
		const conditions = [
			{ field: 'quantity', operator: 'equals', value: '2' },
			{ field: 'pincode', operator: 'startsWith', value: '56' },
		];
		expect(qCallReason({ conditions })).toBe(
			'a condition on pincode does not hold (starts with): the call has "110016"',
		);
	});
});
