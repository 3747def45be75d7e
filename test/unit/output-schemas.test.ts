import { readFileSync } from 'node:fs';

import { NODE_VERSION, OUTPUT_SCHEMAS, outputSchemaOf } from '../../docs/output-schemas';
import older from '../../host/simulators/payloads/callscaler-call-ended.json';
import oldest from '../../host/simulators/payloads/callscaler-call-ended-minimal.json';
import postCall from '../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { CallScalerTrigger } from '../../nodes/CallScaler/CallScalerTrigger.node';
import { documentedFields as callScalerFields, callScalerSchema } from '../../nodes/CallScaler/payload';
import { callScaler } from '../../nodes/CallScaler/provider';
import { typeFields } from '../../nodes/delivery/type';
import { qCallSchema } from '../../nodes/QCall/payload';
import { qCall } from '../../nodes/QCall/provider';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';
import { strayFrom } from '../output-schema';

test.each(Object.entries(OUTPUT_SCHEMAS))(
	'the schema of %s that is published is that of its payload (npm run build writes it)',
	(_name, { file, payload }) => {
		expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(outputSchemaOf(payload))));
	},
);

test('it lies where n8n looks for it: under the version of the node', () => {
	const versions = [new CallScalerTrigger(), new QCallTrigger()].map(({ description }) => description.version);
	expect(versions).toEqual([NODE_VERSION, NODE_VERSION]);
});

test.each([postCall, older, oldest, {}, callScaler.sample(['any']), callScaler.sample(['call.missed'])])(
	'a call of CallScaler is as its schema says: %j',
	(payload) => {
		const { call } = typeFields(callScalerSchema, Object(payload), []);
		expect(strayFrom('CallScaler', call)).toBeUndefined();
	},
);

test.each([
	endOfCall,
	{},
	{ call_id: 'c-1', vip: true, preferred_day: '' },
	qCall.sample(['callEnded']),
	qCall.sample(['duringCall']),
])('a call of QCall is as its schema says: %j', (payload) => {
	const { call } = typeFields(qCallSchema, Object(payload), []);
	expect(strayFrom('QCall', call)).toBeUndefined();
});

test('what is not typed strays from it', () => {
	expect(strayFrom('CallScaler', { ...postCall, ai_score: '85' })).toContain('ai_score should be number,null');
	expect(strayFrom('QCall', { call_duration: '184' })).toContain('call_duration should be number,null');
	const { event: _event, ...withoutEvent } = postCall;
	expect(strayFrom('CallScaler', withoutEvent)).toContain("required property 'event'");
	expect(Object.keys(callScalerFields)).toContain('event');
});
