import { boot, type N8n, openSink, type Sink } from '../../../host';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { TriggerUnderTest } from './support/trigger-under-test';

/** One test for each row of the table of verdicts; the suites beside this one go into each of them. */
describe('What becomes of a delivery', () => {
	let n8n: N8n;
	let sink: Sink;
	let callScaler: TriggerUnderTest;
	let qCall: TriggerUnderTest;

	beforeAll(async () => {
		n8n = await boot({ env: { N8N_LOG_LEVEL: 'debug' } });
		sink = await openSink();
		// What is refused again and again is an alert, which is an execution: alerts.test.ts has those.
		const parameters = { options: { alerts: [] } };
		callScaler = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters });
		qCall = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters });
		// The first answer of a process waits for its execution's id only a moment, those after it as long as is needed.
		await qCall.call(qCallCall());
		await qCall.executions();
	});
	afterAll(async () => {
		await n8n.stop();
		await sink.close();
	});

	test('accepted, 200, with the id of the execution that n8n stored', async () => {
		const { verdict, body } = await callScaler.call(callScalerCall());
		expect(verdict).toBe('200 accepted');
		expect(body.success).toBe(true);
		const [execution, ...more] = await callScaler.executions();
		expect(execution).toMatchObject({ status: 'success', mode: 'webhook' });
		expect(more).toHaveLength(0);
		expect(body.execution_id).toBe(execution?.id);
	});

	test('accepted, many at once, each with the id of its own execution', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler');
		// n8n 1.x begins one after another, and an answer waits 5 s for that: on a slow machine 40 took longer.
		const calls = Array.from({ length: 15 }, () => callScalerCall());
		const ids = await Promise.all(calls.map(async (call) => (await trigger.call(call)).body.execution_id));
		await trigger.executions();
		for (const [index, id] of ids.entries()) {
			const [item] = id === undefined ? [] : (await n8n.executions.get(id)).items(trigger.name);
			expect(item?.call_id).toBe(calls[index]?.call_id);
		}
	});

	test('rejected, 401, without the secret: no execution', async () => {
		const before = await qCall.executionCount();
		const { verdict, body } = await qCall.send({ json: qCallCall(), headers: {} });
		expect(verdict).toBe('401 rejected');
		expect(body.success).toBe(false);
		expect(await qCall.executionCount()).toBe(before);
	});

	test.each([
		['a JSON array', { body: '[1, 2]', contentType: 'application/json' }],
		['a JSON text', { body: '"hello"', contentType: 'application/json' }],
		['nothing at all', {}],
		['XML', { body: '<call><id>1</id></call>', contentType: 'application/xml' }],
		['plain text', { body: 'hello', contentType: 'text/plain' }],
	])('rejected, 400, for %s: no execution', async (_, delivery) => {
		const before = await callScaler.executionCount();
		const { verdict, body } = await callScaler.send(delivery);
		expect(verdict).toBe('400 rejected');
		expect(body.success).toBe(false);
		expect(await callScaler.executionCount()).toBe(before);
	});

	test('rejected, 400, for a QCall delivery with neither a body nor a query string', async () => {
		expect((await qCall.send({ method: 'GET' })).verdict).toBe('400 rejected');
	});

	test('rejected, 422, for a field that cannot be typed, where the user wants that: held, key not used up', async () => {
		const strict = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { options: { onInvalidFields: 'reject' } },
		});
		const call = callScalerCall();
		const { verdict, body, message } = await strict.call({ ...call, duration_seconds: 'two minutes' });
		expect(verdict).toBe('422 rejected');
		expect(body.success).toBe(false);
		expect(message).toContain('duration_seconds');
		expect((await strict.executions(1)).map(({ status }) => status)).toEqual(['error']);
		expect((await strict.call(call)).verdict).toBe('200 accepted');
	});

	test('ignored, 200, with the reason: no execution', async () => {
		const choosy = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { filters: { minDuration: 200 } } });
		const { verdict, body, message } = await choosy.call(callScalerCall({ duration_seconds: 145 }));
		expect(verdict).toBe('200 ignored');
		expect(body.success).toBe(true);
		expect(message).toMatch(/minimum duration/i);
		expect(message).toContain('145');
		expect(await choosy.executionCount()).toBe(0);
	});

	test('duplicate, 200, saying when the first one came: no execution', async () => {
		const call = callScalerCall();
		const before = Date.now();
		expect((await callScaler.call(call)).verdict).toBe('200 accepted');
		const after = Date.now();
		const count = await callScaler.executionCount();
		const { verdict, body, message } = await callScaler.call(call);
		expect(verdict).toBe('200 duplicate');
		expect(body.success).toBe(true);
		const [when] = /\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(message) ?? [];
		expect(Date.parse(when ?? '')).toBeGreaterThanOrEqual(before - 1000);
		expect(Date.parse(when ?? '')).toBeLessThanOrEqual(after + 1000);
		expect(await callScaler.executionCount()).toBe(count);
	});

	test('in progress, 409, while the first delivery is worked on: under 10 seconds, no second execution', async () => {
		const slow = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { respond: 'lastNode' },
			next: [sink.node()],
		});
		const release = sink.hold();
		const call = callScalerCall();
		const first = slow.send({ json: call }).catch((error: unknown) => error);
		await sink.waitFor(1);
		const { verdict, body, ms } = await slow.call(call);
		expect(verdict).toBe('409 in_progress');
		expect(body.success).toBe(false);
		// The provider gives up after 10 s and would never read it.
		expect(ms).toBeLessThan(10_000);
		release();
		await first;
		expect(await slow.executionCount()).toBe(1);
		expect(sink.items()).toHaveLength(1);
	});

	test('every answer, log line and item of a delivery carries one request_id, and each has its own', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { filters: { minDuration: 10 }, options: { includeDelivery: true } },
		});
		const call = callScalerCall();
		// The header is compared with the body by send() itself, in each of these suites.
		const answers = [
			await trigger.call(call),
			await trigger.call(call),
			await trigger.call(callScalerCall({ duration_seconds: 5 })),
			await trigger.send({ json: call, headers: {} }),
			await trigger.send({}),
		];
		expect(answers.map(({ verdict }) => verdict)).toEqual([
			'200 accepted',
			'200 duplicate',
			'200 ignored',
			'401 rejected',
			'400 rejected',
		]);
		const ids = answers.map(({ body }) => body.request_id);
		expect(new Set(ids).size).toBe(answers.length);

		const [execution] = await trigger.executions();
		const [item] = (await n8n.executions.get(execution?.id ?? '')).items(trigger.name);
		expect(item).toMatchObject({ delivery: { request_id: ids[0] } });

		const lines = n8n.log().split('\n');
		for (const { verdict, body } of answers) {
			const [line, ...more] = lines.filter((each) => each.includes(body.request_id));
			expect(more).toEqual([]);
			expect(line).toContain(verdict);
			expect(line).toContain('127.0.0.1');
			// The time, which n8n puts in front at this level (docs/n8n.md, 33).
			expect(line).toMatch(/^\S*\d\d:\d\d:\d\d\.\d{3}/);
		}
	});

	test('in progress carries it too, and the last node’s answer in the header alone', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: { respond: 'lastNode', options: { includeDelivery: true } },
			next: [sink.node()],
		});
		sink.clear();
		const release = sink.hold();
		const call = callScalerCall();
		const first = trigger.exchange({ json: call });
		const [item] = await sink.waitFor(1);
		const second = await trigger.call(call);
		expect(second.verdict).toBe('409 in_progress');
		release();
		const { headers, json } = await first;
		expect(json).toEqual({ handled: true, position: 1 });
		expect(item).toMatchObject({ delivery: { request_id: headers['x-request-id'] } });
		expect(second.body.request_id).not.toBe(headers['x-request-id']);
	});

	test('every answer is JSON, and none tells the secret, a stack or a path', async () => {
		const refused = await callScaler.send({ json: callScalerCall(), headers: { 'X-Webhook-Secret': 'wrong' } });
		const told = JSON.stringify(refused.body);
		expect(told).not.toContain('a-long-and-random-secret');
		expect(told).not.toMatch(/\bat .*\.js|node_modules|\/home\/|\/root\//);
	});
});
