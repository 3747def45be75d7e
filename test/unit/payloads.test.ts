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

	it("offers the guide's example as its sample", () => {
		expect(callScaler.sample).toEqual(callScalerExample);
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
		expect(qCall.sample).toEqual(qCallExample);
	});
});

test.each([
	[callScaler.title, callScaler.unified, callScaler.simplified],
	[qCall.title, qCall.unified, qCall.simplified],
])('%s fills the unified record and names ten simplified fields', (_title, unified, simplified) => {
	expect(UNIFIED_KEYS).toEqual(expect.arrayContaining(Object.keys(unified)));
	expect(simplified).toHaveLength(10);
});
