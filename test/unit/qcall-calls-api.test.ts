import { callIdsOf } from '../../nodes/delivery/call-id';
import { typeFields } from '../../nodes/delivery/type';
import { Names } from '../../nodes/api/names';
import { readRow } from '../../nodes/api/rows';
import { callsApi } from '../../nodes/QCall/calls-api';
import { qCall } from '../../nodes/QCall/provider';

const READING = {
	provider: qCall,
	api: callsApi,
	catchUp: { chosen: ['Ava', 'Zoe'] },
	timezone: 'Asia/Kolkata',
	instanceId: 'n8n',
};
const NAMES = new Names();
NAMES.tell(
	new Map([
		['Ava', new Set(['spring'])],
		['Bob', new Set(['autumn', 'both'])],
		['Zoe', new Set(['both'])],
	]),
	0,
);
const [SINGLE, OF_CAMPAIGNS] = callsApi.lists(['Ava']);
const single = {
	call_sid: 'CA1',
	phone_number: '+91 98765 43210',
	first_name: 'Dana',
	assistant_name: 'Ava',
	call_status: 'completed',
	call_duration_in_sec: 45,
	call_cost: 0.2,
	call_sentiment: 'positive',
	created_at: '2026-04-24T20:00:00Z',
	call_transcribe: 'Hello',
	recording_url: 'https://cdn.qcall.ai/recordings/cs_1.mp3',
};
const ofCampaign = {
	callsid: 'CA2',
	phone: '+919876543210',
	first_name: 'Dana',
	campaigns_name: 'Spring',
	call_status: 'no-answer',
	call_duration_in_sec: 0,
	call_sentiment: '',
	created_at: '2026-04-24T20:00:00',
};

function read(row: object, list = SINGLE) {
	if (list === undefined) throw new Error('There is no list.');
	return readRow(READING, list, NAMES, row);
}
function rowOf(row: object, list = SINGLE) {
	const found = read(row, list);
	if (typeof found === 'string') throw new Error(found);
	return found;
}
const idsOf = (fields: object) =>
	callIdsOf(callsApi, typeFields(qCall.schema, { ...fields }, []).call, 'webhook', READING.instanceId);

it('makes of a single call what the webhook would have sent', () => {
	expect(rowOf(single).fields).toEqual({
		phone_number: '+91 98765 43210',
		first_name: 'Dana',
		// In India it was the next day.
		call_date: '2026-04-25',
		call_duration: 45,
		call_cost: 0.2,
		sentiment_analysis: 'positive',
		recording_url: single.recording_url,
		call_sid: 'CA1',
		assistant_name: 'Ava',
		transcript: 'Hello',
	});
	expect(rowOf(single).endedAt).toBe(Date.parse('2026-04-24T20:00:45Z'));
});

it('knows a call of a campaign by that, and what has to be asked for alone', () => {
	const { fields = {}, of } = rowOf(ofCampaign, OF_CAMPAIGNS);
	expect(of).toBe('Ava');
	expect(fields).toMatchObject({ campaign_name: 'Spring', call_sid: 'CA2', phone_number: '+919876543210' });
	expect(callsApi.more?.request(fields)).toEqual({ path: '/activity/CA2/transcript', query: {} });
	const more = callsApi.more?.add(fields, {
		recording_url: 'https://cdn.qcall.ai/a.mp3',
		transcript: 'Hi',
		title: 'x',
	});
	expect(more).toEqual({ ...fields, recording_url: 'https://cdn.qcall.ai/a.mp3', transcript: 'Hi' });
	expect(callsApi.more?.request(callsApi.more.add(fields, {}))).toBeUndefined();
	// What the row had told is not lost where the call alone tells less.
	expect(callsApi.more?.add({ ...fields, transcript: 'Hello' }, {})).toMatchObject({ transcript: 'Hello' });
	expect(callsApi.more?.request(rowOf({ ...single, recording_url: '' }).fields ?? {})).toBeUndefined();
});

it.each([
	...['inProgress', 'in-progress', 'ringing'].map((call_status) => [call_status, false] as const),
	...['teleported', '', null, 7].map((call_status) => [call_status, true] as const),
])('leaves a call alone whose status is %p', (call_status, hasOddStatus) => {
	expect(rowOf({ ...single, call_status })).toMatchObject({ fields: undefined, hasOddStatus });
});

it.each([
	[{ ...single, assistant_name: 'Bob' }, 'of another'],
	[{ ...single, assistant_name: '' }, 'of no known'],
	[{ ...ofCampaign, campaigns_name: 'Autumn' }, 'of another'],
	[{ ...ofCampaign, campaigns_name: 'Both' }, 'of no known'],
	[{ ...ofCampaign, campaigns_name: 'New' }, 'of no known'],
	[{ ...single, call_sid: '' }, 'without an ID'],
	[{ ...single, created_at: 'soon' }, 'without a time'],
])('passes over %j: %s', (row, why) => {
	expect(read(row)).toBe(why);
});

describe('a webhook and a row are one call', () => {
	const row = rowOf(single);
	const isKnown = (fields: object) => idsOf(fields).ids.some((id) => row.ids.includes(id));
	const isAlike = (fields: object) => idsOf(fields).looks.some((each) => row.looks.includes(each));
	const facts = { phone_number: '919876543210', call_date: '2026-04-24', call_duration: '45' };

	it.each([
		[{ recording_url: single.recording_url }, true],
		[{ recording_url: `${single.recording_url}?X-Amz-Signature=abc&Expires=7` }, true],
		[{ recording_url: `${single.recording_url}?id=7` }, false],
		[{ call_sid: 'CA1' }, true],
		[{ callsid: ' CA1 ' }, true],
		[{ call_id: 'CA1', recording_url: 'https://example.com/made-up.mp3' }, true],
		[{ call_sid: '{call_sid}', recording_url: 'https://example.com/call-recording.mp3' }, false],
		[{}, false],
	])('by the recording or the call_sid: %j %p', (fields, expected) => expect(isKnown(fields)).toBe(expected));

	it.each([
		[facts, true],
		[{ ...facts, call_date: '2026-04-26' }, true],
		[{ ...facts, call_date: '2026-04-27' }, false],
		[{ ...facts, call_duration: 46 }, false],
		[{ ...facts, phone_number: '+919876543211' }, false],
		[{ ...facts, phone_number: 'unknown' }, false],
		[{ ...facts, call_duration: 0 }, false],
		[{ ...facts, call_date: '' }, false],
	])('by caller, day and duration: %j %p', (fields, expected) => expect(isAlike(fields)).toBe(expected));

	it('by a caller who has a name in place of a number, by all of it', () => {
		const of = (phone_number: string) => idsOf({ ...facts, phone_number }).looks;
		expect(of('sip:alice@10.0.0.17')).not.toEqual(of('sip:bob@10.0.0.17'));
		expect(of('sip:Alice@10.0.0.17')).toEqual(of('sip:alice@10.0.0.17'));
	});
});
