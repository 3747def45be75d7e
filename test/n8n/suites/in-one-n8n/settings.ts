import { type N8n } from '../../../../host';
import { callScalerCall, qCallCall } from '../../../../host/simulators';
import { oneN8n } from '../support/one-n8n';
import { type ProviderName, TriggerUnderTest } from '../support/trigger-under-test';

type Parameters = Record<string, unknown>;

const CALL: Record<ProviderName, () => Parameters> = { qCall: qCallCall, callScaler: callScalerCall };
/** Expressions that a user can save: n8n evaluates them when a delivery comes. */
const FAILING = {
	'of a node that is not there': '={{ $("No such node").item.json.value }}',
	'that cannot be read': '={{ 1 + }}',
	'that throws': '={{ (() => { throw new Error("not today") })() }}',
};
const [FAILS] = Object.values(FAILING);

const rows = (...each: Parameters[]) => ({ rows: each });

/** Each is published. All of them with IN_FULL=true; in contexts test/context/every-setting.test.ts has them, and many more. */
const inShort = <Row>(all: Row[]): Row[] =>
	process.env.IN_FULL === 'true' ? all : all.filter((_, at) => at % 3 === 0);

let n8n: N8n;
beforeAll(async () => {
	n8n = await oneN8n();
});

describe('A setting that was begun and left, or emptied', () => {
	test.each(
		inShort<[ProviderName, string, Parameters]>([
			[
				'callScaler',
				'a condition without a field',
				{ conditions: rows({ field: '  ', operator: 'equals', value: 'x' }) },
			],
			[
				'callScaler',
				'a condition without a value',
				{ conditions: rows({ field: 'gclid', operator: 'equals', value: '' }) },
			],
			[
				'callScaler',
				'a number to compare with that is missing',
				{ conditions: rows({ field: 'ai_score', operator: 'lessThan' }) },
			],
			['callScaler', 'conditions that are all gone', { conditions: {} }],
			[
				'callScaler',
				'numbers that were emptied',
				{ filters: { minDuration: null, minAiScore: '', maxRoboScore: null } },
			],
			[
				'callScaler',
				'choices that were emptied',
				{ filters: { qualification: '', direction: '', missingAiData: null } },
			],
			[
				'callScaler',
				'lists with nothing in them',
				{ filters: { aiCategories: [], callFlows: [''], sources: [' '], trackingNumbers: [] } },
			],
			[
				'callScaler',
				'rows that were added and left',
				{ filters: { callFlows: [[]], sources: [[]], trackingNumbers: [[]] } },
			],
			['qCall', 'rows that were added and left', { filters: { outcomes: [[]], excludedOutcomes: [[]] } }],
			['qCall', 'what was switched to an expression and left', { output: '=', filters: { minDuration: '=' } }],
			[
				'callScaler',
				'options that were emptied',
				{ options: { dedupeHistory: null, dedupeWindowHours: '', emitIgnored: null, onInvalidFields: '' } },
			],
			['callScaler', 'choices beside these', { output: '', respond: '', deduplicate: null, deduplicateBy: '' }],
			[
				'qCall',
				'a required field without a name',
				{ customFields: rows({ name: ' ', type: 'number', required: true }) },
			],
			['qCall', 'lists with nothing in them', { filters: { outcomes: [''], excludedOutcomes: [''], sentiments: [] } }],
			['qCall', 'numbers that were emptied', { filters: { minDuration: '', minOrderValue: null } }],
		]),
	)('%s, %s: no call is lost over it', async (provider, _, parameters) => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { parameters });
		const call = CALL[provider]();
		expect(await trigger.itemOfCall(call)).toEqual(call);
	});

	test('no number at all in a number option: the defaults hold, and a second delivery is a duplicate', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { options: { dedupeHistory: '', dedupeWindowHours: null } },
		});
		const call = callScalerCall();
		expect((await trigger.call(call)).verdict).toBe('200 accepted');
		expect((await trigger.call(call)).verdict).toBe('200 duplicate');
	});
});

describe('A setting that cannot be read', () => {
	test.each(
		inShort<[ProviderName, string, Parameters, Parameters]>([
			['callScaler', 'Trigger On', { triggerOn: FAILS }, { triggerOn: ['call.completed'] }],
			['callScaler', 'Output', { output: 'xml' }, { output: 'raw' }],
			['callScaler', 'Minimum Duration', { filters: { minDuration: FAILS, direction: 'inbound' } }, { filters: {} }],
			['callScaler', 'Minimum AI Score', { filters: { minAiScore: 'fifty' } }, { filters: { minAiScore: 50 } }],
			[
				'callScaler',
				'Tracking Numbers',
				{ filters: { direction: 'inbound', trackingNumbers: [FAILS] } },
				{ filters: {} },
			],
			['callScaler', 'Qualification', { filters: { qualification: 'perhaps' } }, { filters: {} }],
			['callScaler', 'If AI Data Is Missing', { filters: { missingAiData: FAILS } }, { filters: {} }],
			['callScaler', 'Conditions', { conditions: rows({ field: 'source', value: FAILS }) }, { conditions: {} }],
			['callScaler', 'Deduplicate', { deduplicate: FAILS, dedupeField: 'call_id' }, { deduplicate: true }],
			['callScaler', 'Deduplicate By', { deduplicateBy: FAILS, dedupeField: 'call_id' }, { deduplicateBy: 'callId' }],
			['callScaler', 'Respond', { respond: FAILS }, { respond: 'onReceived' }],
			['callScaler', 'Respond', { respond: 'perhaps' }, { respond: 'onReceived' }],
			['callScaler', 'Deduplication Window (Hours)', { options: { dedupeWindowHours: 0 } }, { options: {} }],
			['callScaler', 'Deduplication History', { options: { dedupeHistory: 1_000_000 } }, { options: {} }],
			['callScaler', 'Deduplication History', { options: { dedupeHistory: FAILS } }, { options: {} }],
			['callScaler', 'Show Ignored Calls', { options: { emitIgnored: FAILS } }, { options: {} }],
			['callScaler', 'Minimum Duration', { filters: { minDuration: '={{ $vars.none }}0' } }, { filters: {} }],
			[
				'callScaler',
				'Conditions',
				{ conditions: rows({ field: 'source', operator: 'contains', value: '=goo{{ NaN }}' }) },
				{ conditions: {} },
			],
			[
				'callScaler',
				'Conditions',
				{ conditions: rows({ field: 'source', operator: 'startsWith', value: `${FAILING['that throws']}goo` }) },
				{ conditions: {} },
			],
			['callScaler', 'Authentication', { authentication: 'None' }, { authentication: 'headerAuth' }],
			['qCall', 'Outcomes', { filters: { outcomes: '={{ $vars.none }} Placed' } }, { filters: {} }],
			['qCall', 'Excluded Outcomes', { filters: { excludedOutcomes: '={{ ["Spam", $vars.none] }}' } }, { filters: {} }],
			[
				'qCall',
				'Field to Deduplicate By',
				{ deduplicateBy: 'customField', dedupeField: '={{ $vars.none }}_id' },
				{ dedupeField: 'ticket' },
			],
			['qCall', 'Trigger On', { triggerOn: '' }, { triggerOn: 'callEnded' }],
			['qCall', 'Custom Fields', { customFields: rows({ name: 'slot', type: FAILS }) }, { customFields: {} }],
			['qCall', 'Excluded Outcomes', { filters: { excludedOutcomes: FAILS } }, { filters: {} }],
			[
				'qCall',
				'Field to Deduplicate By',
				{ deduplicateBy: 'customField', dedupeField: FAILS },
				{ dedupeField: 'ticket' },
			],
		]),
	)(
		'%s, %s, %j: the call is held, an execution names it, and lets the call through once it is mended',
		async (provider, label, parameters, mended) => {
			const trigger = await TriggerUnderTest.deploy(n8n, provider, { parameters });
			const call = CALL[provider]();

			expect((await trigger.call(call)).verdict).toBe('200 held');
			const [failed, ...more] = await trigger.executions();
			expect(more).toEqual([]);
			const { status, error, nodesRun } = await n8n.executions.get(failed?.id ?? '');
			expect({ status, nodesRun }).toEqual({ status: 'error', nodesRun: [trigger.name] });
			expect(error).toContain(label);

			await trigger.change(mended);
			await n8n.executions.retry(failed?.id ?? '', trigger.workflow.id, { asSavedNow: true });
			expect((await trigger.executions()).map((each) => each.status)).toEqual(['success', 'error']);
			expect(await trigger.newestItems('Next step')).toHaveLength(1);
		},
	);
});

describe('A setting that is text, blank, or nothing at all, which no editor writes', () => {
	test.each([null, ''])('Authentication as %j asks for the secret', async (authentication) => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { authentication } });
		expect((await trigger.call(callScalerCall())).verdict).toBe('200 accepted');
		const headers = { 'X-Webhook-Secret': 'another' };
		expect((await trigger.send({ json: callScalerCall(), headers })).verdict).toBe('401 rejected');
	});

	test.each(['true', null, ''])('Deduplicate as %j leaves what hangs on it', async (deduplicate) => {
		const parameters = { deduplicate, deduplicateBy: 'customField', dedupeField: 'ticket' };
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters });
		const withTicket = (ticket: string) => ({ ...qCallCall(), ticket });
		expect((await trigger.call(withTicket('7'))).verdict).toBe('200 accepted');
		expect((await trigger.call(withTicket('8'))).verdict).toBe('200 accepted');
		expect((await trigger.call({ ...withTicket('8'), call_duration: '99' })).verdict).toBe('200 duplicate');
	});
});

test.each(['={{ $now }}', '={{ new Date() }}'])('A moment that an expression gives is text: %s', async (moment) => {
	const parameters = {
		...{ deduplicateBy: 'customField', dedupeField: moment, filters: { excludedOutcomes: [moment] } },
		conditions: rows({ field: 'call_date', operator: 'notEquals', value: moment }),
	};
	const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters });
	expect((await trigger.call(qCallCall())).verdict).toBe('200 accepted');
	await trigger.change({ ...parameters, filters: { outcomes: [moment] } });
	expect((await trigger.call(qCallCall())).verdict).toBe('200 ignored');
});

describe('Whoever has no secret', () => {
	const WHATEVER_IT_HOLDS: Record<ProviderName, Parameters> = {
		callScaler: {
			triggerOn: FAILS,
			output: FAILS,
			filters: { minDuration: FAILS, trackingNumbers: [FAILS] },
			conditions: rows({ field: FAILS, operator: FAILS, value: FAILS }),
			deduplicate: FAILS,
			deduplicateBy: FAILS,
			dedupeField: FAILS,
			options: { dedupeHistory: FAILS, dedupeWindowHours: -1, emitIgnored: FAILS, onInvalidFields: FAILS },
		},
		qCall: {
			triggerOn: FAILS,
			output: FAILS,
			customFields: rows({ name: FAILS, type: FAILS, required: FAILS }),
			filters: FAILS,
			conditions: FAILS,
			deduplicate: FAILS,
			deduplicateBy: FAILS,
			dedupeField: FAILS,
			options: FAILS,
		},
	};

	/** What a stranger is told, and what it cost. */
	async function strangersAt(trigger: TriggerUnderTest) {
		const from = n8n.log().length;
		const { verdict } = await trigger.send({ json: { any: 'thing' }, headers: {} });
		const errors = n8n
			.log()
			.slice(from)
			.split('\n')
			.filter((line) => /error|exception/i.test(line));
		return { verdict, executions: await trigger.executionCount(), errors };
	}
	const REFUSED = { verdict: '401 rejected', executions: 0, errors: [] };

	test.each<ProviderName>(['callScaler', 'qCall'])(
		'%s: 401, no execution and no error, whatever the settings hold',
		async (provider) => {
			const trigger = await TriggerUnderTest.deploy(n8n, provider, { parameters: WHATEVER_IT_HOLDS[provider] });
			expect(await strangersAt(trigger)).toEqual(REFUSED);
		},
	);

	test.each(Object.entries(FAILING))('the same where Respond has an expression %s', async (_, respond) => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { respond } });
		expect(await strangersAt(trigger)).toEqual(REFUSED);
	});

	test('the same where Respond is nothing that exists', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { respond: 'responseNode' } });
		expect(await strangersAt(trigger)).toEqual(REFUSED);
	});

	test.each(Object.entries(FAILING))(
		'lets nobody in where Authentication has an expression %s',
		async (_, authentication) => {
			const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { authentication } });
			expect(await strangersAt(trigger)).toEqual(REFUSED);
			expect((await trigger.call(callScalerCall())).verdict).toMatch(/^(200 held|401 rejected)$/);
		},
	);
});

test('settings that were changed hold from the next delivery on', async () => {
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { filters: { minDuration: 30 } } });
	expect((await trigger.call(callScalerCall({ duration_seconds: 4 }))).verdict).toBe('200 ignored');
	await trigger.change({ filters: { minDuration: 3 } });
	expect((await trigger.call(callScalerCall({ duration_seconds: 4 }))).verdict).toBe('200 accepted');
});
