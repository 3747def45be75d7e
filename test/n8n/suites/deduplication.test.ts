import { boot, deliver, type N8n, openSink, type Sink } from '../../../host';
import { CallScaler, callEndedCall, callScalerCall, isDelivered, QCall, qCallCall } from '../../../host/simulators';
import { ONCE, type ProviderName, TriggerUnderTest, verdictsOf } from './support/trigger-under-test';

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

	test.each([
		['callers that have letters', { phone_number: 'sip:alice@10.0.0.17' }, { phone_number: 'sip:bob@10.0.0.17' }],
		[
			'recordings that are no web address',
			{ recording_url: 's3://calls/1.mp3' },
			{ recording_url: 's3://calls/2.mp3' },
		],
	])('two calls of QCall with %s, alike in all else: each is handled', async (_, one, other) => {
		const trigger = await deploy('qCall');
		// The same for both, as where a model makes it up.
		const recording_url = 'https://cdn.qcall.ai/recordings/latest.mp3';
		for (const call of [one, other])
			expect((await trigger.call(qCallCall({ recording_url, ...call }))).verdict).toBe('200 accepted');
		expect(await trigger.executionCount()).toBe(2);
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
		let sent = 0;
		/** In the editor each of these ends the listening, since it shows why nothing came. */
		const send = async (json: unknown, headers: Record<string, string> = trigger.secretHeader) => {
			await n8n.workflows.listen(trigger.workflow.id);
			const answer = await deliver(url, { json, headers });
			sent += 1;
			const [newest] = await trigger.executions(sent);
			return { answer: answer.json, newest };
		};

		for (let time = 1; time <= 2; time++) {
			expect((await send(call, {})).answer).toMatchObject({ status: 'rejected' });
			expect((await send({ ...call, duration_seconds: 5 })).answer).toMatchObject({ status: 'ignored' });
			const { answer, newest } = await send(call);
			expect(answer).toMatchObject({ status: 'accepted' });
			expect(newest).toMatchObject({ mode: 'manual', status: 'success' });
			expect(await timesHandled(trigger, 'call_id', call.call_id)).toBe(time);
		}
		// Nor does a test use the key up.
		expect((await trigger.call(call)).verdict).toBe('200 accepted');
	});
});
