import type { IDataObject } from 'n8n-workflow';

import type { Delivery } from '../../nodes/delivery/delivery';
import { itemOf } from '../../nodes/delivery/item';
import type { Settings } from '../../nodes/delivery/settings';
import type { Issue } from '../../nodes/delivery/type';
import type { Provider } from '../../nodes/provider/provider';
import { UNIFIED_KEYS, unify, type UnifiedMapping } from '../../nodes/provider/unified';
import { qCall } from '../../nodes/QCall/provider';
import type { QCallCall } from '../../nodes/QCall/payload';
import { settingsFor } from './settings-for';

const delivery: Delivery = {
	...{ id: 'd1', receivedAt: new Date(0), method: 'PUT', remoteAddress: '192.0.2.1', headers: {}, query: {}, body: {} },
	...{
		trigger: { id: 't', name: 'The Trigger', instanceId: 'an instance' },
		via: 'webhook',
		isTest: false,
		isForSample: false,
	},
};
const key = { text: 'call_id: 7', digest: 'x', limits: { history: 1, windowInMs: 1 } };
const issues: Issue[] = [{ field: 'call_duration', value: 'long', problem: 'expected a number' }];

const numbered: Provider<QCallCall> = { ...qCall, attemptField: 'attempt' };

function item(
	change: Partial<Settings<QCallCall>>,
	call: IDataObject,
	more: { key?: typeof key; issues?: Issue[]; provider?: Provider<QCallCall>; fields?: IDataObject } = {},
) {
	const settings = { ...settingsFor<QCallCall>(), triggerOn: ['callEnded'], ...change };
	return itemOf({
		provider: qCall,
		issues: [],
		key: undefined,
		settings,
		delivery,
		fields: { sent: 1 },
		call,
		...more,
	});
}

it('is the typed call, what was sent, ten of its fields, or the same keys from every provider', () => {
	const call = { first_name: 'Ada', mood: 'sunny' };
	expect(item({ output: 'fields' }, call)).toEqual(call);
	expect(item({ output: 'raw' }, call)).toEqual({ sent: 1 });
	const simplified = item({ output: 'simplified' }, call);
	expect(Object.keys(simplified)).toEqual(qCall.simplified);
	expect(simplified).toMatchObject({ first_name: 'Ada', last_name: null });
	const customFields = ['mood', 'slot'].map((name) => ({ name, type: 'string' as const, required: false }));
	expect(item({ output: 'simplified', customFields }, call)).toEqual({ ...simplified, mood: 'sunny', slot: null });
	expect(item({ output: 'unified' }, call)).toMatchObject({
		...{ provider: 'qcall', event: 'call.completed', caller_name: 'Ada', custom: { mood: 'sunny' } },
	});
});

it('has every key in the unified output, and leaves over what was not taken, where that is not all blank', () => {
	const mapping: UnifiedMapping<IDataObject> = {
		call_id: { from: ['ref', 'sid'] },
		source: { from: ['site', 'ad'] },
		status: { from: ['state'], renamed: { won: 'answered' } },
		direction: { from: ['way'], renamed: { in: 'inbound' } },
		caller_name: { from: ['first', 'last'], value: ({ first }) => String(first) },
	};
	const taken = { ref: null, sid: ' ', ad: 'b', way: 'toString', first: 'Ada', last: 'L' };
	const leftOver = { state: 'won', site: '', mood: 'sunny', spare: null };
	expect(unify('bell', mapping, { ...taken, ...leftOver }, [])).toEqual({
		...Object.fromEntries(UNIFIED_KEYS.map((key) => [key, null])),
		...{ provider: 'bell', source: 'b', status: 'answered', direction: 'toString', caller_name: 'Ada' },
		custom: leftOver,
	});
});

it.each(['fields', 'simplified', 'unified'] as const)('tells what could not be typed in the output %s', (output) => {
	expect(item({ output }, {}, { issues })).toMatchObject({ issues });
	expect(item({ output }, {})).not.toHaveProperty('issues');
});

it('is what was sent and nothing else in the output raw', () => {
	expect(item({ output: 'raw' }, {}, { issues })).toEqual({ sent: 1 });
});

describe('the details of its delivery', () => {
	const details = {
		request_id: 'd1',
		received_at: '1970-01-01T00:00:00.000Z',
		remote_address: '192.0.2.1',
		method: 'PUT',
		attempt: null,
		dedupe_key: null,
		via: 'webhook',
	};

	it('are there where the user wants them', () => {
		expect(item({ includesDelivery: true }, {})).toEqual({ delivery: details });
		expect(item({ includesDelivery: true, output: 'raw' }, {})).toEqual({ sent: 1, delivery: details });
		expect(item({}, {})).toEqual({});
	});

	it('name the key and the attempt where there is one', () => {
		const settings = { includesDelivery: true };
		expect(item(settings, {}, { key })).toEqual({ delivery: { ...details, dedupe_key: 'call_id: 7' } });
		expect(item(settings, { attempt: 2 }, { provider: numbered })).toMatchObject({ delivery: { attempt: 2 } });
		expect(item(settings, {}, { provider: numbered })).toMatchObject({ delivery: { attempt: null } });
		expect(item(settings, { attempt: 2 })).toMatchObject({ delivery: { attempt: null } });
	});
});

it('has a hundred issues at most, and the number of all others in one more', () => {
	const many = (count: number) =>
		Array.from({ length: count }, (_, at) => ({ field: `f${at}`, value: 1, problem: 'p' }));
	expect(item({}, {}, { issues: many(100) })).toEqual({ issues: many(100) });
	expect(item({}, {}, { issues: many(40_000) })).toEqual({
		issues: [...many(100), { field: '', value: 39_900, problem: '39900 more fields have issues' }],
	});
});

it("keeps a provider's field that is called as one of ours, always under the same name", () => {
	const call = { issues: 'none', delivery: 'by post' };
	expect(item({ includesDelivery: true }, call, { issues })).toMatchObject({
		...{ issues_sent: 'none', issues, delivery_sent: 'by post', delivery: { request_id: 'd1' } },
	});
	for (const output of ['fields', 'raw'] as const) {
		for (const change of [{}, { includesDelivery: true }]) {
			for (const more of [{}, { issues }]) {
				expect(item({ output, ...change }, call, { ...more, fields: call })).toMatchObject({
					...{ issues_sent: 'none', delivery_sent: 'by post' },
				});
			}
		}
	}
	expect(item({}, call)).toEqual({ issues_sent: 'none', delivery_sent: 'by post' });
	const customFields = [{ name: 'issues', type: 'string' as const, required: false }];
	expect(item({ output: 'simplified', customFields }, call)).toMatchObject({ issues_sent: 'none' });
	expect(item({ output: 'unified' }, call)).toMatchObject({ custom: call });
	expect(item({ includesDelivery: true }, { delivery: 'by post', delivery_sent: 'by hand' })).toMatchObject({
		...{ delivery_sent: 'by post', delivery_sent_sent: 'by hand', delivery: { request_id: 'd1' } },
	});
	expect(Object.keys(item({ includesDelivery: true }, {}, { issues }))).toEqual(['issues', 'delivery']);
});
