import { callScalerCall, qCallCall } from '../../../host/simulators';
import { Deployed, type ProviderName, rememberCalls } from './deployed';

rememberCalls();

const deploy = (provider: ProviderName, parameters: Record<string, unknown>) => new Deployed(provider, parameters);

/** The verdicts on two deliveries of one call, and on those of two. */
const ONCE = ['200 accepted', '200 duplicate'];
const TWICE = ['200 accepted', '200 accepted'];

/** What becomes of calls that are delivered one after another. */
async function verdictsOf(trigger: Deployed, ...calls: Array<Record<string, unknown>>): Promise<string[]> {
	const verdicts: string[] = [];
	for (const call of calls) verdicts.push((await trigger.call(call)).verdict);
	return verdicts;
}

describe('What makes two deliveries the same call', () => {
	const same = { call_id: 'same-call', delivery_id: 'same-delivery', ticket: 'same-ticket' };

	test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
		['callAndEvent, another event of the call', {}, { event: 'call.voicemail' }, TWICE],
		['callAndEvent, another delivery id', {}, { delivery_id: 'other' }, ONCE],
		['callAndEvent, another call', {}, { call_id: 'other' }, TWICE],
		['callAndEvent, completed under its older name', {}, { event: 'call.ended' }, TWICE],
		['callId, completed under its older name', { deduplicateBy: 'callId' }, { event: 'call.ended' }, ONCE],
		['callId, another event of the call', { deduplicateBy: 'callId' }, { event: 'call.voicemail' }, ONCE],
		['callId, another call', { deduplicateBy: 'callId' }, { call_id: 'other' }, TWICE],
		['deliveryId, another call', { deduplicateBy: 'deliveryId' }, { call_id: 'other' }, ONCE],
		['deliveryId, another delivery', { deduplicateBy: 'deliveryId' }, { delivery_id: 'other' }, TWICE],
		['a field of the user’s own', { deduplicateBy: 'customField', dedupeField: 'ticket' }, { call_id: 'other' }, ONCE],
		['another value of it', { deduplicateBy: 'customField', dedupeField: 'ticket' }, { ticket: 'other' }, TWICE],
		['no deduplication', { deduplicate: false }, {}, TWICE],
		['no key: always accepted', {}, { call_id: null }, TWICE],
	])('CallScaler, %s', async (_, parameters, change, expected) => {
		const trigger = deploy('callScaler', parameters);
		const first = callScalerCall({ ...same, ...('call_id' in change && change.call_id === null ? change : {}) });
		expect(await verdictsOf(trigger, first, { ...first, ...change })).toEqual(expected);
		expect(trigger.executions).toBe(expected === ONCE ? 1 : 2);
	});

	/** What a call has that looks like no other. */
	const AN_HOUR = { phone_number: '+919876500000', call_duration: 3600 };

	const INVENTED = 'https://example.com/call-recording.mp3';
	const LATEST = 'https://cdn.qcall.ai/recordings/latest.mp3';

	/** Of the calls, what both have that is not in the guide's example, and what the second has besides. */
	test.each<[string, Record<string, unknown>, Array<Record<string, string | number>>, string[]]>([
		['automatic, a call_id that the user added', {}, [{ call_id: 'x1' }, { recording_url: 'https://other' }], ONCE],
		['automatic, another call_id', {}, [{ call_id: 'x1' }, { call_id: 'y1' }], TWICE],
		['automatic, a call_sid', {}, [{ call_sid: 'x1' }, { recording_url: 'https://other' }], ONCE],
		['automatic, a callsid', {}, [{ callsid: 'x1' }, { recording_url: 'https://other' }], ONCE],
		['automatic, the recording', {}, [{}, { call_summary: 'other words' }], ONCE],
		['automatic, another recording', {}, [{}, { recording_url: 'https://other' }], TWICE],
		['automatic, an invented recording, two callers', {}, [{ recording_url: INVENTED }, AN_HOUR], TWICE],
		[
			'automatic, an invented recording, another duration',
			{},
			[{ recording_url: INVENTED }, { call_duration: 9 }],
			TWICE,
		],
		['automatic, the latest recording, two callers', {}, [{ recording_url: LATEST }, AN_HOUR], TWICE],
		[
			'automatic, the latest recording, the day after',
			{},
			[{ recording_url: LATEST }, { call_date: '2026-04-25' }],
			TWICE,
		],
		[
			'automatic, an invented call_id, two callers',
			{},
			[{ call_id: '12345' }, { phone_number: '+910000000000' }],
			TWICE,
		],
		[
			'automatic, another date that cannot be typed',
			{},
			[{ call_date: '04/05/2026' }, { call_date: '05/04/2026' }],
			TWICE,
		],
		['automatic, a call_id of nobody', {}, [{ call_id: '12345', phone_number: '', call_duration: '' }, {}], TWICE],
		[
			'automatic, a call_id of a withheld number',
			{},
			[{ call_id: '12345', phone_number: '+266696687', call_duration: '' }, {}],
			TWICE,
		],
		[
			'automatic, a recording with another signature',
			{},
			[
				{ recording_url: `${LATEST}?X-Amz-Date=1&X-Amz-Signature=1` },
				{ recording_url: `${LATEST}?X-Amz-Date=2&X-Amz-Signature=2` },
			],
			ONCE,
		],
		[
			'automatic, a recording with another id',
			{},
			[{ recording_url: `${LATEST}?id=7` }, { recording_url: `${LATEST}?id=8` }],
			TWICE,
		],
		[
			'automatic, a placeholder that nobody filled in',
			{},
			[{ call_sid: '{{call_sid}}', recording_url: '' }, AN_HOUR],
			TWICE,
		],
		['automatic, words in place of an ID', {}, [{ call_id: 'unbekannt', recording_url: '' }, AN_HOUR], TWICE],
		[
			'automatic, a recording without its name',
			{},
			[{ recording_url: 'https://cdn.qcall.ai/r/undefined.mp3' }, AN_HOUR],
			TWICE,
		],
		['automatic, caller, date and duration', {}, [{ recording_url: '' }, { call_summary: 'other words' }], ONCE],
		['automatic, another duration', {}, [{ recording_url: '' }, { call_duration: 185 }], TWICE],
		['automatic, another caller', {}, [{ recording_url: '' }, { phone_number: '+910000000000' }], TWICE],
		['automatic, nothing to tell by', {}, [{ recording_url: '', call_date: '' }, {}], TWICE],
		['automatic, a call that nobody answered', {}, [{ recording_url: '', call_duration: 0 }, {}], TWICE],
		['automatic, a call without a duration', {}, [{ recording_url: '', call_duration: '' }, {}], TWICE],
		[
			'automatic, number, date and duration in another notation',
			{},
			[
				{ recording_url: '', phone_number: '+919876543210', call_date: '2026-04-24', call_duration: 184 },
				{ phone_number: '+91 98765-43210', call_date: '2026-04-24T10:00:00Z', call_duration: '184' },
			],
			ONCE,
		],
		[
			'automatic, the date in words',
			{},
			[
				{ recording_url: '', phone_number: '+91 98765 43210', call_date: '24 April 2026' },
				{ phone_number: '919876543210', call_date: '2026-04-24' },
			],
			ONCE,
		],
		[
			'automatic, the date with its day of the week',
			{},
			[{ call_date: 'Friday, April 24th, 2026' }, { call_date: '24-Apr-2026' }],
			ONCE,
		],
		['automatic, the day after', {}, [{ recording_url: '' }, { call_date: '2026-04-25' }], TWICE],
		[
			'orderId, another call about the order',
			{ deduplicateBy: 'orderId' },
			[{}, { recording_url: 'https://other' }],
			ONCE,
		],
		['orderId, another order', { deduplicateBy: 'orderId' }, [{}, { order_id: 'ORD-2' }], TWICE],
		['orderId, no order', { deduplicateBy: 'orderId' }, [{ order_id: '' }, {}], TWICE],
		[
			'a field of the user’s own',
			{ deduplicateBy: 'customField', dedupeField: 'ticket' },
			[{ ticket: 'T1' }, { recording_url: 'https://other' }],
			ONCE,
		],
		['during a call', { triggerOn: 'duringCall' }, [{}, {}], TWICE],
		['at call start', { triggerOn: 'callStarted' }, [{}, {}], TWICE],
		...['+266696687', '+7378742833', 'sip:anonymous@anonymous.invalid', 'Caller ID blocked', 'XXXXXXXXXX'].map(
			(nobody): [string, Record<string, unknown>, Array<Record<string, string>>, string[]] => [
				`a field of the user’s own that is nobody: ${nobody}`,
				{ deduplicateBy: 'customField', dedupeField: 'phone_number' },
				[{ phone_number: nobody }, {}],
				TWICE,
			],
		),
		[
			'a field of the user’s own that is somebody',
			{ deduplicateBy: 'customField', dedupeField: 'phone_number' },
			[{ phone_number: '+2666966870' }, { recording_url: 'https://other' }],
			ONCE,
		],
		['no deduplication', { deduplicate: false }, [{}, {}], TWICE],
	])('QCall, %s', async (_, parameters, [both, change], expected) => {
		const trigger = deploy('qCall', parameters);
		const first = qCallCall(both);
		expect(await verdictsOf(trigger, first, { ...first, ...change })).toEqual(expected);
		expect(trigger.executions).toBe(expected === ONCE ? 1 : 2);
	});
});
