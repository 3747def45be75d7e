import { boot, deliver, type N8n, openSink, type Sink } from '../../../host';
import { CallScaler, callEndedCall, callScalerCall, isDelivered, QCall, qCallCall } from '../../../host/simulators';
import { type ProviderName, TriggerUnderTest } from './support/trigger-under-test';

let n8n: N8n;
let sink: Sink;
beforeAll(async () => {
	n8n = await boot();
	sink = await openSink();
});
afterAll(async () => {
	await n8n.stop();
	await sink.close();
});

async function deploy(provider: ProviderName, parameters: Record<string, unknown> = {}): Promise<TriggerUnderTest> {
	return await TriggerUnderTest.deploy(n8n, provider, { parameters, next: [sink.node()] });
}

/** How often the nodes behind the trigger worked on a call. */
async function timesHandled(trigger: TriggerUnderTest, field: string, value: unknown): Promise<number> {
	await trigger.executions();
	return sink.items().filter((item) => item[field] === value).length;
}

async function verdictsOf(trigger: TriggerUnderTest, ...calls: Array<Record<string, unknown>>): Promise<string[]> {
	const verdicts: string[] = [];
	for (const call of calls) verdicts.push((await trigger.call(call)).verdict);
	return verdicts;
}

const ONCE = ['200 accepted', '200 duplicate'];
const TWICE = ['200 accepted', '200 accepted'];

describe('A call that comes more than once', () => {
	test('five times at once: handled once, the others are duplicates, one execution', async () => {
		const trigger = await deploy('callScaler');
		const call = callScalerCall();
		const verdicts = await Promise.all(Array.from({ length: 5 }, async () => (await trigger.call(call)).verdict));
		expect(verdicts.sort()).toEqual(['200 accepted', ...Array.from({ length: 4 }, () => '200 duplicate')]);
		expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(1);
		expect(await trigger.executionCount()).toBe(1);
	});

	test('later: handled once', async () => {
		const trigger = await deploy('callScaler');
		const call = callScalerCall();
		await trigger.call(call);
		await trigger.executions();
		for (let n = 0; n < 20; n++) await trigger.call(callScalerCall());
		expect(await verdictsOf(trigger, call)).toEqual(['200 duplicate']);
		expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(1);
	});

	test('CallScaler’s attempts 2 and 3, with another attempt, time and delivery id: handled once', async () => {
		const trigger = await deploy('callScaler');
		const { url, secretHeader: headers } = trigger;
		const provider = new CallScaler({ url, headers, newDeliveryIdPerAttempt: true });
		const call = callScalerCall();
		// The first answer was lost on its way; CallScaler sends again though n8n has the call.
		for (const attempt of [1, 2, 3]) expect(isDelivered(await provider.attempt(call, attempt))).toBe(true);
		expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(1);
		expect(await trigger.executionCount()).toBe(1);
	});

	test('QCall’s two webhook tools with one URL, whose texts differ: handled once', async () => {
		const trigger = await deploy('qCall');
		const tool = { url: trigger.url, headers: trigger.secretHeader };
		const call = qCallCall();
		const attempts = await new QCall([tool, tool]).endCall(call);
		expect(attempts.every(isDelivered)).toBe(true);
		expect(await timesHandled(trigger, 'recording_url', call.recording_url)).toBe(1);
		expect(await trigger.executionCount()).toBe(1);
	});

	test('by different methods and content types: handled once', async () => {
		const trigger = await deploy('qCall');
		const tools = [
			{ url: trigger.url, headers: trigger.secretHeader },
			{ url: trigger.url, headers: trigger.secretHeader, method: 'GET' as const },
			{ url: trigger.url, headers: trigger.secretHeader, contentType: 'multipart/form-data' as const },
		];
		const call = qCallCall();
		expect((await new QCall(tools).endCall(call)).every(isDelivered)).toBe(true);
		expect(await timesHandled(trigger, 'recording_url', call.recording_url)).toBe(1);
	});

	test.each([
		['n8n was stopped and started', async () => await n8n.stopAndKeep()],
		['n8n was killed', async () => await n8n.kill()],
	])('after %s: handled once', async (_, end) => {
		const callScaler = await deploy('callScaler');
		const qCall = await deploy('qCall');
		const calls = { callScaler: callScalerCall(), qCall: qCallCall() };
		await callScaler.call(calls.callScaler);
		await qCall.call(calls.qCall);
		await callScaler.executions();
		await qCall.executions();
		await end();
		await n8n.bootAgain();
		await n8n.workflows.registered(callScaler.workflow.id);
		await n8n.workflows.registered(qCall.workflow.id);

		// Nobody could know it before the database is asked: the answer may be accepted, but nothing is done twice.
		const [again, qAgain] = [await callScaler.call(calls.callScaler), await qCall.call(calls.qCall)];
		expect(again.verdict).toMatch(/^200 (accepted|duplicate)$/);
		expect(qAgain.verdict).toMatch(/^200 (accepted|duplicate)$/);
		expect(await timesHandled(callScaler, 'call_id', calls.callScaler.call_id)).toBe(1);
		expect(await timesHandled(qCall, 'recording_url', calls.qCall.recording_url)).toBe(1);
		// And another call is let through as ever.
		const another = callScalerCall();
		await callScaler.call(another);
		expect(await timesHandled(callScaler, 'call_id', another.call_id)).toBe(1);
	});
});

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
		const trigger = await deploy('callScaler', parameters);
		const first = callScalerCall({ ...same, ...('call_id' in change && change.call_id === null ? change : {}) });
		expect(await verdictsOf(trigger, first, { ...first, ...change })).toEqual(expected);
		expect(await trigger.executionCount()).toBe(expected === ONCE ? 1 : 2);
	});

	/** What a call has that looks like no other. */
	const AN_HOUR = { phone_number: '+919876500000', call_duration: 3600 };

	test.each<
		[string, Record<string, unknown>, Record<string, string | number>, Record<string, string | number>, string[]]
	>([
		['automatic, a call_id that the user added', {}, { call_id: 'x1' }, { recording_url: 'https://other' }, ONCE],
		['automatic, another call_id', {}, { call_id: 'x1' }, { call_id: 'y1' }, TWICE],
		['automatic, a call_sid', {}, { call_sid: 'x1' }, { recording_url: 'https://other' }, ONCE],
		['automatic, a callsid', {}, { callsid: 'x1' }, { recording_url: 'https://other' }, ONCE],
		['automatic, the recording', {}, {}, { call_duration: 185, phone_number: '+91000' }, ONCE],
		['automatic, another recording', {}, {}, { recording_url: 'https://other' }, TWICE],
		[
			'automatic, a placeholder that nobody filled in',
			{},
			{ call_sid: '{{call_sid}}', recording_url: '' },
			AN_HOUR,
			TWICE,
		],
		['automatic, words in place of an ID', {}, { call_id: 'unbekannt', recording_url: '' }, AN_HOUR, TWICE],
		[
			'automatic, a recording without its name',
			{},
			{ recording_url: 'https://cdn.qcall.ai/r/undefined.mp3' },
			AN_HOUR,
			TWICE,
		],
		['automatic, caller, date and duration', {}, { recording_url: '' }, { call_summary: 'other words' }, ONCE],
		['automatic, another duration', {}, { recording_url: '' }, { call_duration: 185 }, TWICE],
		['automatic, another caller', {}, { recording_url: '' }, { phone_number: '+910000000000' }, TWICE],
		['automatic, nothing to tell by', {}, { recording_url: '', call_date: '' }, {}, TWICE],
		['automatic, a call that nobody answered', {}, { recording_url: '', call_duration: 0 }, {}, TWICE],
		['automatic, a call without a duration', {}, { recording_url: '', call_duration: '' }, {}, TWICE],
		[
			'automatic, number, date and duration in another notation',
			{},
			{ recording_url: '', phone_number: '+919876543210', call_date: '2026-04-24', call_duration: 184 },
			{ phone_number: '+91 98765-43210', call_date: '2026-04-24T10:00:00Z', call_duration: '184' },
			ONCE,
		],
		[
			'automatic, the date in words',
			{},
			{ recording_url: '', phone_number: '+91 98765 43210', call_date: '24 April 2026' },
			{ phone_number: '919876543210', call_date: '2026-04-24' },
			ONCE,
		],
		['automatic, the day after', {}, { recording_url: '' }, { call_date: '2026-04-25' }, TWICE],
		[
			'orderId, another call about the order',
			{ deduplicateBy: 'orderId' },
			{},
			{ recording_url: 'https://other' },
			ONCE,
		],
		['orderId, another order', { deduplicateBy: 'orderId' }, {}, { order_id: 'ORD-2' }, TWICE],
		['orderId, no order', { deduplicateBy: 'orderId' }, { order_id: '' }, {}, TWICE],
		[
			'a field of the user’s own',
			{ deduplicateBy: 'customField', dedupeField: 'ticket' },
			{ ticket: 'T1' },
			{ recording_url: 'https://other' },
			ONCE,
		],
		['during a call', { triggerOn: 'duringCall' }, {}, {}, TWICE],
		['at call start', { triggerOn: 'callStarted' }, {}, {}, TWICE],
		['no deduplication', { deduplicate: false }, {}, {}, TWICE],
	])('QCall, %s', async (_, parameters, both, change, expected) => {
		const trigger = await deploy('qCall', parameters);
		const first = qCallCall(both);
		expect(await verdictsOf(trigger, first, { ...first, ...change })).toEqual(expected);
		expect(await trigger.executionCount()).toBe(expected === ONCE ? 1 : 2);
	});
});

describe('CallScaler’s Webhook step and post-call webhook, both with the URL of one trigger', () => {
	const qualifiedOnly = { filters: { qualification: 'qualified' } };
	test.each([
		['no filter', {}],
		['a filter on what only the second one knows', qualifiedOnly],
	])('%s: the thin delivery and the one with the AI data both run, once each', async (_, parameters) => {
		const trigger = await deploy('callScaler', parameters);
		const call_id = crypto.randomUUID();
		const [thin, whole] = [callEndedCall({ call_id }), callScalerCall({ call_id, qualified_ai: true })];
		expect(await verdictsOf(trigger, thin, thin, whole, whole)).toEqual([...ONCE, ...ONCE]);
		await trigger.executions();
		const ran = sink.items().filter((item) => item.call_id === call_id);
		expect(ran.map(({ event, qualified_ai }) => ({ event, qualified_ai }))).toEqual([
			{ event: 'call.ended', qualified_ai: null },
			{ event: 'call.completed', qualified_ai: true },
		]);
	});

	test('a condition leaves the thin one out', async () => {
		const rows = [{ field: 'event', operator: 'notEquals', value: 'call.ended' }];
		const trigger = await deploy('callScaler', { conditions: { rows } });
		const call_id = crypto.randomUUID();
		const verdicts = await verdictsOf(trigger, callEndedCall({ call_id }), callScalerCall({ call_id }));
		expect(verdicts).toEqual(['200 ignored', '200 accepted']);
	});
});

describe('Whose memory it is', () => {
	test('a duplicated workflow has one of its own', async () => {
		const trigger = await deploy('callScaler');
		const call = callScalerCall();
		await trigger.call(call);
		const copy = await n8n.workflows.duplicate(trigger.workflow.id);
		await n8n.workflows.activate(copy.id);
		const answer = await deliver(n8n.productionUrl(copy), { headers: trigger.secretHeader, json: call });
		expect(answer.json).toMatchObject({ status: 'accepted' });
		await n8n.executions.settled(copy.id);
		expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(2);
	});

	test('an edited and republished workflow keeps it', async () => {
		const trigger = await deploy('callScaler');
		const call = callScalerCall();
		await trigger.call(call);
		await trigger.executions();
		await trigger.change({ filters: { minDuration: 1 } });
		expect((await trigger.call(call)).verdict).toMatch(/^200 (accepted|duplicate)$/);
		expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(1);
	});
});

describe('While testing in the editor', () => {
	test('the test URL authenticates and filters, and never dedupes', async () => {
		const trigger = await deploy('callScaler', { filters: { minDuration: 60 } });
		const call = callScalerCall();
		const url = n8n.testUrl(trigger.workflow);
		const send = async (json: unknown, headers: Record<string, string> = trigger.secretHeader) =>
			(await deliver(url, { json, headers })).json;

		for (let time = 1; time <= 2; time++) {
			// In the editor each of these ends the listening, since it shows why nothing came.
			await n8n.workflows.listen(trigger.workflow.id);
			expect(await send(call, {})).toMatchObject({ status: 'rejected' });
			await trigger.executions();
			await n8n.workflows.listen(trigger.workflow.id);
			expect(await send({ ...call, duration_seconds: 5 })).toMatchObject({ status: 'ignored' });
			await trigger.executions();
			await n8n.workflows.listen(trigger.workflow.id);
			expect(await send(call)).toMatchObject({ status: 'accepted' });
			const [newest] = await trigger.executions();
			expect(newest).toMatchObject({ mode: 'manual', status: 'success' });
			expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(time);
		}
		// Nor does a test use the key up.
		expect((await trigger.call(call)).verdict).toBe('200 accepted');
	});
});
