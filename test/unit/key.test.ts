import type { IDataObject } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { qCall } from '../../nodes/QCall/provider';
import { dedupeKeyOf } from '../../nodes/delivery/key';
import type { Provider } from '../../nodes/delivery/provider';
import { typeFields } from '../../nodes/delivery/type';
import callScalerExample from '../fixtures/callscaler-post-call.json';
import qCallExample from '../fixtures/qcall-end-of-call.json';

type KeySettings = Parameters<typeof dedupeKeyOf>[1];

const defaults = { deduplicate: true, dedupeField: '', deduplicateBy: '' };

function keyOf<Call extends IDataObject>(provider: Provider<Call>, change: Partial<KeySettings>, fields: IDataObject) {
	const settings: KeySettings = { ...defaults, triggerOn: ['callEnded'], ...change };
	return dedupeKeyOf(provider, settings, typeFields(provider.schema, fields, []).call)?.text;
}

const callScalerKey = (deduplicateBy: string, fields: IDataObject = {}) =>
	keyOf(callScaler, { deduplicateBy }, { ...callScalerExample, ...fields });
const qCallKey = (deduplicateBy: string, fields: IDataObject = {}) =>
	keyOf(qCall, { deduplicateBy }, { ...qCallExample, ...fields });

describe('CallScaler', () => {
	it('tells calls and their events apart', () => {
		expect(callScalerKey('callAndEvent')).toBe('call_id: a1b2c3d4-e5f6-7890-abcd-ef1234567890, event: call.completed');
		expect(callScalerKey('callAndEvent', { event: 'call.ended' })).toBe(callScalerKey('callAndEvent'));
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
		[{ recording_url: '' }, 'phone_number: +919876543210, call_date: 2026-04-24, call_duration: 184'],
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

	it('does not apply at call start or during a call', () => {
		expect(keyOf(qCall, { deduplicateBy: 'automatic', triggerOn: ['duringCall'] }, qCallExample)).toBeUndefined();
	});
});

it("uses the user's own field, or none where it is empty", () => {
	const by = { deduplicateBy: 'customField', dedupeField: 'ticket' };
	expect(keyOf(qCall, by, { ticket: 17 })).toBe('ticket: 17');
	expect(keyOf(qCall, by, { ticket: '' })).toBeUndefined();
});

it('has none where the user wants none', () => {
	expect(keyOf(qCall, { deduplicate: false, deduplicateBy: 'orderId' }, qCallExample)).toBeUndefined();
});

it('is of one length in memory and short in an answer, whatever a sender puts in', () => {
	const settings = { ...defaults, triggerOn: ['callEnded'], deduplicateBy: 'orderId' };
	const key = dedupeKeyOf(qCall, settings, { order_id: 'x'.repeat(1_000_000) });
	expect(key?.digest).toHaveLength(43);
	expect(key?.text.length).toBeLessThan(500);
});

it('cannot be forged by a separator inside a value', () => {
	const settings = { ...defaults, triggerOn: ['callEnded'], deduplicateBy: 'automatic' };
	const one = dedupeKeyOf(qCall, settings, { phone_number: '1, call_date: 2', call_date: '3', call_duration: 4 });
	const other = dedupeKeyOf(qCall, settings, { phone_number: '1', call_date: '2, call_date: 3', call_duration: 4 });
	expect(one?.digest).not.toBe(other?.digest);
});

describe('a key that two different calls could share', () => {
	it('is none: a number too large for its last digits to arrive', () => {
		const byTicket = (json: string) =>
			keyOf(qCall, { deduplicateBy: 'customField', dedupeField: 'ticket' }, JSON.parse(json));
		expect(byTicket('{"ticket": 12345678901234567890}')).toBeUndefined();
		expect(byTicket('{"ticket": 9007199254740991}')).toBe('ticket: 9007199254740991');
		expect(callScalerKey('callId', { call_id: 2 ** 60 })).toBeUndefined();
	});

	it('is none: what every object inherits, where a field of that name did not arrive', () => {
		expect(keyOf(qCall, { deduplicateBy: 'customField', dedupeField: 'toString' }, qCallExample)).toBeUndefined();
	});
});
