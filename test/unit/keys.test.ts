import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { qCall } from '../../nodes/QCall/provider';
import { dedupeKeyOf, keyedDigestOf } from '../../nodes/delivery/dedupe-key';
import type { Settings } from '../../nodes/delivery/settings';
import { typeFields } from '../../nodes/delivery/type';
import { date } from '../../nodes/provider/field-types';
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
	return dedupeKeyOf(provider, settings, typeFields(provider.schema, fields, []), 'this n8n');
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

/** The facts of the guide's example call, as they are in its key. */
const FACTS = 'phone_number: 919876543210, call_date: 2026-04-24, call_duration: 184';
const RECORDING = 'recording_url: https://cdn.qcall.ai/recordings/cs_abc123.mp3';
const NO_FACTS = { phone_number: '', call_date: '', call_duration: '' };

describe('QCall, automatic: an identity and the facts', () => {
	it.each<[IDataObject, string]>([
		[{ call_id: 'c1', call_sid: 's1' }, `call_id: c1, ${FACTS}`],
		[{ call_sid: 's1', callsid: 't1' }, `call_sid: s1, ${FACTS}`],
		[{ callsid: 't1' }, `callsid: t1, ${FACTS}`],
		[{}, `${RECORDING}, ${FACTS}`],
		[{ recording_url: '' }, FACTS],
		[{ phone_number: '', call_date: '' }, `${RECORDING}, call_duration: 184`],
		[{ call_date: '', call_duration: 0 }, `${RECORDING}, phone_number: 919876543210, call_duration: 0`],
	])('with %p', (fields, text) => {
		expect(qCallKey('automatic', fields)).toBe(text);
	});

	it.each([
		['phone_number', '+919876543211'],
		['call_date', '2026-04-25'],
		['call_duration', 185],
	])('two deliveries with one identity and another %s are two calls', (field, other) => {
		for (const identity of [
			{ call_id: '12345' },
			{ recording_url: 'https://cdn.qcall.ai/recordings/latest.mp3' },
			{ call_id: 'c1', call_sid: 's1' },
		]) {
			expect(qCallKey('automatic', { ...identity, [field]: other })).not.toBe(qCallKey('automatic', identity));
		}
	});

	it.each([{ call_id: '12345' }, { call_sid: 's1' }, {}])(
		'an identity without a caller and without a duration is none: %p',
		(identity) => {
			expect(qCallKey('automatic', { ...NO_FACTS, ...identity })).toBeUndefined();
			expect(qCallKey('automatic', { ...NO_FACTS, ...identity, call_date: '2026-04-24' })).toBeUndefined();
			expect(qCallKey('automatic', { ...NO_FACTS, ...identity, call_duration: 0 })).toBeUndefined();
			expect(qCallKey('automatic', { ...NO_FACTS, ...identity, phone_number: '+266696687' })).toBeUndefined();
			expect(qCallKey('automatic', { ...NO_FACTS, ...identity, phone_number: 'unbekannt' })).toBeUndefined();
		},
	);

	it.each(['phone_number', 'call_date', 'call_duration'])('has none without an identity and %s', (missing) => {
		expect(qCallKey('automatic', { recording_url: '', [missing]: '' })).toBeUndefined();
	});

	it.each([0, '0', -1, null, 'not long'])('has none without an identity where the duration is %p', (call_duration) => {
		expect(qCallKey('automatic', { recording_url: '', call_duration })).toBeUndefined();
	});

	it('is the same however the AI words its texts', () => {
		const reworded = { call_summary: 'Other words', call_outcome: 'Placed an order' };
		expect(qCallKey('automatic', reworded)).toBe(qCallKey('automatic'));
	});

	it('is the same however the AI writes number, date and duration', () => {
		const written = { phone_number: '91 98765-43210', call_duration: '184' };
		for (const call_date of ['2026-04-24T10:00:00Z', '2026-04-24 10:00:00', '24 April 2026', 'April 24th, 2026']) {
			for (const recording of [{}, { recording_url: '' }]) {
				expect(qCallKey('automatic', { ...recording, ...written, call_date })).toBe(qCallKey('automatic', recording));
			}
		}
	});

	it('counts a fact that cannot be typed, and a caller without digits, by its text', () => {
		const call = { call_id: 'c1', call_date: '04/05/2026', call_duration: 'Two  minutes' };
		expect(qCallKey('automatic', call)).toBe(
			'call_id: c1, phone_number: 919876543210, call_date: 04/05/2026, call_duration: two minutes',
		);
		expect(qCallKey('automatic', { ...call, call_date: '05/04/2026' })).not.toBe(qCallKey('automatic', call));
		expect(qCallKey('automatic', { phone_number: 'his own' })).toContain('phone_number: his own');
		expect(qCallKey('automatic', { phone_number: { a: 'B' } })).toContain('phone_number: {"a":"b"}');
		expect(qCallKey('automatic', { recording_url: '', call_date: '04/05/2026' })).toBe(
			'phone_number: 919876543210, call_date: 04/05/2026, call_duration: 184',
		);
	});

	it.each(['not-8f31', 'none-123', 'notary-77', 'no 12', '{8F3A-77}', 'cs_1'])('a call is known by %p', (id) => {
		expect(qCallKey('automatic', { call_id: id })).toBe(`call_id: ${id}, ${FACTS}`);
	});

	it.each([
		...['caller did not provide', 'unbekannt', 'desconocido', 'नहीं', 'call id', 'Nora'],
		...['{{call_sid}}', '{{ $call.id1 }}', 'order-{{ id }}-2026', '${sid_1}', '{call_sid}', '<call sid>'],
		...['[call.sid]', '%call_sid%', '[object Object]', 'unknown', 'N/A', '0', '-'],
	])('%p is no identity: the facts alone count, for a minute', (nothing) => {
		for (const field of ['call_id', 'call_sid', 'callsid']) {
			expect(qCallKey('automatic', { recording_url: '', [field]: nothing })).toBe(FACTS);
		}
		expect(qCallKey('orderId', { order_id: nothing })).toBeUndefined();
	});

	it.each([
		...['https://example.com/call-recording.mp3', 'https://cdn.example.org/7', 'http://localhost:5678/7.mp3'],
		...['https://recordings.invalid', 'https://x@example.com', 'https://cdn.qcall.ai/{{call_sid_1}}.mp3'],
	])('nor is the recording %p, though another one is that of another call', (recording_url) => {
		const by = { deduplicateBy: 'automatic', windowInMs: 24 * HOUR };
		const key = keyOf(qCall, by, { ...qCallExample, recording_url });
		expect(key).toMatchObject({ text: `recording_url: ${recording_url}, ${FACTS}`, limits: { windowInMs: 60_000 } });
		expect(qCallKey('automatic', { recording_url, call_duration: 0 })).toBeUndefined();
	});

	it.each(['no recording was made', 'https://', 'unknown'])('nor is %p', (recording_url) => {
		expect(qCallKey('automatic', { recording_url })).toBe(FACTS);
	});

	it.each([
		...['https://cdn.qcall.ai/recordings/cs_abcdef.mp3', 'https://cdn.qcall.ai/recordings/undefined.mp3'],
		...['https://cdn.qcall.ai/r?id=cs_abcdef&download=true', 'http://10.0.0.1/77', 'https://cdn.qcall.ai/r/?id=77'],
		...['https://cdn.qcall.ai/#/recordings/7?sp=7', 'https://cdn.qcall.ai/7?sp=7', 'https://myexample.com/7'],
		...['https://example.com.qcall.ai/7', 'https://latest.qcall.ai/7', 'https://qcall.example/a.mp3'],
	])('but the recording %p is', (recording_url) => {
		expect(qCallKey('automatic', { recording_url })).toBe(`recording_url: ${recording_url}, ${FACTS}`);
	});

	it.each([
		'?X-Amz-Signature=1&X-Amz-Date=20260424T100000Z',
		'?Expires=1&Signature=2&Key-Pair-Id=3',
		'?sv=2024&se=2026-04-24&sr=b&sp=r&sig=abc',
		'?GoogleAccessId=a&expires=1&signature=2',
		'?',
	])('an address is the same without the parameters of a signature: %p', (query) => {
		const address = 'https://cdn.qcall.ai/7.mp3';
		expect(qCallKey('automatic', { recording_url: address + query })).toBe(
			qCallKey('automatic', { recording_url: address }),
		);
	});

	it('an address is another with another parameter, or another fragment', () => {
		const keys = ['?id=7&Expires=1', '?Expires=2&id=7', '?id=8&Expires=1', '#7', '#8', '?id=7#8'].map((end) =>
			qCallKey('automatic', { recording_url: `https://cdn.qcall.ai/recording${end}` }),
		);
		expect(keys[0]).toBe(keys[1]);
		expect(new Set(keys).size).toBe(5);
	});

	it.each(['s3://qcall/a1.mp3', 'cdn.qcall.ai/7.mp3', 'cs_1.mp3'])(
		'nor is %p, which is no web address, though another one is that of another call',
		(recording_url) => {
			const by = { deduplicateBy: 'automatic', windowInMs: 24 * HOUR };
			const key = keyOf(qCall, by, { ...qCallExample, recording_url });
			expect(key).toMatchObject({ text: `recording_url: ${recording_url}, ${FACTS}`, limits: { windowInMs: 60_000 } });
		},
	);

	it.each([
		['sip:alice@10.0.0.17', 'sip:bob@10.0.0.17'],
		['1-800-FLOWERS', '1-800-MATTRES'],
		['Alice, room 5', 'Bob, room 5'],
		['sip:+15735551234@10.0.0.17', 'sip:+15735551235@10.0.0.17'],
	])('the callers %p and %p are two', (one, other) => {
		const keys = [one, other].map((phone_number) => qCallKey('automatic', { call_id: '12345', phone_number }));
		expect(new Set(keys).size).toBe(2);
	});

	it.each(['+91 98765 43210 (mobile)', 'sip:+919876543210@10.0.0.17', 'whatsapp:+919876543210'])(
		'the caller %p is one number, however it is written',
		(phone_number) => {
			expect(qCallKey('automatic', { phone_number })).toBe(qCallKey('automatic'));
		},
	);

	it('without a caller holds for a minute: a made-up identity and the seconds may be those of another call too', () => {
		for (const identity of [{}, { call_id: '12345' }]) {
			const by = { deduplicateBy: 'automatic', windowInMs: 24 * HOUR };
			const key = keyOf(qCall, by, { ...qCallExample, ...identity, phone_number: 'Anonymous' });
			expect(key?.limits.windowInMs).toBe(60_000);
		}
	});

	it('does not take two short calls for one: the second cannot end sooner than it takes', () => {
		const short = { recording_url: '', call_duration: 3 };
		expect(keyOf(qCall, { deduplicateBy: 'automatic' }, { ...qCallExample, ...short })?.limits.windowInMs).toBe(3_000);
	});

	it('holds for the window where there is an identity, and for a minute where two calls only look alike', () => {
		const limitsOf = (fields: IDataObject, windowInMs = 24 * HOUR) =>
			keyOf(qCall, { deduplicateBy: 'automatic', windowInMs }, { ...qCallExample, ...fields })?.limits.windowInMs;
		expect(limitsOf({})).toBe(24 * HOUR);
		expect(limitsOf({ recording_url: '' })).toBe(60_000);
		expect(limitsOf({ recording_url: '' }, 1_000)).toBe(1_000);
	});
});

describe('no duplicate contradicts the call it is taken for', () => {
	/** What models fill in, right or made up; few values of each, so that pairs meet. */
	const identities = fc.record(
		{
			call_id: fc.constantFrom('12345', 'cs_1', '{call_id}', '', null),
			call_sid: fc.constantFrom('{call_sid}', '7', ''),
			recording_url: fc.constantFrom(
				...['https://example.com/call-recording.mp3', 'https://cdn.qcall.ai/latest.mp3', 'none', ''],
				...['https://cdn.qcall.ai/7.mp3?X-Amz-Signature=1', 'https://cdn.qcall.ai/7.mp3?X-Amz-Signature=2'],
			),
		},
		{ requiredKeys: [] },
	);
	const callers = fc.oneof(
		fc.constantFrom('+919876543210', '91 98765-43210', 'anonymous', '+266696687', '', null, 919876543210, ['x']),
		fc.string({ maxLength: 12 }),
	);
	const dates = fc.constantFrom('2026-04-24', '24 April 2026', '04/05/2026', '05/04/2026', '2026-04-25', 'today', '');
	const durations = fc.constantFrom(184, '184', 185, 0, '0', 'long', '', null);
	const facts = fc.record({ phone_number: callers, call_date: dates, call_duration: durations }, { requiredKeys: [] });
	const calls = fc.tuple(identities, facts).map(([identity, fact]): IDataObject => ({ ...identity, ...fact }));

	const digestOf = (fields: IDataObject) => keyOf(qCall, { deduplicateBy: 'automatic' }, fields)?.digest;
	/** A fact as whoever compares two calls by hand would: undefined where the call says nothing of it. */
	const said = {
		phone_number: (value: unknown) => String(value).replace(/\D/g, '') || undefined,
		call_date: (value: unknown) => date().safeParse(value).data ?? (String(value) || undefined),
		call_duration: (value: unknown) => (value === '' || value === null ? undefined : String(Number(value))),
	};

	it('whatever the identity looks like', () => {
		fc.assert(
			fc.property(calls, calls, (one, other) => {
				const [first, second] = [digestOf(one), digestOf(other)];
				if (first === undefined || first !== second) return;
				for (const [fact, read] of Object.entries(said)) {
					const [a, b] = [one[fact], other[fact]].map((value) => (value === undefined ? undefined : read(value)));
					if (a !== undefined && b !== undefined && one[fact] !== '+266696687' && other[fact] !== '+266696687')
						expect(a).toBe(b);
				}
			}),
			{ numRuns: 20_000 },
		);
	});

	it('and with an identity and all facts equal, two deliveries are one call', () => {
		fc.assert(
			fc.property(fc.constantFrom('cs_1', '12345'), facts, fc.string(), (call_id, fact, call_summary) => {
				const key = digestOf({ call_id, ...fact });
				expect(digestOf({ call_summary, ...fact, call_id })).toBe(key);
			}),
		);
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

it.each([
	...['anonymous', 'Private', 'Withheld number', 'Number withheld', 'restricted', 'Blocked', 'Caller ID blocked'],
	...['missing', 'No order', 'None provided', 'not_provided', '(none)', '"null"', 'N/A - no order', 'n.a.', 'Unknown'],
	...['+266696687', '+7378742833', '+2562533', '+8566696', '+86282452253', '+266 696 687'],
	...['sip:anonymous@anonymous.invalid', 'sip:anonymous@10.0.0.1', 'SIPS:unavailable@unknown.invalid'],
	...['XXXXXXXXXX', '+91XXXXXXXXXX', '(XXX) XXX-XXXX', '0000000000', '-', '0'],
	...['{{caller}}', '${caller}', '{caller}', '<caller>', '%caller%'],
])('is not made of what stands for a value that is not told: %p', (nobody) => {
	const by = { deduplicateBy: 'customField', dedupeField: 'caller_number' };
	expect(keyOf(callScaler, by, { caller_number: nobody })).toBeUndefined();
	expect(callScalerKey('callId', { call_id: nobody })).toBeUndefined();
});

it.each([
	'+2666966870',
	'2666966870',
	'7378742833',
	'sip:7@example.com',
	'+15735551234',
	'Max Mustermann',
	'xylo',
	'Nora',
])('%p is somebody', (somebody) => {
	const by = { deduplicateBy: 'customField', dedupeField: 'caller_number' };
	expect(keyOf(callScaler, by, { caller_number: somebody })?.text).toBe(`caller_number: ${somebody}`);
});

it('is remembered by a digest that another n8n does not share', () => {
	const key = (instanceId: string) =>
		dedupeKeyOf(
			qCall,
			{ ...settingsFor<QCallCall>(), deduplicateBy: 'customField', dedupeField: 'phone_number' },
			typeFields(qCall.schema, qCallExample, []),
			instanceId,
		);
	expect(key('one')?.digest).toHaveLength(43);
	expect(key('one')?.digest).toBe(key('one')?.digest);
	expect(key('one')?.digest).not.toBe(key('other')?.digest);
	expect(key('one')?.text).toBe(key('other')?.text);
});

it('is remembered by the same digest in every version, since n8n keeps it', () => {
	expect(keyedDigestOf('{"order_id":"7"}', 'one')).toBe('_v1h2GMA7_1TeTyRBZAJFWiXdKX69YMI53_IqMNe6yg');
});

it('has none where the user wants none', () => {
	expect(keyOf(qCall, { deduplicate: false, deduplicateBy: 'orderId' }, qCallExample)).toBeUndefined();
});

it('is of one length in memory and short in an answer, whatever a sender puts in', () => {
	const settings = { ...settingsFor<QCallCall>(), deduplicateBy: 'orderId' };
	const key = dedupeKeyOf(qCall, settings, { call: { order_id: '1'.repeat(1_000_000) }, issues: [] }, 'this n8n');
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
