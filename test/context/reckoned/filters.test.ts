import { beforeAiProcessing, callEndedCall, callScalerCall, qCallCall } from '../../../host/simulators';
import { Deployed, type ProviderName, rememberCalls } from './deployed';

interface Case {
	parameters: Record<string, unknown>;
	/** What is different from the guide's example call in calls that pass … */
	passes: Array<Record<string, unknown>>;
	/** … and in those that do not. */
	excluded: Array<Record<string, unknown>>;
	/** What the answer must name: the filter, in the words of the editor. */
	named: RegExp;
}

const filter = (filters: Record<string, unknown>) => ({ filters });
const conditions = (...rows: Array<{ field: string; operator?: string; value?: string }>) => ({ conditions: { rows } });
const condition = (field: string, operator: string, value = '') => conditions({ field, operator, value });

const CALLSCALER_CASES: Record<string, Case> = {
	'triggerOn: one event': {
		parameters: { triggerOn: ['call.missed'] },
		passes: [{ event: 'call.missed' }],
		excluded: [{ event: 'call.completed' }, { event: 'call.ended' }, { event: 'call.transferred' }],
		named: /trigger on/i,
	},
	'triggerOn: completed includes the older call.ended': {
		parameters: { triggerOn: ['call.completed'] },
		passes: [{ event: 'call.completed' }, { event: 'call.ended' }],
		excluded: [{ event: 'call.voicemail' }],
		named: /trigger on/i,
	},
	'qualification: qualified': {
		parameters: filter({ qualification: 'qualified' }),
		passes: [{ qualified_ai: true }],
		excluded: [{ qualified_ai: false }],
		named: /qualification/i,
	},
	'qualification: not qualified': {
		parameters: filter({ qualification: 'notQualified' }),
		passes: [{ qualified_ai: false }],
		excluded: [{ qualified_ai: true }],
		named: /qualification/i,
	},
	aiCategories: {
		parameters: filter({ aiCategories: ['lead', 'existing_customer'] }),
		passes: [{ ai_category: 'lead' }, { ai_category: 'Existing_Customer' }],
		excluded: [{ ai_category: 'spam' }],
		named: /categor/i,
	},
	minAiScore: {
		parameters: filter({ minAiScore: 60 }),
		passes: [{ ai_score: 60 }, { ai_score: '85' }],
		excluded: [{ ai_score: 59 }, { ai_score: 0 }],
		named: /ai score/i,
	},
	maxRoboScore: {
		parameters: filter({ maxRoboScore: 30 }),
		passes: [{ robo_score: 30 }, { robo_score: 0 }],
		excluded: [{ robo_score: 31 }],
		named: /robo score/i,
	},
	minDuration: {
		parameters: filter({ minDuration: 60 }),
		passes: [{ duration_seconds: 60 }],
		excluded: [{ duration_seconds: 59 }, { duration_seconds: 0 }],
		named: /duration/i,
	},
	direction: {
		parameters: filter({ direction: 'outbound' }),
		passes: [{ direction: 'outbound' }],
		excluded: [{ direction: 'inbound' }],
		named: /direction/i,
	},
	'callFlows, by name or id': {
		parameters: filter({ callFlows: ['google ads', 'flow-77'] }),
		passes: [{ call_flow_name: 'Google Ads' }, { call_flow_name: 'Main', call_flow_id: 'flow-77' }],
		excluded: [{ call_flow_name: 'Main', call_flow_id: 'flow-78' }],
		named: /call flow/i,
	},
	trackingNumbers: {
		parameters: filter({ trackingNumbers: ['+1 (573) 555-1234'] }),
		passes: [{ tracking_number: '+15735551234' }],
		excluded: [{ tracking_number: '+15735550000' }],
		named: /tracking number/i,
	},
	'trackingNumbers, without the country code': {
		parameters: filter({ trackingNumbers: ['(573) 555-1234'] }),
		passes: [{ tracking_number: '+15735551234' }, { tracking_number: '5735551234' }],
		excluded: [{ tracking_number: '+15735551235' }, { tracking_number: '' }],
		named: /tracking number/i,
	},
	'trackingNumbers: what has no digits is no number': {
		parameters: filter({ trackingNumbers: ['all', '+1'] }),
		passes: [],
		excluded: [{}, { tracking_number: '' }, { tracking_number: 'anonymous' }],
		named: /tracking number/i,
	},
	'trackingNumbers: a short one is compared whole': {
		parameters: filter({ trackingNumbers: ['1234'] }),
		passes: [{ tracking_number: '1234' }],
		excluded: [{ tracking_number: '+15735551234' }],
		named: /tracking number/i,
	},
	sources: {
		parameters: filter({ sources: ['Google'] }),
		passes: [{ source: 'google' }],
		excluded: [{ source: 'bing', utm_source: 'bing' }],
		named: /source/i,
	},
	'two filters: both must hold': {
		parameters: filter({ minDuration: 60, sources: ['google'] }),
		passes: [{ duration_seconds: 60 }],
		excluded: [{ duration_seconds: 10 }, { source: 'bing', utm_source: 'bing' }],
		named: /duration|source/i,
	},
	'condition: equals': {
		parameters: condition('utm_campaign', 'equals', 'HVAC-Tampa'),
		passes: [{ utm_campaign: 'hvac-tampa' }],
		excluded: [{ utm_campaign: 'hvac' }, { utm_campaign: null }],
		named: /utm_campaign/,
	},
	'condition: greater than, as numbers': {
		parameters: condition('value_cents', 'greaterThan', '900'),
		passes: [{ value_cents: 5000 }, { value_cents: '1000' }],
		excluded: [{ value_cents: 900 }, { value_cents: null }],
		named: /value_cents/,
	},
	'condition: equals, text to the letter': {
		parameters: condition('agent', 'equals', '01234'),
		passes: [{ agent: '01234' }],
		excluded: [{ agent: '1234' }, { agent: 1234.5 }, { agent: '0x4D2' }],
		named: /agent/,
	},
	'condition: equals, numbers however they are written': {
		parameters: condition('value_cents', 'equals', '1000.0'),
		passes: [{ value_cents: 1000 }, { value_cents: '1000' }],
		excluded: [{ value_cents: 1001 }, { value_cents: null }],
		named: /value_cents/,
	},
	'condition: equals, other notations are other texts': {
		parameters: condition('agent', 'equals', '1000'),
		passes: [{ agent: '1000' }, { agent: 1000 }],
		excluded: [{ agent: '1e3' }, { agent: '0x3e8' }, { agent: '1,000' }],
		named: /agent/,
	},
	'condition: equals, all of 20 digits': {
		parameters: condition('order', 'equals', '12345678901234567890'),
		passes: [{ order: '12345678901234567890' }],
		excluded: [{ order: '12345678901234567891' }],
		named: /order/,
	},
	'condition: what is no number is neither greater …': {
		parameters: condition('agent', 'greaterThan', '50'),
		passes: [{ agent: 51 }, { agent: '50.5' }],
		excluded: [{ agent: 'unknown' }, { agent: '' }, { agent: 50 }],
		named: /agent/,
	},
	'condition: … nor less': {
		parameters: condition('agent', 'lessThan', '50'),
		passes: [{ agent: 49 }, { agent: '-1' }],
		excluded: [{ agent: 'unknown' }, { agent: '' }, { agent: 50 }],
		named: /agent/,
	},
	'condition: does not contain nothing': {
		parameters: condition('agent', 'notContains', ''),
		passes: [{}, { agent: 'Kim' }],
		excluded: [],
		named: /agent/,
	},
	'condition: what every object inherits is no field': {
		parameters: condition('constructor', 'isEmpty'),
		passes: [{}],
		excluded: [],
		named: /constructor/,
	},
	'condition: is empty': {
		parameters: condition('gclid', 'isEmpty'),
		passes: [{ gclid: null }, { gclid: '' }],
		excluded: [{ gclid: 'abc' }],
		named: /gclid/,
	},
	'condition: on a field of the user’s own': {
		parameters: condition('agent', 'contains', 'dana'),
		passes: [{ agent: 'Dana Reyes' }],
		excluded: [{ agent: 'Kim' }, {}],
		named: /agent/,
	},
	'conditions: all must hold': {
		parameters: conditions(
			{ field: 'source', operator: 'equals', value: 'google' },
			{ field: 'utm_term', operator: 'startsWith', value: 'ac' },
		),
		passes: [{}],
		excluded: [{ utm_term: 'heat pump' }, { source: 'bing' }],
		named: /utm_term|source/,
	},
};

const QCALL_CASES: Record<string, Case> = {
	'outcomes, without case, accents and outer space': {
		parameters: filter({ outcomes: ['Commande passée', 'order placed'] }),
		passes: [{ call_outcome: ' ORDER PLACED ' }, { call_outcome: 'commande passee' }],
		excluded: [{ call_outcome: 'Not Interested' }, { call_outcome: '' }],
		named: /outcome/i,
	},
	'outcomes that the eye cannot tell apart': {
		parameters: filter({ outcomes: ['Follow-up', "Doesn't want it", 'Straße', 'call back'] }),
		passes: [
			{ call_outcome: 'Follow\u2011up' },
			{ call_outcome: 'Doesn’t want it' },
			{ call_outcome: 'STRASSE' },
			{ call_outcome: 'Call\n back\u200b' },
		],
		excluded: [{ call_outcome: 'Follow up' }],
		named: /outcome/i,
	},
	'condition: an empty list and an empty object are empty': {
		parameters: condition('items', 'isNotEmpty'),
		passes: [{ items: [7] }, { items: { sku: 'B-7' } }],
		excluded: [{ items: [] }, { items: {} }, { items: '' }],
		named: /items/,
	},
	excludedOutcomes: {
		parameters: filter({ excludedOutcomes: ['Not interested', 'Wrong Number'] }),
		passes: [{ call_outcome: 'Order Placed' }, { call_outcome: '' }],
		excluded: [{ call_outcome: 'NOT INTERESTED' }, { call_outcome: 'wrong number ' }],
		named: /excluded outcomes/i,
	},
	sentiments: {
		parameters: filter({ sentiments: ['Positive', 'Neutral'] }),
		passes: [{ sentiment_analysis: 'positive' }, { sentiment_analysis: 'Neutral' }],
		excluded: [{ sentiment_analysis: 'Negative' }],
		named: /sentiment/i,
	},
	minDuration: {
		parameters: filter({ minDuration: 30 }),
		passes: [{ call_duration: 30 }, { call_duration: '31' }],
		excluded: [{ call_duration: 29 }],
		named: /duration/i,
	},
	minOrderValue: {
		parameters: filter({ minOrderValue: 100 }),
		passes: [{ order_value: 100 }],
		excluded: [{ order_value: 99.5 }],
		named: /order value/i,
	},
	'condition: does not contain': {
		parameters: condition('product_name', 'notContains', 'earbuds'),
		passes: [{ product_name: 'Speaker' }],
		excluded: [{ product_name: 'Premium Wireless Earbuds' }],
		named: /product_name/,
	},
};

describe('Which calls start the workflow', () => {
	rememberCalls();

	const all: Array<[ProviderName, string, Case]> = [
		...Object.entries(CALLSCALER_CASES).map(([name, each]): [ProviderName, string, Case] => ['callScaler', name, each]),
		...Object.entries(QCALL_CASES).map(([name, each]): [ProviderName, string, Case] => ['qCall', name, each]),
	];

	test.each(all)('%s, %s', async (provider, _, { parameters, passes, excluded, named }) => {
		const create = provider === 'qCall' ? qCallCall : callScalerCall;
		const trigger = new Deployed(provider, parameters);
		for (const change of excluded) {
			const { verdict, message } = await trigger.call({ ...create(), ...change });
			expect({ change, verdict }).toEqual({ change, verdict: '200 ignored' });
			expect(message).toMatch(named);
		}
		for (const change of passes) {
			const { verdict, message } = await trigger.call({ ...create(), ...change });
			expect({ change, verdict, message }).toMatchObject({ change, verdict: '200 accepted' });
		}
		expect(trigger.executions).toBe(passes.length);
	});

	test('no filter lets all through, also an event that nobody has documented', async () => {
		const trigger = new Deployed('callScaler');
		for (const event of ['call.completed', 'call.missed', 'call.voicemail', 'call.failed', 'call.transferred']) {
			expect((await trigger.call(callScalerCall({ event }))).verdict).toBe('200 accepted');
		}
		expect((await trigger.call(callEndedCall())).verdict).toBe('200 accepted');
	});

	test('a required field that is empty passes no condition and no filter on it', async () => {
		const customFields = {
			rows: ['consent', 'call_outcome'].map((name) => ({ name, type: 'string', required: true })),
		};
		for (const narrowing of [condition('consent', 'equals', 'yes'), filter({ outcomes: ['Order Placed'] })]) {
			const trigger = new Deployed('qCall', { customFields, ...narrowing });
			expect((await trigger.call(qCallCall({ consent: '', call_outcome: '' }))).verdict).toBe('200 ignored');
			expect((await trigger.call(qCallCall({ consent: 'yes' }))).verdict).toBe('200 accepted');
		}
	});

	test('an ignored delivery does not use its key up', async () => {
		const trigger = new Deployed('callScaler', filter({ qualification: 'qualified' }));
		const call = callScalerCall({ qualified_ai: false });
		expect((await trigger.call(call)).verdict).toBe('200 ignored');
		expect((await trigger.call({ ...call, qualified_ai: true })).verdict).toBe('200 accepted');
		expect((await trigger.call({ ...call, qualified_ai: true })).verdict).toBe('200 duplicate');
		expect((await trigger.call(call)).verdict).toBe('200 ignored');
	});

	describe('where a filter needs AI data and the call has none yet', () => {
		const calls = () => beforeAiProcessing(callScalerCall());
		const NEEDING_AI = [
			{ qualification: 'qualified' },
			{ qualification: 'notQualified' },
			{ aiCategories: ['lead'] },
			{ minAiScore: 50 },
		];

		test.each(NEEDING_AI)('%j: let through by default', async (filters) => {
			const trigger = new Deployed('callScaler', { filters });
			expect((await trigger.call(calls())).verdict).toBe('200 accepted');
		});

		test.each(NEEDING_AI)('%j: ignored where the user wants that', async (filters) => {
			const trigger = new Deployed('callScaler', { filters: { ...filters, missingAiData: 'ignore' } });
			expect((await trigger.call(calls())).verdict).toBe('200 ignored');
			expect(trigger.executions).toBe(0);
		});
	});
});
