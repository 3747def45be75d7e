import { setTimeout as sleep } from 'node:timers/promises';

import { boot, callScalerCredential, deliver, type N8n } from '../../../host';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { clockAhead, openProbe, type Probe } from '../../../host/probe';
import { waitUntil } from '../../../lib/wait-until';
import { errorWorkflow } from '../support/error-workflow';
import { type ProviderName, SECRET, TriggerUnderTest } from './support/trigger-under-test';

/** n8n makes an isolate for each request, which takes longer than all else, whether or not an expression needs it. */
const ONLY_NEEDED_ISOLATES = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };
const HOUR_IN_MILLISECONDS = 3_600_000;
const AT_ONCE = 8;
/** REFUSED_DELIVERIES=10000 for figures: n8n 1.x takes a tenth of a second for each. */
const REFUSED = Number(process.env.REFUSED_DELIVERIES ?? (process.env.N8N_HOST === '1.x' ? 100 : 2_000));

let n8n: N8n;
let probe: Probe;
beforeAll(async () => {
	probe = await openProbe({ minutesAreSeconds: true });
	n8n = await boot({ env: { ...probe.env, ...ONLY_NEEDED_ISOLATES } });
});
afterAll(async () => {
	await n8n.stop();
});

const CALL: Record<ProviderName, () => Record<string, unknown>> = { qCall: qCallCall, callScaler: callScalerCall };
const STRANGE = { headers: { 'X-Webhook-Secret': 'mistyped', Authorization: 'mistyped' } };

describe.each<ProviderName>(['callScaler', 'qCall'])('%s', (provider) => {
	test('deliveries that are refused start the Error Workflow once, and a retry runs nothing', async () => {
		const { watcher, told } = await errorWorkflow(n8n);
		const settings = { errorWorkflow: watcher.id, timezone: 'Asia/Kolkata' };
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { settings });
		for (let time = 0; time < 2; time++)
			expect((await trigger.send({ ...STRANGE, json: CALL[provider]() })).verdict).toBe('401 rejected');
		expect((await trigger.call(CALL[provider]())).verdict).toBe('200 accepted');
		for (let time = 0; time < 12; time++)
			expect((await trigger.send({ ...STRANGE, json: CALL[provider]() })).verdict).toBe('401 rejected');

		const [alert, ...more] = await told(1);
		expect(more).toEqual([]);
		expect(alert?.message).toMatch(
			/^3 call deliveries were refused since \d\d:\d\d \(.+\), because the header [\w-]+ holds another secret than n8n's credential$/,
		);
		expect(alert?.description).toContain('Enter the same secret in both');
		expect(alert?.description).not.toContain('no Error Workflow');
		expect(alert?.url).toContain(trigger.workflow.id);

		const executions = await trigger.executions(2);
		expect(executions.map(({ status }) => status)).toEqual(['error', 'success']);
		const failed = await n8n.executions.get(executions[0]?.id ?? '');
		expect(failed.storedData).not.toContain('mistyped');
		expect(await n8n.executions.saysOfItself(failed.id)).toEqual({ verdict: 'alert', reason: alert?.message });
		const retried = await n8n.executions.get(await n8n.executions.retry(failed.id, trigger.workflow.id));
		expect([retried.status, retried.items('Next step')]).toEqual(['success', []]);
		expect(await told(1)).toHaveLength(1);
	});

	test('deliveries with the secret and nothing to read start it too', async () => {
		const { watcher, told } = await errorWorkflow(n8n);
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { settings: { errorWorkflow: watcher.id } });
		for (let time = 0; time < 3; time++) expect((await trigger.send({})).verdict).toBe('400 rejected');
		expect((await told(1)).map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^3 call deliveries were refused since \d\d:\d\d \(.+\), because there was nothing to read in them$/,
			),
		]);
	});

	test('a call is let in as ever, and no alert comes, while the secret is changed with Previous Secret', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider);
		expect((await trigger.call(CALL[provider]())).verdict).toBe('200 accepted');
		for (let time = 0; time < 2; time++) await trigger.send({ ...STRANGE, json: CALL[provider]() });
		expect((await trigger.call(CALL[provider]())).verdict).toBe('200 accepted');
		for (let time = 0; time < 2; time++) await trigger.send({ ...STRANGE, json: CALL[provider]() });
		expect((await trigger.executions(2)).map(({ status }) => status)).toEqual(['success', 'success']);
	});
});

test('no call for a while starts the Error Workflow once, and again only after a call', async () => {
	const { watcher, told } = await errorWorkflow(n8n);
	const parameters = { options: { alerts: ['noCall'], alertAfterHours: 2 } };
	const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters });
	// Chosen once it is published: it counts at once, and the alert must not say that there is none.
	const settings = { ...trigger.workflow.settings, errorWorkflow: watcher.id };
	await n8n.workflows.update(trigger.workflow.id, { settings });
	const off = await TriggerUnderTest.deploy(n8n, 'qCall', { settings: { errorWorkflow: watcher.id } });
	try {
		await probe.shiftClock(2 * HOUR_IN_MILLISECONDS);
		const [first] = await told(1);
		expect(first?.message).toMatch(/^No call has arrived for 2 hours, since .*, when this workflow was published/);
		expect(first?.description).not.toContain('no Error Workflow');
		expect((await trigger.call(qCallCall())).verdict).toBe('200 accepted');
		await probe.shiftClock(6 * HOUR_IN_MILLISECONDS);
		const messages = await waitUntil('it is told of again', async () => {
			const both = await told(1);
			return both.length > 1 && both.map(({ message }) => message);
		});
		expect(messages[0]).toMatch(/^No call has arrived for 4 hours, since \d\d:\d\d/);
		await probe.shiftClock(99 * HOUR_IN_MILLISECONDS);
		await sleep(SOME_MINUTES_IN_MILLISECONDS);
		expect(await told(2)).toHaveLength(2);
		expect(await off.executionCount()).toBe(0);
	} finally {
		await probe.shiftClock(0);
	}
});

test(`${REFUSED} refused deliveries make one execution`, async () => {
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler');
	const before = await probe.memory();
	for (let sent = 0; sent < REFUSED; sent += 20)
		await Promise.all(Array.from({ length: 20 }, async () => await trigger.exchange({ ...STRANGE, json: {} })));
	expect(await trigger.executionCount()).toBe(1);
	const grown = (await probe.memory()).heapUsed - before.heapUsed;
	process.stdout.write(`${REFUSED} refused deliveries leave ${Math.round(grown / 1_000)} kB in n8n's heap.\n`);
	expect(grown).toBeLessThan(20_000_000);
});

const NEW_SECRET = 'the-new-one-that-the-provider-sends';
/** Minutes are seconds: in so many, an alert would have come. */
const SOME_MINUTES_IN_MILLISECONDS = 3_000;

test('a day without a reason for an alert gives none: a burst, slips, a quiet night, a restart, an update, a new secret, tests', async () => {
	const { watcher, told } = await errorWorkflow(n8n);
	const credential = await n8n.credentials.create(callScalerCredential(SECRET));
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', {
		credential,
		parameters: { options: { alerts: ['deliveriesRefused', 'noCall'], alertAfterHours: 16 } },
		settings: { errorWorkflow: watcher.id },
	});
	const calls = async (count: number, secret = SECRET) => {
		const deliveries = Array.from({ length: count }, () => ({
			headers: { 'X-Webhook-Secret': secret },
			json: callScalerCall(),
		}));
		// Of more at once a slow machine answers some with 503, for which somebody is told.
		for (let first = 0; first < count; first += AT_ONCE) {
			const some = deliveries.slice(first, first + AT_ONCE);
			const answers = await Promise.all(some.map(async (delivery) => await trigger.exchange(delivery)));
			expect(answers.map(({ status }) => status)).toEqual(some.map(() => 200));
		}
	};
	const strays = async (count: number) => {
		for (let time = 0; time < count; time++)
			expect((await trigger.exchange({ ...STRANGE, json: {} })).status).toBe(401);
	};
	const at = async (hour: number) => {
		await probe.shiftClock(hour * HOUR_IN_MILLISECONDS);
		await sleep(SOME_MINUTES_IN_MILLISECONDS);
	};

	try {
		await strays(2);
		await calls(40);
		await strays(2);
		await at(9);
		await calls(2);
		await at(15);
		await strays(1);
		await at(24);
		await n8n.stopAndKeep();
		await n8n.bootAgain(clockAhead(24 * HOUR_IN_MILLISECONDS));
		await n8n.workflows.registered(trigger.workflow.id);
		await calls(2);
		await trigger.change({ filters: { minDuration: 1 } });
		await calls(2);
		await testsWithAnotherSecret(trigger);
		await n8n.credentials.update(credential, {
			headerName: 'X-Webhook-Secret',
			secret: NEW_SECRET,
			previousSecret: SECRET,
		});
		await calls(5);
		await at(39);
		await calls(2, NEW_SECRET);

		const statuses = new Set((await trigger.executions(53)).map(({ status }) => status));
		expect([...statuses]).toEqual(['success']);
		expect(await told(0)).toEqual([]);
	} finally {
		await probe.shiftClock(0);
	}
});

async function testsWithAnotherSecret({ workflow }: TriggerUnderTest): Promise<void> {
	for (let time = 0; time < 4; time++) {
		// n8n ends the listening of the test before a moment after its delivery was answered, and perhaps the next one with it.
		await waitUntil('a test was refused', async () => {
			await n8n.workflows.listen(workflow.id);
			return (await deliver(n8n.testUrl(workflow), { ...STRANGE, json: {} })).status === 401;
		});
	}
}
