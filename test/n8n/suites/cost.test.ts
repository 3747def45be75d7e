import { boot, type N8n } from '../../../host';
import { callScalerCall } from '../../../host/simulators';
import { TriggerUnderTest } from './support/trigger-under-test';

const WITHOUT_SECRET = { 'X-Webhook-Secret': 'not-the-secret' };
/** n8n 1.x has one expression engine, which costs little and counts nothing. */
const onlyIn2 = process.env.N8N_HOST === '1.x' ? test.skip : test;

/** How often n8n took an isolate for its expression engine, by its own count. */
async function isolatesTaken(n8n: N8n): Promise<number> {
	const metrics = await (await fetch(`${n8n.url}/metrics`)).text();
	const [, count] = /^n8n_expression_pool_acquired_total (\d+)$/m.exec(metrics) ?? [];
	if (count === undefined) throw new Error('n8n does not count isolates under that name any more.');
	return Number(count);
}

describe('What a delivery costs', () => {
	let n8n: N8n;

	beforeAll(async () => {
		n8n = await boot({ env: { N8N_METRICS: 'true', N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' } });
	});
	afterAll(async () => {
		await n8n.stop();
	});

	onlyIn2('no delivery starts the expression engine (n8n 2.x, where that can be avoided)', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { filters: { minDuration: 30 } } });
		const call = callScalerCall();
		await trigger.executions();
		const before = await isolatesTaken(n8n);
		const verdicts = [
			await trigger.call(call),
			await trigger.call(call),
			await trigger.call(callScalerCall({ duration_seconds: 4 })),
			await trigger.send({ json: call, headers: WITHOUT_SECRET }),
		].map(({ verdict }) => verdict);
		expect(verdicts).toEqual(['200 accepted', '200 duplicate', '200 ignored', '401 rejected']);
		await trigger.executions();
		expect(await isolatesTaken(n8n)).toBe(before);
	});

	onlyIn2('an expression in a parameter does, and is evaluated for each delivery (n8n 2.x counts it)', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', {
			parameters: {
				filters: { minDuration: '={{ $json.body.duration_seconds + ($json.body.attempt === 1 ? 0 : 1) }}' },
			},
		});
		const before = await isolatesTaken(n8n);
		expect((await trigger.call(callScalerCall({ attempt: 1 }))).verdict).toBe('200 accepted');
		expect((await trigger.call(callScalerCall({ attempt: 2 }))).verdict).toBe('200 ignored');
		expect((await trigger.call(callScalerCall({ attempt: 1 }))).verdict).toBe('200 accepted');
		expect(await isolatesTaken(n8n)).toBeGreaterThanOrEqual(before + 3);
	});

	test('settings that were changed hold from the next delivery on', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { filters: { minDuration: 30 } } });
		expect((await trigger.call(callScalerCall({ duration_seconds: 4 }))).verdict).toBe('200 ignored');
		await trigger.change({ filters: { minDuration: 3 } });
		expect((await trigger.call(callScalerCall({ duration_seconds: 4 }))).verdict).toBe('200 accepted');
	});

	test('each of many calls at once is answered with the id of its own execution', async () => {
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
});
