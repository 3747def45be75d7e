import type { IDataObject } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { qCall } from '../../nodes/QCall/provider';
import { dedupeKeyOf } from '../../nodes/delivery/dedupe-key';
import type { Settings } from '../../nodes/delivery/settings';
import { typeFields } from '../../nodes/delivery/type';
import type { Provider } from '../../nodes/provider/provider';
import type { QCallCall } from '../../nodes/QCall/payload';
import { settingsFor } from './settings-for';
import callScalerExample from '../../host/simulators/payloads/callscaler-post-call.json';
import qCallExample from '../../host/simulators/payloads/qcall-end-of-call.json';

const HOUR = 3_600_000;

function keyOf<Call extends IDataObject>(
	provider: Provider<Call>,
	change: Partial<Settings<Call>>,
	fields: IDataObject,
) {
	const settings = { ...settingsFor<Call>(), ...change };
	return dedupeKeyOf(provider, settings, typeFields(provider.schema, fields, []).call);
}

const callScalerKey = (deduplicateBy: string, fields: IDataObject = {}) =>
	keyOf(callScaler, { deduplicateBy }, { ...callScalerExample, ...fields })?.text;
const qCallKey = (deduplicateBy: string, fields: IDataObject = {}) =>
	keyOf(qCall, { deduplicateBy }, { ...qCallExample, ...fields })?.text;

describe('CallScaler', () => {
	it('tells calls and their events apart', () => {
		expect(callScalerKey('callAndEvent')).toBe('call_id: a1b2c3d4-e5f6-7890-abcd-ef1234567890, event: call.completed');
		expect(callScalerKey('callAndEvent', { event: 'call.ended' })).not.toBe(callScalerKey('callAndEvent'));
		expect(callScalerKey('callId', { event: 'call.ended' })).toBe(callScalerKey('callId'));
		expect(callScalerKey('callAndEvent', { event: 'call.missed' })).not.toBe(callScalerKey('callAndEvent'));
	});

	it('keeps its key over the attempts of a delivery', () => {
		const second = { attempt: 2, webhook_sent_at: '2026-03-30T14:31:45Z', delivery_id: 'another' };
		expect(callScalerKey('callAndEvent', second)).toBe(callScalerKey('callAndEvent'));
		expect(callScalerKey('callId', second)).toBe(callScalerKey('callId'));
	});

	it.each([
		['callId', 'call_id: a1b2c3d4-e5f6-7890-abcd-ef1234567890'],
		['deliveryId', 'delivery_id: uuid'],
	])('by %s', (by, text) => {
		expect(callScalerKey(by)).toBe(text);
	});

	it('has none without a call id', () => {
		expect(callScalerKey('callAndEvent', { call_id: '' })).toBeUndefined();
	});
});

describe('QCall, automatic', () => {
	it.each<[IDataObject, string]>([
		[{ call_id: 'c1', call_sid: 's1' }, 'call_id: c1'],
		[{ call_sid: 's1', callsid: 't1' }, 'call_sid: s1'],
		[{ callsid: 't1' }, 'callsid: t1'],
		[{}, 'recording_url: https://cdn.qcall.ai/recordings/cs_abc123.mp3'],
		[{ recording_url: '' }, 'phone_number: 919876543210, call_date: 2026-04-24, call_duration: 184'],
	])('with %p', (fields, text) => {
		expect(qCallKey('automatic', fields)).toBe(text);
	});

	it.each(['phone_number', 'call_date', 'call_duration'])('has none without a recording and %s', (missing) => {
		expect(qCallKey('automatic', { recording_url: '', [missing]: '' })).toBeUndefined();
	});

	it('is the same however the AI words its texts', () => {
		const reworded = { call_summary: 'Other words', call_outcome: 'Placed an order' };
		expect(qCallKey('automatic', reworded)).toBe(qCallKey('automatic'));
	});

	it.each([0, '0', null, 'not long'])('has none without a recording where the duration is %p', (call_duration) => {
		expect(qCallKey('automatic', { recording_url: '', call_duration })).toBeUndefined();
	});

	it('is the same however the AI writes number, date and duration', () => {
		const written = { recording_url: '', phone_number: '91 98765-43210', call_duration: '184' };
		for (const call_date of ['2026-04-24T10:00:00Z', '2026-04-24 10:00:00', '24 April 2026', 'April 24, 2026']) {
			expect(qCallKey('automatic', { ...written, call_date })).toBe(qCallKey('automatic', { recording_url: '' }));
		}
	});

	it.each(['not-8f31', 'none-123', 'notary-77', 'no 12', '{8F3A-77}', 'cs_1'])('a call is known by %p', (id) => {
		expect(qCallKey('automatic', { call_id: id })).toBe(`call_id: ${id}`);
	});

	it.each(['caller did not provide', 'unbekannt', 'desconocido', 'नहीं', 'call id', 'Nora'])(
		'what has no digit is a word, and the same for one call as the next: %p',
		(word) => {
			const alike = { recording_url: '', phone_number: '' };
			expect(qCallKey('orderId', { order_id: word })).toBeUndefined();
			for (const field of ['call_id', 'call_sid', 'callsid']) {
				expect(qCallKey('automatic', { ...alike, [field]: word })).toBeUndefined();
			}
		},
	);

	it.each([
		'{{call_sid}}',
		'{{ $call.id1 }}',
		'order-{{ id }}-2026',
		'${sid_1}',
		'{call_sid}',
		'<call sid>',
		'[call.sid]',
		'%call_sid%',
		'[object Object]',
	])('nor is it known by a placeholder that nobody filled in: %p', (placeholder) => {
		const by = { deduplicateBy: 'customField', dedupeField: 'ticket' };
		expect(keyOf(qCall, by, { ticket: placeholder })).toBeUndefined();
		expect(qCallKey('automatic', { call_sid: placeholder, recording_url: '', phone_number: '' })).toBeUndefined();
		expect(qCallKey('orderId', { order_id: placeholder })).toBeUndefined();
		expect(callScalerKey('callId', { call_id: placeholder })).toBeUndefined();
	});

	it.each([
		'No order',
		'None provided',
		'not_provided',
		'(none)',
		'"null"',
		'N/A - no order',
		'N/A',
		'n.a.',
		'none',
		'Unknown',
		'Not provided',
		'not available',
		'null',
		'-',
		'0',
		'No',
	])('a call is not known by %p, which says the same of every call', (nothing) => {
		const alike = { phone_number: '', call_date: '' };
		for (const field of ['call_id', 'call_sid', 'callsid']) {
			expect(qCallKey('automatic', { ...alike, recording_url: '', [field]: nothing })).toBeUndefined();
		}
		expect(qCallKey('automatic', { ...alike, recording_url: nothing })).toBeUndefined();
		expect(qCallKey('orderId', { order_id: nothing })).toBeUndefined();
		expect(callScalerKey('callId', { call_id: nothing })).toBeUndefined();
	});

	it.each([
		...['no recording was made', 'https://cdn.qcall.ai', 'https://cdn.qcall.ai/', 'https://cdn.qcall.ai/recordings/'],
		...[
			'https://cdn.qcall.ai/v1/recordings/undefined.mp3',
			'https://cdn.qcall.ai/2026/04/null',
			'https://cdn.qcall.ai/v1',
		],
		...['https://cdn.qcall.ai/no-recording.mp3', 'https://cdn.qcall.ai/recording.mp3', 'https://cdn.qcall.ai/.mp3'],
		...[
			'https://cdn.qcall.ai/r?id=',
			'https://cdn.qcall.ai/r.php?id=undefined',
			'https://cdn.qcall.ai/r?download=true',
		],
		...[
			'https://cdn.qcall.ai/recordings/{{call_sid_1}}.mp3',
			'https://cdn.qcall.ai/2026/04/',
			'https://cdn.qcall.ai/2026/04/recording.mp3',
			`https://cdn.qcall.ai/${'1'.repeat(4_000)}`,
		],
	])('nor by the recording %p', (recording_url) => {
		expect(qCallKey('automatic', { recording_url, phone_number: '' })).toBeUndefined();
	});

	it.each([
		...['https://cdn.qcall.ai/recordings/cs_abc123.mp3', 'https://cdn.qcall.ai/recordings/cs_abcdef.mp3'],
		...['https://cdn.qcall.ai/r?id=cs_abcdef&download=true', 'http://10.0.0.1/77', 'https://cdn.qcall.ai/r/?id=77'],
		...['https://cdn.qcall.ai/77.mp3?signature=', 'https://cdn.qcall.ai/a#t=1', 'https://cdn.qcall.ai/77?'],
		...['https://cdn.qcall.ai/abc123/recording.wav', 'https://cdn.qcall.ai/recordings/8f3a-77/audio'],
	])('but by the recording %p', (recording_url) => {
		expect(qCallKey('automatic', { recording_url })).toBe(`recording_url: ${recording_url}`);
	});

	it('does not take two short calls for one: the second cannot end sooner than it takes', () => {
		const short = { recording_url: '', call_duration: 3 };
		expect(keyOf(qCall, { deduplicateBy: 'automatic' }, { ...qCallExample, ...short })?.limits.windowInMs).toBe(3_000);
	});

	it('holds for the window where it is an keyFrom, and for a minute where two calls only look alike', () => {
		const limitsOf = (fields: IDataObject, windowInMs = 24 * HOUR) =>
			keyOf(qCall, { deduplicateBy: 'automatic', windowInMs }, { ...qCallExample, ...fields })?.limits.windowInMs;
		expect(limitsOf({})).toBe(24 * HOUR);
		expect(limitsOf({ recording_url: '' })).toBe(60_000);
		expect(limitsOf({ recording_url: '' }, 1_000)).toBe(1_000);
	});
});

it("uses the user's own field, or none where it is empty", () => {
	const by = { deduplicateBy: 'customField', dedupeField: 'ticket' };
	expect(keyOf(qCall, by, { ticket: 17 })?.text).toBe('ticket: 17');
	expect(keyOf(qCall, by, { ticket: '' })).toBeUndefined();
	for (const word of ['Nora', 'kapil@example.com', '{"no":7}', '<b@example.com>', '[7]']) {
		expect(keyOf(qCall, by, { ticket: word })?.text).toBe(`ticket: ${word}`);
	}
});

it.each(['anonymous', 'Private', 'Withheld number', 'restricted', 'Blocked', 'missing'])(
	'is not made of what stands for a number that is not told: %p',
	(nobody) => {
		const by = { deduplicateBy: 'customField', dedupeField: 'caller_number' };
		expect(keyOf(callScaler, by, { caller_number: nobody })).toBeUndefined();
	},
);

it('has none where the user wants none', () => {
	expect(keyOf(qCall, { deduplicate: false, deduplicateBy: 'orderId' }, qCallExample)).toBeUndefined();
});

it('is of one length in memory and short in an answer, whatever a sender puts in', () => {
	const settings = { ...settingsFor<QCallCall>(), deduplicateBy: 'orderId' };
	const key = dedupeKeyOf(qCall, settings, { order_id: '1'.repeat(1_000_000) });
	expect(key?.digest).toHaveLength(43);
	expect(key?.text.length).toBeLessThan(500);
});

it('cannot be forged by a separator inside a value', () => {
	const by = { deduplicateBy: 'callAndEvent' };
	const one = keyOf(callScaler, by, { call_id: '1, event: 2', event: '3' });
	const other = keyOf(callScaler, by, { call_id: '1', event: '2, event: 3' });
	expect(one?.text).toBe(other?.text);
	expect(one?.digest).not.toBe(other?.digest);
});

describe('a key that two different calls could share', () => {
	it('is none: a number too large for its last digits to arrive', () => {
		const byTicket = (json: string) =>
			keyOf(qCall, { deduplicateBy: 'customField', dedupeField: 'ticket' }, JSON.parse(json))?.text;
		expect(byTicket('{"ticket": 12345678901234567890}')).toBeUndefined();
		expect(byTicket('{"ticket": 123456789012345}')).toBe('ticket: 123456789012345');
		expect(byTicket('{"ticket": 1234567890.12345678}')).toBeUndefined();
		expect(byTicket('{"ticket": {"no": 12345678901234567890}}')).toBeUndefined();
		expect(byTicket('{"ticket": []}')).toBeUndefined();
		expect(byTicket('{"ticket": {}}')).toBeUndefined();
		expect(byTicket('{"ticket": {"id": null, "of": [0, false, "N/A"]}}')).toBeUndefined();
		expect(byTicket('{"ticket": {"id": null, "of": [7]}}')).toBe('ticket: {"id":null,"of":[7]}');
		expect(callScalerKey('callId', { call_id: 2 ** 60 })).toBeUndefined();
	});

	it('is none: what every object inherits, where a field of that name did not arrive', () => {
		expect(keyOf(qCall, { deduplicateBy: 'customField', dedupeField: 'toString' }, qCallExample)).toBeUndefined();
	});
});
