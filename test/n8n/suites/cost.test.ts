import { boot, type N8n } from '../../../host';
import { callScalerCall } from '../../../host/simulators';
import { TriggerUnderTest } from './support/trigger-under-test';

const WITHOUT_SECRET = { 'X-Webhook-Secret': 'not-the-secret' };

/** How often n8n took an isolate for its expression engine, by its own count. */
async function isolatesTaken(n8n: N8n): Promise<number> {
	const metrics = await (await fetch(`${n8n.url}/metrics`)).text();
	const [, count] = /^n8n_expression_pool_acquired_total (\d+)$/m.exec(metrics) ?? [];
	if (count === undefined) throw new Error('n8n does not count isolates under that name any more.');
	return Number(count);
}

/** In n8n 2.x alone: 1.x has one expression engine, which costs little and counts nothing. */
describe('What a delivery costs', () => {
	let n8n: N8n;

	beforeAll(async () => {
		n8n = await boot({ env: { N8N_METRICS: 'true', N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' } });
	});
	afterAll(async () => {
		await n8n.stop();
	});

	test('no delivery starts the expression engine', async () => {
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

	test('an expression in a parameter does, and is evaluated for each delivery', async () => {
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
});
