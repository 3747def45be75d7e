import { gzipSync } from 'node:zlib';
import { z } from 'zod';

import { type Delivery, type N8n } from '../../../../host';
import {
	beforeAiProcessing,
	callScalerCall,
	qCallCall,
	type QCallContentType,
	qCallDelivery,
	type QCallMethod,
	withMissing,
} from '../../../../host/simulators';
import callEndedMinimal from '../../../../host/simulators/payloads/callscaler-call-ended-minimal.json';
import callEnded from '../../../../host/simulators/payloads/callscaler-call-ended.json';
import postCall from '../../../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../../../host/simulators/payloads/qcall-end-of-call.json';
import { oneN8n } from '../support/one-n8n';
import { TriggerUnderTest } from '../support/trigger-under-test';

/** The type that the guide's table gives each Body Parameter. */
const QCALL_TYPES: Record<string, string> = {
	first_name: 'string',
	last_name: 'string',
	phone_number: 'string',
	email_address: 'string',
	order_id: 'string',
	call_date: 'string',
	call_duration: 'number',
	call_cost: 'number',
	product_name: 'string',
	quantity: 'number',
	order_value: 'number',
	address: 'string',
	pincode: 'string',
	sentiment_analysis: 'string',
	call_outcome: 'string',
	call_summary: 'string',
	recording_url: 'string',
};

const issue = z.object({ field: z.string(), value: z.unknown(), problem: z.string().min(1) });

function issuesOf(item: Record<string, unknown>): Array<z.infer<typeof issue>> {
	return z.array(issue).parse(item.issues);
}

let n8n: N8n;
beforeAll(async () => {
	n8n = await oneN8n();
});

describe('QCall calls as typed items', () => {
	let trigger: TriggerUnderTest;
	beforeAll(async () => {
		// Every delivery here is of the guide's one call: what is shown is typing, not deduplication.
		trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters: { deduplicate: false } });
	});

	test('the guide’s example, exactly as it is sent, with every field of its documented type', async () => {
		const item = await trigger.itemOf({
			body: JSON.stringify(endOfCall),
			contentType: 'application/json',
			headers: { Authorization: `Bearer ${trigger.secretHeader.Authorization ?? ''}` },
		});
		expect(item).toEqual(endOfCall);
		expect(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, typeof value]))).toEqual(QCALL_TYPES);
	});

	test.each<[QCallMethod, QCallContentType]>([
		['POST', 'application/json'],
		['POST', 'application/x-www-form-urlencoded'],
		['POST', 'multipart/form-data'],
		['PUT', 'application/json'],
		['PUT', 'application/x-www-form-urlencoded'],
		['PUT', 'multipart/form-data'],
		['GET', 'application/json'],
		['DELETE', 'application/json'],
	])('the same call by %s as %s gives the same item', async (method, contentType) => {
		const delivery = qCallDelivery({ url: trigger.url, method, contentType, headers: trigger.secretHeader }, endOfCall);
		expect(await trigger.itemOf(delivery)).toEqual(endOfCall);
	});

	test('query parameters beside a body are fields too', async () => {
		const item = await trigger.itemOf({ json: qCallCall(), query: { campaign: 'spring' } });
		expect(item).toMatchObject({ first_name: 'Kapil', campaign: 'spring' });
	});

	test.each([
		['a list of two', { json: [qCallCall(), qCallCall()] }],
		['of a content type that n8n does not know, and no JSON', { body: '<call/>', contentType: 'text/html' }],
		['without a content type, and no JSON', { body: 'first_name=Kapil' }],
		['XML', { body: '<call/>', contentType: 'application/xml' }],
	])('query parameters beside a body that cannot be read are not taken for the call: %s', async (_, delivery) => {
		const { verdict, message } = await trigger.send({ ...delivery, query: { campaign: 'spring' } });
		expect(verdict).toBe('400 rejected');
		expect(message).toContain('The body cannot be read');
	});

	test.each([
		['in letters that nobody knows', { body: '{"a":1}', contentType: 'text/json; charset=utf-7' }],
		['too long', { body: `{"a":"${'a'.repeat(16 * 2 ** 20)}"}`, contentType: 'text/json' }],
	])('nor is there anything to read beside a body that n8n cannot give: %s', async (_, delivery) => {
		const { verdict, message } = await trigger.send({ ...delivery, query: { campaign: 'spring' } });
		expect(verdict).toBe('400 rejected');
		expect(message).toContain('There is nothing to read');
	});

	test.each([
		['without a content type', { body: JSON.stringify(endOfCall) }],
		['of a content type that n8n does not know', { body: JSON.stringify(endOfCall), contentType: 'text/json' }],
		['of another kind of JSON', { body: JSON.stringify(endOfCall), contentType: 'application/vnd.api+json' }],
		[
			'of a content type with a blank too many',
			{ body: JSON.stringify(endOfCall), contentType: 'application/json ; charset=utf-8' },
		],
		[
			'in letters of two bytes',
			{ body: Buffer.from(JSON.stringify(endOfCall), 'utf16le'), contentType: 'text/json; charset=utf-16le' },
		],
		['compressed', { body: gzipSync(JSON.stringify(endOfCall)), headers: { 'content-encoding': 'gzip' } }],
		['of plain text', { body: JSON.stringify(endOfCall), contentType: 'text/plain' }],
		[
			'of plain text with a mark of the byte order',
			{ body: `\ufeff${JSON.stringify(endOfCall)}`, contentType: 'text/plain' },
		],
		['in JSON in plain text', { body: JSON.stringify(JSON.stringify(endOfCall)), contentType: 'text/plain' }],
		['alone in a list', { json: [endOfCall] }],
	])('a body in JSON that n8n does not parse to an object: %s', async (_, delivery) => {
		const headers = { ...trigger.secretHeader, ...('headers' in delivery ? delivery.headers : {}) };
		expect(await trigger.itemOf({ ...delivery, headers })).toEqual(endOfCall);
	});

	test('empty strings, which stand for what the AI did not hear, are null', async () => {
		const item = await trigger.itemOfCall(withMissing(qCallCall(), 'email_address', 'order_id', 'quantity'));
		expect(item).toMatchObject({ email_address: null, order_id: null, quantity: null, first_name: 'Kapil' });
		expect(item).not.toHaveProperty('issues');
	});

	test('a "+" that was not escaped comes back in a phone number, in any notation, and nowhere else', async () => {
		const body = 'phone_number=+91-98765-43210&order_id=+12345678&pincode=+110016123';
		const item = await trigger.itemOf({ body, contentType: 'application/x-www-form-urlencoded' });
		expect(item).toEqual({ phone_number: '+91-98765-43210', order_id: ' 12345678', pincode: ' 110016123' });
	});

	test('only what arrived is in the item', async () => {
		expect(await trigger.itemOfCall({ phone_number: '+919876543210' })).toEqual({ phone_number: '+919876543210' });
	});

	test('numbers that arrive as text are numbers', async () => {
		const item = await trigger.itemOfCall({ call_duration: '184', call_cost: '0.42', quantity: ' 2 ' });
		expect(item).toEqual({ call_duration: 184, call_cost: 0.42, quantity: 2 });
	});

	test('text that looks like a number stays text where text is documented', async () => {
		const item = await trigger.itemOfCall({ pincode: '011006', order_id: '123', phone_number: '9876543210' });
		expect(item).toEqual({ pincode: '011006', order_id: '123', phone_number: '9876543210' });
	});

	test('a documented value in other case is normalized, an undocumented one is kept', async () => {
		expect(await trigger.itemOfCall({ sentiment_analysis: 'POSITIVE' })).toEqual({ sentiment_analysis: 'Positive' });
		expect(await trigger.itemOfCall({ sentiment_analysis: 'Furious' })).toEqual({ sentiment_analysis: 'Furious' });
	});

	test('fields that nobody documented are kept as they came', async () => {
		const item = await trigger.itemOfCall({ ...qCallCall(), preferred_slot: 'morning', loyal: true, visits: 3 });
		expect(item).toMatchObject({ preferred_slot: 'morning', loyal: true, visits: 3 });
	});

	test('the dashboard’s own table of custom fields types them', async () => {
		const custom = await TriggerUnderTest.deploy(n8n, 'qCall', {
			parameters: {
				customFields: {
					rows: [
						{ name: 'visits', type: 'number', required: false },
						{ name: 'loyal', type: 'boolean', required: false },
						{ name: 'preferred_slot', type: 'string', required: true },
					],
				},
			},
		});
		const form = { call_id: 'custom-1', visits: '3', loyal: 'true', preferred_slot: 'morning' };
		expect(await custom.itemOf({ form })).toMatchObject({ visits: 3, loyal: true, preferred_slot: 'morning' });

		const wrong = await custom.itemOfCall({ call_id: 'custom-2', visits: 'several', loyal: 'perhaps' });
		expect(wrong).toMatchObject({ visits: null, loyal: null });
		expect(issuesOf(wrong).map(({ field }) => field)).toEqual(
			expect.arrayContaining(['visits', 'loyal', 'preferred_slot']),
		);
	});

	test('names that mean something to JavaScript do no harm', async () => {
		const item = await trigger.itemOf({
			body: '{"first_name":"Kapil","__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
			contentType: 'application/json',
		});
		expect(item).toMatchObject({ first_name: 'Kapil' });
		const next = await trigger.itemOfCall({ first_name: 'Next' });
		expect(next).toEqual({ first_name: 'Next' });
	});
});

describe('CallScaler calls as typed items', () => {
	let trigger: TriggerUnderTest;
	beforeAll(async () => {
		trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { deduplicate: false } });
	});

	test('the guide’s example, exactly as it is sent: all 38 fields, each of its type', async () => {
		const item = await trigger.itemOf({ body: JSON.stringify(postCall), contentType: 'application/json' });
		expect(item).toEqual(postCall);
		expect(Object.keys(item)).toHaveLength(38);
	});

	test.each([
		['call.completed', 'completed'],
		['call.missed', 'no-answer'],
		['call.voicemail', 'voicemail'],
		['call.failed', 'failed'],
	])('the event %s', async (event, status) => {
		expect(await trigger.itemOfCall(callScalerCall({ event, status }))).toMatchObject({ event, status });
	});

	test('before AI processing its fields are there, and null', async () => {
		const item = await trigger.itemOfCall(beforeAiProcessing(callScalerCall()));
		expect(item).toMatchObject({ ai_processed: false, transcription: null, ai_score: null, qualified_ai: null });
		expect(item).not.toHaveProperty('issues');
	});

	test.each([
		['version a', callEnded],
		['version b', callEndedMinimal],
	])('the older payload, %s: what it has, and null for every documented field it has not', async (_, payload) => {
		const item = await trigger.itemOfCall(payload);
		expect(item).toMatchObject(payload);
		for (const name of Object.keys(postCall)) expect(item).toHaveProperty(name);
		expect(item).toMatchObject({ ai_score: null, delivery_id: null, attempt: null, direction: null });
		expect(item).not.toHaveProperty('issues');
	});

	test('"two minutes" loses nothing: the call arrives, the field is null, issues says so', async () => {
		const item = await trigger.itemOfCall(callScalerCall({ duration_seconds: 'two minutes' }));
		expect(item).toMatchObject({ event: 'call.completed', duration_seconds: null, recording_duration: 138 });
		expect(issuesOf(item)).toEqual([
			{ field: 'duration_seconds', value: 'two minutes', problem: expect.stringContaining('number') },
		]);
	});

	test('a number that lost digits in JSON is flagged, also where nobody has documented its field', async () => {
		const { order: _, ...call } = callScalerCall();
		const sent = JSON.stringify(call).replace(/}$/, ',"order":12345678901234567890,"small":123456789012345}');
		const item = await trigger.itemOf({ body: sent, contentType: 'application/json' });
		expect(item).toMatchObject({ order: null, small: 123456789012345 });
		expect(issuesOf(item)).toEqual([
			{ field: 'order', value: expect.anything(), problem: expect.stringContaining('as text') },
		]);
	});

	test.each([
		['2026-03-30 14:30:00+00', '2026-03-30T14:30:00Z'],
		['2026-03-30 14:30:00', '2026-03-30T14:30:00'],
		['Mon, 30 Mar 2026 14:30:00 +0200', '2026-03-30T14:30:00+02:00'],
		['March 30, 2026', '2026-03-30'],
		['2026-03-30T14:30:00.123Z', '2026-03-30T14:30:00.123Z'],
		['30th March 2026', '2026-03-30'],
		['Monday, March 30th, 2026', '2026-03-30'],
		['30-Mar-2026', '2026-03-30'],
		['2026/03/30', '2026-03-30'],
		['20260330', '2026-03-30'],
	])('a date that a person can read, %s, is ISO 8601', async (sent, created_at) => {
		const item = await trigger.itemOfCall(callScalerCall({ created_at: sent }));
		expect(item).toMatchObject({ created_at });
		expect(item).not.toHaveProperty('issues');
	});

	test('a date that says two days is flagged, and so is a fraction whose digits were lost', async () => {
		const { order: _, ...call } = callScalerCall({ created_at: '04/05/2026' });
		const sent = JSON.stringify(call).replace(/}$/, ',"order":1234567890123.4567}');
		const item = await trigger.itemOf({ body: sent, contentType: 'application/json' });
		expect(item).toMatchObject({ created_at: null, order: null });
		expect(
			issuesOf(item)
				.map(({ field }) => field)
				.sort(),
		).toEqual(['created_at', 'order']);
	});

	test('a hundred issues at most are on the item, and a few in the answer of 422', async () => {
		const wrong = Object.fromEntries(
			Array.from({ length: 5_000 }, (_, at) => [`f${at}${'\u0001'.repeat(99)}`, 2 ** 60]),
		);
		const issues = issuesOf(await trigger.itemOfCall(callScalerCall(wrong)));
		expect([issues.length, issues.at(-1)?.value]).toEqual([101, 4_900]);
		const strict = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { options: { onInvalidFields: 'reject' } },
		});
		const { verdict, body } = await strict.call(callScalerCall(wrong));
		expect(verdict).toBe('422 rejected');
		expect(JSON.stringify(body).length).toBeLessThan(8_000);
	});

	test('every field that cannot be typed has an issue of its own', async () => {
		const item = await trigger.itemOfCall(
			callScalerCall({ ai_score: 'high', qualified_ai: 'perhaps', created_at: 'yesterday', summary: { text: 'x' } }),
		);
		expect(item).toMatchObject({ ai_score: null, qualified_ai: null, created_at: null, summary: null });
		expect(
			issuesOf(item)
				.map(({ field }) => field)
				.sort(),
		).toEqual(['ai_score', 'created_at', 'qualified_ai', 'summary']);
	});

	test('numbers and booleans that arrive as text', async () => {
		const item = await trigger.itemOfCall(
			callScalerCall({ duration_seconds: '145', ai_score: '85', qualified_ai: 'true', ai_processed: 'false' }),
		);
		expect(item).toMatchObject({ duration_seconds: 145, ai_score: 85, qualified_ai: true, ai_processed: false });
		expect(item).not.toHaveProperty('issues');
	});

	test('documented values in other case, undocumented values and fields', async () => {
		const item = await trigger.itemOfCall(
			callScalerCall({ direction: 'INBOUND', ai_category: 'Lead', status: 'transferred', agent: 'Dana' }),
		);
		expect(item).toMatchObject({ direction: 'inbound', ai_category: 'lead', status: 'transferred', agent: 'Dana' });
	});

	test.each<[string, Delivery]>([
		['another content type', { body: JSON.stringify(postCall), contentType: 'text/plain' }],
		['a charset', { body: JSON.stringify(postCall), contentType: 'application/json; charset=utf-8' }],
	])('JSON under %s is read all the same', async (_, delivery) => {
		expect(await trigger.itemOf(delivery)).toEqual(postCall);
	});
});
