import type { IDataObject } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { qCall } from '../../nodes/QCall/provider';
import { filterCall } from '../../nodes/delivery/filter';
import type { Provider } from '../../nodes/delivery/provider';
import type { Condition, Settings } from '../../nodes/delivery/settings';
import { typeFields } from '../../nodes/delivery/type';
import callScalerExample from '../fixtures/callscaler-post-call.json';
import qCallExample from '../fixtures/qcall-end-of-call.json';

const ALL_EVENTS = ['call.completed', 'call.missed', 'call.voicemail', 'call.failed'];

function settingsWith(change: Partial<Settings>): Settings {
	return {
		authentication: 'none',
		triggerOn: ALL_EVENTS,
		output: 'fields',
		filters: {},
		customFields: [],
		deduplicate: true,
		deduplicateBy: 'callAndEvent',
		dedupeField: '',
		respond: 'onReceived',
		options: {
			onInvalidFields: 'flag',
			includeDelivery: false,
			emitIgnored: false,
			dedupeWindowHours: 24,
			dedupeHistory: 10,
		},
		limits: { history: 10, windowHours: 24 },
		conditions: [],
		missingAiData: 'letThrough',
		...change,
	};
}

function reason<Call extends IDataObject>(
	provider: Provider<Call>,
	example: IDataObject,
	change: Partial<Settings>,
	fields: IDataObject = {},
) {
	return filterCall(provider, settingsWith(change), typeFields(provider.schema, { ...example, ...fields }, []));
}

const callScalerReason = (change: Partial<Settings>, fields?: IDataObject) =>
	reason(callScaler, callScalerExample, change, fields);
const qCallReason = (change: Partial<Settings>, fields?: IDataObject) => reason(qCall, qCallExample, change, fields);

describe('Trigger On', () => {
	it.each(ALL_EVENTS)('lets %s through where it is chosen, and says so where it is not', (event) => {
		expect(callScalerReason({ triggerOn: [event] }, { event })).toBeUndefined();
		const others = ALL_EVENTS.filter((other) => other !== event);
		expect(callScalerReason({ triggerOn: others }, { event })).toBe(`Trigger On does not include ${event}`);
	});

	it('counts the older call.ended as completed', () => {
		expect(callScalerReason({ triggerOn: ['call.completed'] }, { event: 'call.ended' })).toBeUndefined();
		expect(callScalerReason({ triggerOn: ['call.missed'] }, { event: 'call.ended' })).toContain('call.completed');
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
		expect(callScalerReason({ filters, missingAiData: 'ignore' }, early)).toContain('Wait for AI');
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

	it('an empty list lets all through', () => {
		expect(qCallReason({ filters: { outcomes: [], excludedOutcomes: '' } })).toBeUndefined();
	});
});

it('a field that could not be typed excludes nothing', () => {
	expect(callScalerReason({ filters: { minDuration: 60 } }, { duration_seconds: 'two minutes' })).toBeUndefined();
});

it('a setting that is no number is an error, not a filter', () => {
	expect(() => callScalerReason({ filters: { minDuration: 'sixty' } })).toThrow();
});

describe('conditions', () => {
	const holds = (condition: Condition) => qCallReason({ conditions: [condition] }) === undefined;

	it.each<[Condition['operator'], string, string, boolean]>([
		['equals', 'order_value', '3998.0', true],
		['equals', 'product_name', 'premium wireless EARBUDS', true],
		['notEquals', 'quantity', '2', false],
		['contains', 'address', 'green park', true],
		['notContains', 'address', 'Mumbai', true],
		['startsWith', 'phone_number', '+91', true],
		['endsWith', 'recording_url', '.mp3', true],
		['greaterThan', 'call_duration', '99', true],
		['greaterThan', 'call_duration', '1000', false],
		['greaterThan', 'call_date', '2026-01-01', true],
		['lessThan', 'call_cost', '0.5', true],
		['lessThan', 'nobody_has_this', '5', false],
		['isEmpty', 'nobody_has_this', '', true],
		['isNotEmpty', 'order_id', '', true],
		['isEmpty', 'order_id', '', false],
	])('%s %s %s', (operator, field, value, expected) => {
		expect(holds({ field, operator, value })).toBe(expected);
	});

	it('must all hold, and the one that does not is named', () => {
		const conditions: Condition[] = [
			{ field: 'quantity', operator: 'equals', value: '2' },
			{ field: 'pincode', operator: 'startsWith', value: '56' },
		];
		expect(qCallReason({ conditions })).toBe(
			'a condition does not hold: pincode starts with 56; the call has "110016"',
		);
	});
});
