import { documentedFields as callScalerFields, callScalerSchema } from '../../nodes/CallScaler/payload';
import { callScaler } from '../../nodes/CallScaler/provider';
import { documentedFields as qCallFields, qCallSchema } from '../../nodes/QCall/payload';
import { qCall } from '../../nodes/QCall/provider';
import { UNIFIED_KEYS } from '../../nodes/provider/unified';
import { typeFields } from '../../nodes/delivery/type';
import older from '../../host/simulators/payloads/callscaler-call-ended.json';
import oldest from '../../host/simulators/payloads/callscaler-call-ended-minimal.json';
import callScalerExample from '../../host/simulators/payloads/callscaler-post-call.json';
import qCallExample from '../../host/simulators/payloads/qcall-end-of-call.json';

describe('CallScaler', () => {
	it('knows the 38 fields of the guide', () => {
		expect(Object.keys(callScalerFields)).toEqual(Object.keys(callScalerExample));
		expect(Object.keys(callScalerFields)).toHaveLength(38);
	});

	it("types the guide's example as the guide shows it", () => {
		expect(typeFields(callScalerSchema, callScalerExample, [])).toEqual({ call: callScalerExample, issues: [] });
	});

	it('gives every documented field, null where it did not arrive', () => {
		const { call, issues } = typeFields(callScalerSchema, {}, []);
		expect(issues).toEqual([]);
		expect(call).toEqual(Object.fromEntries(Object.keys(callScalerFields).map((name) => [name, null])));
	});

	it.each([
		['the older payload', older],
		['its subset', oldest],
	])('types %s, whose own fields stay', (_name, payload) => {
		const { call, issues } = typeFields(callScalerSchema, payload, []);
		expect(issues).toEqual([]);
		expect(call).toMatchObject(payload);
		expect(Object.keys(call)).toEqual(expect.arrayContaining(Object.keys(callScalerFields)));
	});

	it("offers the guide's example as its sample, with ids that look like ids", () => {
		const { business_id, call_flow_id, delivery_id, ...rest } = callScaler.sample(['call.completed']);
		expect({ ...rest, ...{ business_id: 'uuid', call_flow_id: 'uuid', delivery_id: 'uuid' } }).toEqual(
			callScalerExample,
		);
		for (const id of [business_id, call_flow_id, delivery_id]) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-/);
	});

	it.each([
		[['any'], { event: 'call.completed', qualified_ai: true }],
		[['call.failed', 'call.completed'], { event: 'call.completed' }],
		[['call.missed'], { event: 'call.missed', status: 'no-answer', duration_seconds: 0, recording_url: null }],
		[['call.failed'], { event: 'call.failed', status: 'failed', duration_seconds: 0, ai_score: null }],
		[['call.voicemail'], { event: 'call.voicemail', status: 'voicemail', qualified_ai: false }],
		[[], { event: 'call.completed' }],
	])('offers with Trigger On %j a sample that it includes', (triggerOn, expected) => {
		const { call, issues } = typeFields(callScalerSchema, callScaler.sample(triggerOn), []);
		expect(issues).toEqual([]);
		expect(call).toMatchObject(expected);
		expect(Object.keys(call)).toEqual(Object.keys(callScalerExample));
		expect(callScaler.triggerOn?.decidedBy?.nameIfNotChosen(call, triggerOn.length > 0 ? triggerOn : ['any'])).toBe(
			undefined,
		);
	});
});

describe('QCall', () => {
	it('knows the 17 fields of the guide', () => {
		expect(Object.keys(qCallFields)).toEqual(Object.keys(qCallExample));
		expect(Object.keys(qCallFields)).toHaveLength(17);
	});

	it("types the guide's example as the guide shows it", () => {
		expect(typeFields(qCallSchema, qCallExample, [])).toEqual({ call: qCallExample, issues: [] });
	});

	it('gives the same call where all of it arrives as text', () => {
		const asText = Object.fromEntries(Object.entries(qCallExample).map(([name, value]) => [name, String(value)]));
		expect(typeFields(qCallSchema, asText, [])).toEqual({ call: qCallExample, issues: [] });
	});

	it('gives only what arrived, empty text as null', () => {
		expect(typeFields(qCallSchema, { first_name: 'Kapil', order_id: '' }, []).call).toEqual({
			first_name: 'Kapil',
			order_id: null,
		});
	});

	it("offers the guide's example as its sample", () => {
		expect(qCall.sample(['callEnded'])).toEqual(qCallExample);
	});

	it('offers before the end of a call what is known by then', () => {
		expect(qCall.sample(['callStarted'])).toEqual({ phone_number: qCallExample.phone_number });
		expect(Object.keys(qCall.sample(['duringCall']))).toEqual(['phone_number', 'order_id']);
	});
});

test.each([
	[callScaler.title, callScaler.unified, callScaler.simplified],
	[qCall.title, qCall.unified, qCall.simplified],
])('%s fills the unified record and names ten simplified fields', (_title, unified, simplified) => {
	expect(UNIFIED_KEYS).toEqual(expect.arrayContaining(Object.keys(unified)));
	expect(simplified).toHaveLength(10);
});
