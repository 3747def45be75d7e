import { callsApi } from '../../nodes/CallScaler/calls-api';
import { callScaler } from '../../nodes/CallScaler/provider';
import { Names } from '../../nodes/api/names';
import { readRow } from '../../nodes/api/rows';

const READING = {
	provider: callScaler,
	api: callsApi,
	catchUp: { chosen: ['flow-1'], everyMinutes: 5, afterMs: 0 },
	timezone: 'UTC',
	instanceId: 'n8n',
};
const [LIST] = callsApi.lists(['flow-1']);
const NAMES = new Names();
NAMES.tell(new Map([['flow-1', new Set(['Main line'])]]), 0);
const AT = '2026-03-30T14:30:00Z';
const row = {
	id: 'call-1',
	created_at: AT,
	duration_seconds: 60,
	status: 'completed',
	caller_number: '+1 (305) 555-9876',
	tracking_number: '+15735551234',
};
const readAny = (any: unknown, names = NAMES) => {
	if (LIST === undefined) throw new Error('There is no list.');
	return readRow(READING, LIST, names, any);
};
const read = (change: object) => readAny({ ...row, ...change });
const ofRow = (change: object = {}) => {
	const found = read(change);
	if (typeof found === 'string') throw new Error(found);
	return found;
};

it('makes of a row what the webhook would have sent', () => {
	const { fields } = ofRow({ gclid: undefined });
	expect(fields).toMatchObject({
		call_id: 'call-1',
		call_flow_id: 'flow-1',
		event: 'call.completed',
		duration_seconds: 60,
	});
	expect(Object.keys(fields ?? {})).not.toContain('id');
});

it.each([
	['completed', 'call.completed'],
	['No-Answer', 'call.missed'],
	['voicemail', 'call.voicemail'],
	['busy', 'call.failed'],
	['failed', 'call.failed'],
])('takes the status %s for the event %s', (status, event) => {
	expect(ofRow({ status }).fields).toMatchObject({ event });
});

it.each(['in-progress', 'ringing', '', null, undefined, 7, 'constructor'])(
	'leaves a call alone whose status is %p',
	(status) => {
		expect(ofRow({ status }).fields).toBeUndefined();
	},
);

it.each([
	[{}, 60_000],
	[{ duration_seconds: '90' }, 90_000],
	[{ duration_seconds: 0 }, 0],
	[{ created_at: '2026-03-30T14:30:00' }, 60_000],
	[{ created_at: '2026-03-30 14:30:00' }, 60_000],
	[{ created_at: '2026-03-30T16:30:00+02:00' }, 60_000],
	[{ created_at: undefined, timestamp: AT }, 60_000],
])('knows when a call ended: %j', (change, afterMs) => {
	const at = Date.parse(AT) + afterMs;
	expect(ofRow(change)).toMatchObject({ endedAt: at, endedBy: at });
});

it.each([null, undefined, '', -5, 'two minutes'])(
	'may have ended up to an hour after its begin where its duration is %p, so that it is not caught up before its webhook',
	(duration_seconds) => {
		expect(ofRow({ duration_seconds })).toMatchObject({ endedAt: Date.parse(AT), endedBy: Date.parse(AT) + 3_600_000 });
		expect(ofRow({ duration_seconds, status: 'in-progress' }).endedBy).toBe(Date.parse(AT));
	},
);

it.each([
	[{ id: undefined }, 'without an ID'],
	[{ id: '  ' }, 'without an ID'],
	[{ id: {} }, 'without an ID'],
	[{ created_at: undefined }, 'without a time'],
	[{ created_at: 'yesterday' }, 'without a time'],
])('passes over what is of no use: %j', (change, why) => {
	expect(read(change)).toBe(why);
});

it.each([null, 'text', 7, [], [row]])('passes over what is no row: %j', (no) => {
	expect(readAny(no)).toBe('without an ID');
});

it.each([
	[{ call_flow_id: 'flow-1', call_flow_name: 'Other' }, false],
	[{ call_flow_name: ' MAIN line ' }, false],
	[{ call_flow_name: null }, false],
	[{ call_flow_id: 'flow-2', call_flow_name: 'Main Line' }, true],
	[{ call_flow_name: 'Other' }, true],
])('leaves a row alone that names another call flow: %j', (change, isOfAnother) => {
	expect(read(change) === 'of another').toBe(isOfAnother);
});

it('judges nothing by a name where the names are not known', () => {
	expect(readAny({ ...row, call_flow_name: 'Other' }, new Names())).toMatchObject({ of: 'flow-1' });
});

describe('what a call looks like', () => {
	const looks = (change: object) => ofRow(change).looks;

	it('is one for the same caller, tracking number and second, however they are written', () => {
		expect(looks({ id: 'other', caller_number: '+13055559876', created_at: '2026-03-30T14:30:00.900Z' })).toEqual(
			looks({}),
		);
	});

	it.each([
		{ caller_number: '+13055559877' },
		{ tracking_number: '+15735551235' },
		{ created_at: '2026-03-30T14:30:01Z' },
	])('is another with %j', (change) => expect(looks(change)).not.toEqual(looks({})));

	it.each([{ caller_number: null }, { caller_number: 'anonymous' }, { tracking_number: '' }])(
		'is nothing with %j',
		(change) => expect(looks(change)).toEqual([]),
	);
});
