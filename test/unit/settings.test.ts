import { DateTime } from 'luxon';

import { callScaler } from '../../nodes/CallScaler/provider';
import { wantsIgnoredOutput } from '../../nodes/delivery/outputs';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { choicesOf } from '../../nodes/provider/labels';
import { qCall } from '../../nodes/QCall/provider';
import { settingsFor } from './settings-for';
import type { Setup } from './webhook-context';
import { webhookContext } from './webhook-context';

const CALL_SCALER_EVENTS = Object.keys(choicesOf(callScaler.parameters, 'triggerOn'));
const HOUR = 3_600_000;

/** What a new node has in its parameters: n8n fills in the defaults that have no default here. */
const readCallScaler = (parameters: Setup['parameters'] = {}, more: Setup = {}) =>
	settingsReader(callScaler)(
		webhookContext({ parameters: { triggerOn: CALL_SCALER_EVENTS, ...parameters }, ...more }).context,
	);
const readQCall = (parameters: Setup['parameters'] = {}, more: Setup = {}) =>
	settingsReader(qCall)(webhookContext({ parameters: { triggerOn: 'callEnded', ...parameters }, ...more }).context);

const { triggerOn: _triggerOn, deduplicateBy: _deduplicateBy, ...DEFAULTS } = settingsFor();

it('are the documented defaults where the user touched none', () => {
	expect(readCallScaler()).toEqual({ ...DEFAULTS, triggerOn: CALL_SCALER_EVENTS, deduplicateBy: 'callAndEvent' });
	expect(readQCall()).toEqual({ ...DEFAULTS, triggerOn: ['callEnded'], deduplicateBy: 'automatic' });
});

const SAYS_NOTHING = ['', '  ', null, [], [[]], [''], [null, []], {}, { rows: [] }, '=', '= '];

it.each(SAYS_NOTHING)('are the documented defaults where the editor or a saved workflow leaves %j', (blank) => {
	const parameters = {
		...{
			authentication: blank,
			output: blank,
			conditions: blank,
			customFields: blank,
			deduplicate: blank,
			deduplicateBy: blank,
		},
		...{ dedupeField: blank, respond: blank, filters: { minDuration: blank, missingAiData: blank } },
		options: {
			...{ onInvalidFields: blank, includeDelivery: blank, emitIgnored: blank, emitRejected: blank },
			...{ dedupeWindowHours: blank, dedupeHistory: blank },
		},
	};
	expect(readCallScaler(parameters)).toEqual({
		...DEFAULTS,
		triggerOn: CALL_SCALER_EVENTS,
		deduplicateBy: 'callAndEvent',
	});
});

it('have no filter in what was added and left', () => {
	const left = {
		callFlows: [[]],
		sources: [[]],
		trackingNumbers: [[], ''],
		aiCategories: [],
		direction: '',
		minDuration: null,
	};
	expect(readCallScaler({ filters: left }).filters).toEqual([]);
	expect(readQCall({ filters: { outcomes: [[]], excludedOutcomes: [[]], sentiments: [] } }).filters).toEqual([]);
});

it('take what stands beside a row that was left', () => {
	const [source] = readCallScaler({ filters: { sources: [[], 'google', ''] } }).filters;
	expect(source?.excludes(callScaler.schema.parse({ source: 'google' }))).toBeUndefined();
	expect(source?.excludes(callScaler.schema.parse({ source: 'bing' }))).toBe('has source "bing"');
});

it.each<[unknown, boolean]>([
	['true', true],
	[' TRUE ', true],
	['false', false],
	['False', false],
])('take %j for a boolean', (written, meant) => {
	const text = String(written);
	const options = { includeDelivery: text, emitIgnored: text, emitRejected: text };
	const customFields = { rows: [{ name: 'ticket', required: text }] };
	expect(readCallScaler({ deduplicate: text, catchUp: text, options })).toMatchObject({
		...{ deduplicate: meant, catchesUp: meant, includesDelivery: meant, emitsIgnored: meant, hasIgnoredOutput: meant },
	});
	expect(readQCall({ customFields })).toMatchObject({ customFields: [{ required: meant }] });
});

it('remember ids where nobody can tell whether the trigger catches up', () => {
	const evaluate = () => null;
	expect(readCallScaler({ catchUp: '={{ $vars.catchUp }}' }, { evaluate }).catchesUp).toBe(true);
	expect(readCallScaler({ catchUp: 'perhaps' }).catchesUp).toBe(true);
	expect(readQCall({ catchUp: 'perhaps' }).catchesUp).toBe(true);
	expect(readQCall({ catchUp: true, triggerOn: 'duringCall' }).catchesUp).toBe(false);
});

it('know whose calls are asked for, unless that cannot be read: no delivery may fail for it', () => {
	const evaluate = () => null;
	for (const [catchUpCallFlows, catchUpOn] of [
		[
			['7', ' 8 '],
			['7', '8'],
		],
		['7, 8', ['7', '8']],
		['={{ fails }}', []],
		[true, []],
	])
		expect(readCallScaler({ catchUp: true, catchUpCallFlows }, { evaluate })).toMatchObject({ catchUpOn });
	expect(readQCall({ catchUp: true, catchUpAssistants: ['7'] }).catchUpOn).toEqual(['7']);
});

it('are what the user set', () => {
	const settings = readCallScaler({
		triggerOn: ['call.missed'],
		output: 'unified',
		filters: { missingAiData: 'ignore', minDuration: 10 },
		conditions: { rows: [{ field: ' source ', operator: 'equals', value: 'ads' }] },
		deduplicate: false,
		deduplicateBy: 'customField',
		dedupeField: ' ticket ',
		respond: 'lastNode',
		options: {
			onInvalidFields: 'reject',
			includeDelivery: true,
			emitIgnored: true,
			dedupeWindowHours: 0.5,
			dedupeHistory: 7.9,
		},
	});
	expect(settings).toMatchObject({
		triggerOn: ['call.missed'],
		output: 'unified',
		ignoresMissingLateFields: true,
		conditions: [{ field: 'source', operator: 'equals', value: 'ads' }],
		deduplicate: false,
		deduplicateBy: 'customField',
		dedupeField: 'ticket',
		respond: 'lastNode',
		rejectsInvalidFields: true,
		includesDelivery: true,
		emitsIgnored: true,
		hasIgnoredOutput: true,
		history: 7,
		windowInMs: HOUR / 2,
	});
	expect(settings.filters.map(({ filter }) => filter.parameter)).toEqual(['minDuration']);
	const rows = [{ name: ' ticket ', type: 'number', required: true }, { name: 'mood' }];
	expect(readQCall({ customFields: { rows } }).customFields).toEqual([
		{ name: 'ticket', type: 'number', required: true },
		{ name: 'mood', type: 'string', required: false },
	]);
});

it.each(['fields', 'simplified', 'unified', 'raw'])('have the output %s', (output) => {
	expect(readQCall({ output }).output).toBe(output);
});

it.each(['automatic', 'orderId', 'customField'])('deduplicate by %s', (deduplicateBy) => {
	expect(readQCall({ deduplicateBy, dedupeField: 'ticket' }).deduplicateBy).toBe(deduplicateBy);
});

it.each(['onReceived', 'lastNode'])('respond %s', (respond) => {
	expect(readQCall({ respond }).respond).toBe(respond);
});

it('take words that are the defaults too', () => {
	const { rejectsInvalidFields } = readCallScaler({ options: { onInvalidFields: 'flag' } });
	const { ignoresMissingLateFields } = readCallScaler({ filters: { missingAiData: 'letThrough' } });
	expect([rejectsInvalidFields, ignoresMissingLateFields]).toEqual([false, false]);
});

it.each<[object, boolean, boolean]>([
	[{}, false, false],
	[{ emitIgnored: true }, true, true],
	[{ emitRejected: true }, false, true],
])('have a second output where something may go there: %p', (options, emitsIgnored, hasIgnoredOutput) => {
	expect(readQCall({ options: { ...options } })).toMatchObject({ emitsIgnored, hasIgnoredOutput });
});

it.each<[Parameters<typeof wantsIgnoredOutput>[0], boolean]>([
	[undefined, false],
	[null, false],
	[{ emitIgnored: ' True ' }, true],
	[{ emitRejected: 'TRUE' }, true],
	[{ emitIgnored: 'untrue' }, false],
	[{ emitRejected: 'true or not' }, false],
])('have a second output where the editor, too, finds one of %j', (options, wanted) => {
	expect(wantsIgnoredOutput(options)).toBe(wanted);
});

it('remember more calls where the trigger catches up on undelivered ones, unless the user says how many', () => {
	expect(readCallScaler({ catchUp: true }).history).toBe(10_000);
	expect(readCallScaler({ catchUp: true, options: { dedupeHistory: 50 } }).history).toBe(50);
	expect(readCallScaler({ catchUp: false }).history).toBe(1_000);
});

it.each([1, 100_000])('remember %d calls where the user wants that', (dedupeHistory) => {
	expect(readQCall({ options: { dedupeHistory } }).history).toBe(dedupeHistory);
});

it('take numbers that an expression gives as text', () => {
	const options = { dedupeHistory: '12', dedupeWindowHours: '2' };
	expect(readQCall({ options })).toMatchObject({ history: 12, windowInMs: 2 * HOUR });
	for (const [dedupeWindowHours, hours] of [
		[' 1.25 ', 1.25],
		['.75', 0.75],
		['12.', 12],
		['+10', 10],
	])
		expect(readQCall({ options: { dedupeWindowHours } })).toMatchObject({ windowInMs: Number(hours) * HOUR });
});

describe('rows that say nothing', () => {
	it('are no custom fields and no conditions', () => {
		const rows = { rows: [{}, { name: '  ', field: '  ' }, { name: null, field: null }] };
		const { customFields, conditions } = readQCall({ customFields: rows, conditions: rows });
		expect({ customFields, conditions }).toStrictEqual({ customFields: [], conditions: [] });
	});

	it('may come as a list too, from an expression', () => {
		const evaluate = () => [{ name: 'ticket', type: 'boolean' }, { name: 7 }];
		expect(readQCall({ customFields: '={{ … }}' }, { evaluate }).customFields).toEqual([
			{ name: 'ticket', type: 'boolean', required: false },
			{ name: '7', type: 'string', required: false },
		]);
	});
});

describe('before a call has ended', () => {
	const customFields = { rows: [{ name: 'ticket', type: 'number', required: true }] };

	it.each(['callStarted', 'duringCall'])('nothing is required or deduplicated: %s', (triggerOn) => {
		expect(readQCall({ triggerOn, customFields })).toMatchObject({
			triggerOn: [triggerOn],
			deduplicate: false,
			customFields: [{ name: 'ticket', type: 'number', required: false }],
		});
	});

	it('is not after it has', () => {
		expect(readQCall({ customFields })).toMatchObject({
			deduplicate: true,
			customFields: [{ name: 'ticket', type: 'number', required: true }],
		});
	});
});

describe('what cannot be used is an error that names it as the editor does', () => {
	it.each<[Setup['parameters'], string]>([
		[{ triggerOn: [] }, 'Trigger On has nothing chosen: no call would start the workflow'],
		[{ triggerOn: null }, 'Trigger On has nothing chosen: no call would start the workflow'],
		[
			{ triggerOn: ['call.missed', 'call.lost'] },
			'Trigger On must be of any (Any Call), call.completed (Call Completed), call.failed (Call Failed), call.missed (Call Missed), call.voicemail (Call Voicemail)',
		],
		[{ triggerOn: true }, 'Trigger On must be a list of texts'],
		[{ output: 'xml' }, 'Output must be one of fields, simplified, unified, raw'],
		[{ authentication: 'perhaps' }, 'Authentication must be one of headerAuth, none'],
		[{ deduplicate: 'perhaps' }, 'Deduplicate must be true or false'],
		[{ deduplicateBy: 'name' }, 'Deduplicate By must be one of customField, callAndEvent, callId, deliveryId'],
		[{ deduplicateBy: 'customField' }, 'Field to Deduplicate By is empty: enter the name of a field'],
		[{ deduplicateBy: 'customField', dedupeField: true }, 'Field to Deduplicate By must be the name of a field'],
		[{ respond: 'never' }, 'Respond must be one of onReceived, lastNode'],
		[{ filters: { missingAiData: 'wait' } }, 'If AI Data Is Missing must be one of letThrough, ignore'],
		...['sixty', '1,000', '0x10', '1e3', true, [5], { a: 1 }].map((limit): [Setup['parameters'], string] => [
			{ filters: { minDuration: limit } },
			'Minimum Duration must be a number',
		]),
		[{ filters: { sources: ' , ' } }, 'Sources has nothing in it'],
		[{ filters: { sources: [['a']] } }, 'Sources must be a list of texts'],
		[{ filters: { direction: true } }, 'Direction must be a list of texts'],
		[{ conditions: 5 }, 'Conditions must be rows'],
		[{ conditions: 'text' }, 'Conditions must be rows'],
		[{ conditions: { rows: 'text' } }, 'Conditions have a row that is none'],
		[
			{ conditions: { rows: [{ field: 'a', operator: 'greaterThan', value: '1,000' }] } },
			'Conditions compare a with "1,000", which is no number: enter digits, such as 1000 or 0.5',
		],
		[
			{ conditions: { rows: [{ field: 'a', operator: 'like', value: 'b' }] } },
			'Conditions have an operator that does not exist',
		],
		[
			{ conditions: { rows: [{ field: 'a', value: { b: 1 } }] } },
			'Conditions have a field or value that is a list or an object: give a text or a number',
		],
		[
			{ conditions: { rows: [{ field: ['a'], value: 'b' }] } },
			'Conditions have a field or value that is a list or an object: give a text or a number',
		],
		[{ options: { onInvalidFields: 'drop' } }, 'On Invalid Fields must be one of flag, reject'],
		[{ options: { includeDelivery: 1 } }, 'Include Delivery Details must be true or false'],
		[{ options: { emitIgnored: 1 } }, 'Show Ignored Calls must be true or false'],
		[{ options: { emitRejected: 1 } }, 'Show Refused Deliveries must be true or false'],
		[{ options: { dedupeWindowHours: 0 } }, 'Deduplication Window (Hours) must be more than 0 hours'],
		[{ options: { dedupeWindowHours: 'a day' } }, 'Deduplication Window (Hours) must be a number of hours'],
		[{ options: { dedupeHistory: 0.5 } }, 'Deduplication History must be at least 1 call'],
		[{ options: { dedupeHistory: 100_001 } }, 'Deduplication History must be at most 100000 calls'],
		[{ options: { dedupeHistory: 'all' } }, 'Deduplication History must be a number of calls'],
	])('%p', (parameters, problem) => {
		expect(() => readCallScaler(parameters)).toThrow(`This trigger has settings that cannot be used: ${problem}`);
	});

	it.each<[unknown, string]>([
		[true, 'must be rows'],
		[{ rows: ['text'] }, 'have a row that is none'],
		[{ rows: [{ name: 'a', type: 'date' }] }, 'must be one of string, number, boolean'],
		[{ rows: [{ name: 'a', required: 'x' }] }, 'must be true or false'],
	])('Custom Fields as %p', (customFields, problem) => {
		expect(() => readQCall({ customFields })).toThrow(`cannot be used: Custom Fields ${problem}`);
	});

	it('all at once', () => {
		const wrong = { output: 'xml', respond: 'never', filters: { minDuration: 'sixty', minAiScore: 'high' } };
		const problems = [
			'Output must be one of fields, simplified, unified, raw',
			'Respond must be one of onReceived, lastNode',
			'Minimum AI Score must be a number',
			'Minimum Duration must be a number',
		];
		expect(() => readCallScaler(wrong)).toThrow(
			`This trigger has settings that cannot be used: ${problems.join('; ')}`,
		);
	});

	it('and says what to do', () => {
		expect(() => readQCall({ output: 'xml' })).toThrow(
			expect.objectContaining({ description: expect.stringContaining('publish the workflow again') }),
		);
	});
});

describe('an expression that gives nothing is an error that names its setting', () => {
	const GIVES: Array<[string, unknown]> = [
		['null', null],
		['undefined', undefined],
		['NaN', Number.NaN],
		['blank text', ' '],
		['an empty list', []],
		['a list of nothing', [[], '']],
		['an object of nothing', { a: null }],
	];

	it.each<[Setup['parameters'], string]>([
		[{ authentication: '={{ a }}' }, 'Authentication'],
		[{ triggerOn: '={{ a }}' }, 'Trigger On'],
		[{ filters: { minDuration: '={{ a }}' } }, 'Minimum Duration'],
		[{ filters: { sources: ['google', '={{ a }}'] } }, 'Sources'],
		[{ conditions: { rows: [{ field: 'source', value: '={{ a }}' }] } }, 'Conditions'],
		[{ conditions: { rows: [{ field: '={{ a }}', value: 'x' }] } }, 'Conditions'],
		[{ deduplicate: '={{ a }}' }, 'Deduplicate'],
		[{ deduplicateBy: '={{ a }}' }, 'Deduplicate By'],
		[{ dedupeField: '={{ a }}' }, 'Field to Deduplicate By'],
		[{ options: { dedupeWindowHours: ' = {{ a }}'.trim() } }, 'Deduplication Window (Hours)'],
		[{ options: { dedupeHistory: '={{ a }}' } }, 'Deduplication History'],
		[{ options: { onInvalidFields: '={{ a }}' } }, 'On Invalid Fields'],
	])('%j', (parameters, label) => {
		for (const [, value] of GIVES) {
			const read = () => readCallScaler(parameters, { evaluate: () => value });
			expect(read).toThrow(
				`This trigger has settings that cannot be used: ${label} has an expression that gives nothing`,
			);
			expect(read).not.toThrow(';');
		}
	});

	it('in Custom Fields too', () => {
		const customFields = { rows: [{ name: 'ticket', type: '={{ a }}' }] };
		const read = () => readQCall({ customFields }, { evaluate: () => null });
		expect(read).toThrow(/: Custom Fields has an expression that gives nothing$/);
	});

	it('is told once, with what else is wrong', () => {
		const read = () => readCallScaler({ triggerOn: '={{ a }}', output: 'xml' }, { evaluate: () => null });
		expect(read).toThrow(
			/: Trigger On has an expression that gives nothing; Output must be one of fields, simplified, unified, raw$/,
		);
	});

	it('is no concern of a delivery where it is of catching up', () => {
		const parameters = { catchUpCallFlows: '={{ a }}', options: { catchUpEvery: '={{ a }}' } };
		expect(readCallScaler(parameters, { evaluate: () => null }).catchUpOn).toEqual([]);
	});
});

describe('an expression that gives nothing beside something', () => {
	/** As n8n: of an expression alone its value, of one with something beside it a part of the text. */
	const evaluate = (values: Readonly<Record<string, unknown>>) => (expression: string) =>
		/^\{\{ \w+ \}\}$/.test(expression)
			? values[expression.slice(3, -3)]
			: expression.replace(/\{\{ (\w+) \}\}/g, (_, name: string) => String(values[name] ?? ''));

	it.each<[string, Record<string, unknown>]>([
		['={{ a }} Placed', { a: null }],
		['=Order {{ b }}{{ a }}', { b: 'Order' }],
		['={{ a }}', { a: ['Spam', undefined] }],
		['={{ a }}', { a: { x: ['Spam', Number.NaN] } }],
	])('is an error that names its setting: %s', (written, values) => {
		const read = () => readQCall({ filters: { outcomes: [written] } }, { evaluate: evaluate(values) });
		expect(read).toThrow(/cannot be used: Outcomes has an expression that gives nothing$/);
	});

	it('may be blank text', () => {
		const read = (dedupeField: string, a: unknown) =>
			readQCall({ deduplicateBy: 'customField', dedupeField }, { evaluate: evaluate({ a }) }).dedupeField;
		expect(read('={{ a }}ticket', '')).toBe('ticket');
		expect(read('={{ a }}_id', 0)).toBe('0_id');
	});
});

it('take a moment that an expression gives for its text', () => {
	const moment = new Date(0);
	for (const value of [moment, DateTime.fromJSDate(moment).toUTC()]) {
		const evaluate = () => value;
		const text = '1970-01-01T00:00:00.000Z';
		expect(readQCall({ deduplicateBy: 'customField', dedupeField: '={{ a }}' }, { evaluate }).dedupeField).toBe(text);
		const conditions = { rows: [{ field: 'call_date', value: '={{ a }}' }] };
		expect(readQCall({ conditions }, { evaluate }).conditions).toMatchObject([{ value: text }]);
	}
});

describe('an expression that fails is an error that names its setting', () => {
	const evaluate = (expression: string) => {
		if (expression !== '') throw new Error('nothing there');
		return '';
	};

	it.each<[Setup['parameters'], string]>([
		[{ triggerOn: '={{ a.b }}' }, 'Trigger On'],
		[{ output: '={{ a.b }}' }, 'Output'],
		[{ conditions: { rows: [{ field: '={{ a.b }}' }] } }, 'Conditions'],
		[{ deduplicate: '={{ a.b }}' }, 'Deduplicate'],
		[{ deduplicateBy: '={{ a.b }}' }, 'Deduplicate By'],
		[{ dedupeField: '={{ a.b }}' }, 'Field to Deduplicate By'],
		[{ respond: '={{ a.b }}' }, 'Respond'],
		[{ filters: { maxRoboScore: 3, minDuration: '={{ a.b }}' } }, 'Minimum Duration'],
		[{ filters: { missingAiData: '={{ a.b }}' } }, 'If AI Data Is Missing'],
		[{ options: { emitIgnored: true, dedupeHistory: '={{ a.b }}' } }, 'Deduplication History'],
	])('%p', (parameters, label) => {
		const read = () => readCallScaler(parameters, { evaluate });
		expect(read).toThrow(
			`This trigger has settings that cannot be used: ${label} has an expression that fails: nothing there`,
		);
		expect(read).toThrow(
			expect.objectContaining({ description: expect.stringContaining('publish the workflow again') }),
		);
	});

	it('in Custom Fields too', () => {
		const read = () => readQCall({ customFields: { rows: [{ name: '={{ a.b }}' }] } }, { evaluate });
		expect(read).toThrow(/: Custom Fields has an expression that fails: nothing there$/);
	});
});

describe('are read', () => {
	const parameters = { triggerOn: 'callEnded', options: { dedupeHistory: 5 } };

	it('once, until the user changes them', () => {
		const read = settingsReader(qCall);
		const first = webhookContext({ parameters, workflow: 'one' });
		const settings = read(first.context);
		const second = webhookContext({ parameters, workflow: 'one' });
		expect(read(second.context)).toBe(settings);
		expect(second.getNodeParameter).not.toHaveBeenCalled();
		const changed = { ...parameters, options: { dedupeHistory: 6 } };
		expect(read(webhookContext({ parameters: changed, workflow: 'one' }).context).history).toBe(6);
		expect(read(webhookContext({ parameters, workflow: 'one' }).context).history).toBe(5);
	});

	it('for each delivery where one has an expression: it may give another value', () => {
		const read = settingsReader(qCall);
		const withExpression = { ...parameters, options: { dedupeHistory: '={{ $vars.history }}' } };
		const historyOf = (history: number) =>
			read(webhookContext({ parameters: withExpression, evaluate: () => history, workflow: 'one' }).context).history;
		expect([historyOf(5), historyOf(6)]).toEqual([5, 6]);
	});

	it('for each trigger by itself', () => {
		const read = settingsReader(qCall);
		const other = { ...parameters, output: 'raw' };
		expect(read(webhookContext({ parameters, workflow: 'one' }).context).output).toBe('fields');
		expect(read(webhookContext({ parameters: other, workflow: 'two' }).context).output).toBe('raw');
		expect(read(webhookContext({ parameters, workflow: 'one' }).context).output).toBe('fields');
	});

	it('again after a while in which nothing came: they are not kept for a workflow that may be deleted', () => {
		jest.useFakeTimers({ now: Date.now() + 3_600_000 });
		const read = settingsReader(qCall);
		const settings = read(webhookContext({ parameters, workflow: 'one' }).context);
		jest.advanceTimersByTime(60_000);
		read(webhookContext({ parameters, workflow: 'two' }).context);
		expect(read(webhookContext({ parameters, workflow: 'one' }).context)).not.toBe(settings);
		jest.useRealTimers();
	});

	it('again after they could not be used', () => {
		const read = settingsReader(qCall);
		const wrong = { ...parameters, output: 'xml' };
		expect(read(webhookContext({ parameters, workflow: 'one' }).context).output).toBe('fields');
		expect(() => read(webhookContext({ parameters: wrong, workflow: 'one' }).context)).toThrow('Output');
		expect(() => read(webhookContext({ parameters: wrong, workflow: 'one' }).context)).toThrow('Output');
	});
});

describe('settings that can be used but are odd', () => {
	const rows = [{ field: 'source' }, { field: 'gclid', operator: 'isNotEmpty' }, { field: ' ', value: 'x' }];

	it('are told of in words', () => {
		const { oddities, conditions } = readCallScaler({
			conditions: { rows },
			filters: { sources: ['google, bing', 'x'] },
		});
		expect(oddities).toEqual([
			expect.stringMatching(/^The condition on source has no value, so it lets every call through/),
			expect.stringMatching(/^Sources has a row with a comma, "google, bing".*add a row for each/),
		]);
		expect(conditions.map(({ field }) => field)).toEqual(['gclid']);
	});

	it('are not taken for settings that cannot be used, nor told of twice where one is both', () => {
		const wrong = [{ field: 'a', operator: 'resembles', value: '1' }];
		expect(() => readCallScaler({ conditions: { rows: wrong } })).toThrow(
			/Conditions have an operator that does not exist$/,
		);
	});

	it('are none where several values are one text, which an expression gives', () => {
		expect(readQCall({ filters: { outcomes: 'Order Placed, Callback' } }).oddities).toEqual([]);
	});
});

it('leaves out before a call has ended what is known of it only then', () => {
	const ofItsEnd = {
		outcomes: ['Order Placed'],
		excludedOutcomes: ['Voicemail'],
		sentiments: ['Positive'],
		minDuration: 30,
	};
	const filters = { ...ofItsEnd, minOrderValue: 1 };
	const active = (triggerOn: string) => readQCall({ triggerOn, filters }).filters.map(({ filter }) => filter.parameter);
	expect(active('callEnded')).toEqual([...Object.keys(ofItsEnd), 'minOrderValue']);
	expect(active('duringCall')).toEqual(['minOrderValue']);
	expect(active('callStarted')).toEqual(['minOrderValue']);
});
