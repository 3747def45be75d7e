import { callScalerCall, qCallCall, withMissing } from '../../../host/simulators';
import callEnded from '../../../host/simulators/payloads/callscaler-call-ended.json';
import postCall from '../../../host/simulators/payloads/callscaler-post-call.json';
import endOfCall from '../../../host/simulators/payloads/qcall-end-of-call.json';
import { Deployed, type ProviderName, rememberCalls } from './deployed';

const UNIFIED_KEYS = [
	'provider',
	'call_id',
	'event',
	'direction',
	'status',
	'started_at',
	'duration_seconds',
	'caller_name',
	'caller_phone',
	'caller_email',
	'destination_phone',
	'tracking_phone',
	'outcome',
	'qualified',
	'score',
	'sentiment',
	'category',
	'summary',
	'transcript',
	'recording_url',
	'value',
	'cost',
	'source',
	'campaign',
	'delivery_id',
	'custom',
];

describe('What the item looks like', () => {
	rememberCalls();

	function deploy(provider: ProviderName, parameters: Record<string, unknown>): Deployed {
		return new Deployed(provider, { deduplicate: false, ...parameters });
	}

	describe('fields, the default', () => {
		test('CallScaler: every documented field, whatever arrived', async () => {
			const item = await deploy('callScaler', {}).itemOfCall({ call_id: 'only-an-id' });
			expect(Object.keys(item).sort()).toEqual(Object.keys(postCall).sort());
			expect(item).toMatchObject({ call_id: 'only-an-id', event: null, attempt: null });
		});

		test('QCall: what arrived', async () => {
			const item = await deploy('qCall', {}).itemOfCall({ first_name: 'Kapil', address: '' });
			expect(item).toEqual({ first_name: 'Kapil', address: null });
		});
	});

	describe('raw', () => {
		test('what was sent, untouched', async () => {
			const sent = callScalerCall({ duration_seconds: '145', direction: 'INBOUND', utm_content: '', more: { a: [1] } });
			expect(await deploy('callScaler', { output: 'raw' }).itemOfCall(sent)).toEqual(sent);
			const call = withMissing(qCallCall(), 'order_id');
			expect(await deploy('qCall', { output: 'raw' }).itemOfCall(call)).toEqual(call);
		});
	});

	test.each(['fields', 'raw'])(
		'%s: a field that is called as one of ours has one name over all calls',
		async (output) => {
			const named = { issues: 'none', delivery: 'by post' };
			for (const includeDelivery of [false, true]) {
				const trigger = await deploy('qCall', { output, options: { includeDelivery } });
				for (const call_duration of [184, 'long']) {
					const item = await trigger.itemOfCall({ ...named, call_duration });
					expect(item).toMatchObject({ issues_sent: 'none', delivery_sent: 'by post' });
					expect([Object.hasOwn(item, 'issues'), Object.hasOwn(item, 'delivery')]).toEqual([
						output === 'fields' && call_duration === 'long',
						includeDelivery,
					]);
				}
			}
		},
	);

	test('raw: body and query string together, a file by its name, without issues', async () => {
		const trigger = await deploy('qCall', { output: 'raw' });
		const sent = { phone_number: '+919876543210', call_duration: 'long', order_id: ' 12345678' };
		const body = 'phone_number=+919876543210&call_duration=long&order_id=+12345678';
		const contentType = 'application/x-www-form-urlencoded';
		const item = await trigger.itemOf({ body, contentType, query: { campaign: 'spring', call_duration: '7' } });
		expect(item).toEqual({ ...sent, campaign: 'spring' });
	});

	describe('simplified', () => {
		test.each<[ProviderName, Record<string, unknown>]>([
			['callScaler', postCall],
			['qCall', endOfCall],
		])('%s: ten of the documented fields, with their values', async (provider, payload) => {
			const trigger = deploy(provider, { output: 'simplified' });
			const item = await trigger.itemOfCall(payload);
			expect(Object.keys(item)).toHaveLength(10);
			expect(payload).toMatchObject(item);
			const sparse = await trigger.itemOfCall({ call_id: 'x' });
			expect(Object.keys(sparse).sort()).toEqual(Object.keys(item).sort());
		});
	});

	describe('unified', () => {
		test('QCall: the same keys in the same order', async () => {
			const item = await deploy('qCall', { output: 'unified' }).itemOfCall(endOfCall);
			expect(Object.keys(item)).toEqual(UNIFIED_KEYS);
			expect(item).toMatchObject({
				provider: 'qcall',
				started_at: '2026-04-24',
				duration_seconds: 184,
				caller_name: 'Kapil Karda',
				caller_phone: '+919876543210',
				caller_email: 'kapil@example.com',
				outcome: 'Order Placed',
				sentiment: 'Positive',
				summary: endOfCall.call_summary,
				recording_url: endOfCall.recording_url,
				value: 3998,
				cost: 0.42,
				qualified: null,
				transcript: null,
			});
			expect(item.custom).toMatchObject({
				order_id: 'ORD-2026-00123',
				product_name: 'Premium Wireless Earbuds',
				quantity: 2,
				address: '42, Green Park, New Delhi',
				pincode: '110016',
			});
		});

		test('CallScaler: the same keys in the same order', async () => {
			const item = await deploy('callScaler', { output: 'unified' }).itemOfCall(postCall);
			expect(Object.keys(item)).toEqual(UNIFIED_KEYS);
			expect(item).toMatchObject({
				provider: 'callscaler',
				call_id: postCall.call_id,
				event: 'call.completed',
				direction: 'inbound',
				status: 'completed',
				started_at: '2026-03-30T14:30:00Z',
				duration_seconds: 145,
				caller_phone: '+13055559876',
				destination_phone: '+13055554567',
				tracking_phone: '+15735551234',
				qualified: true,
				score: 85,
				category: 'lead',
				summary: postCall.summary,
				transcript: postCall.transcription,
				recording_url: postCall.recording_url,
				source: 'google',
				campaign: 'hvac-tampa',
				delivery_id: 'uuid',
				caller_email: null,
				sentiment: null,
			});
			expect(item.custom).toMatchObject({ call_flow_name: 'Google Ads', gclid: 'abc123def456', robo_score: 0 });
		});

		test('CallScaler’s older payload', async () => {
			const item = await deploy('callScaler', { output: 'unified' }).itemOfCall(callEnded);
			expect(Object.keys(item)).toEqual(UNIFIED_KEYS);
			expect(item).toMatchObject({
				caller_name: 'Dana Reyes',
				caller_phone: '+13055559876',
				started_at: '2026-03-30T14:30:00Z',
				event: 'call.completed',
			});
		});

		test.each<[ProviderName, string, Record<string, unknown>, Record<string, unknown>]>([
			[
				'callScaler',
				'utm_source where source has a value',
				{ source: 'google', utm_source: 'newsletter' },
				{ source: 'google', custom: { utm_source: 'newsletter' } },
			],
			[
				'callScaler',
				'timestamp beside created_at',
				{ created_at: '2026-03-30T14:30:00Z', timestamp: '2026-03-30T14:29:00Z' },
				{ started_at: '2026-03-30T14:30:00Z', custom: { timestamp: '2026-03-30T14:29:00Z' } },
			],
			[
				'callScaler',
				'the event under its older name',
				{ event: 'call.ended' },
				{ event: 'call.completed', custom: { event: 'call.ended' } },
			],
			[
				'qCall',
				'call_sid beside call_id',
				{ call_id: 'a', call_sid: 'b', callsid: 'c' },
				{ call_id: 'a', custom: { call_sid: 'b', callsid: 'c' } },
			],
		])('%s, nothing that was sent is lost: %s', async (provider, _, sent, expected) => {
			const example = provider === 'qCall' ? qCallCall() : callScalerCall();
			const item = await deploy(provider, { output: 'unified' }).itemOfCall({ ...example, ...sent });
			expect(item).toMatchObject(expected);
		});

		test('nothing that was sent is lost: custom fields are in custom', async () => {
			const item = await deploy('qCall', { output: 'unified' }).itemOfCall({ ...qCallCall(), slot: 'morning' });
			expect(item.custom).toMatchObject({ slot: 'morning' });
		});
	});

	test('includeDelivery adds how the delivery came', async () => {
		const trigger = new Deployed('callScaler', { options: { includeDelivery: true } });
		const before = Date.now();
		const call = callScalerCall({ attempt: 2 });
		const item = await trigger.itemOfCall(call);
		expect(item.delivery).toMatchObject({
			method: 'POST',
			attempt: 2,
			remote_address: expect.stringContaining('127.0.0.1'),
		});
		expect(item.delivery).toHaveProperty('request_id');
		expect(JSON.stringify(item.delivery)).toContain(String(call.call_id));
		expect(item.delivery).toHaveProperty('received_at');
		const { received_at: receivedAt } = Object(item.delivery);
		expect(Date.parse(receivedAt)).toBeGreaterThanOrEqual(before - 1000);
		expect(Date.parse(receivedAt)).toBeLessThanOrEqual(Date.now() + 1000);
	});
});
