import { callScalerTrigger, deliver, type N8n, workflowOf } from '../../../../host';
import callScalerCall from '../../../../host/simulators/payloads/callscaler-post-call.json';
import qCallCall from '../../../../host/simulators/payloads/qcall-end-of-call.json';
import { oneN8n } from '../support/one-n8n';
import { type ProviderName, TriggerUnderTest } from '../support/trigger-under-test';

let n8n: N8n;

beforeAll(async () => {
	n8n = await oneN8n();
});

const guides: Array<[ProviderName, Record<string, unknown>]> = [
	['qCall', qCallCall],
	['callScaler', callScalerCall],
];

/** Of a browser, which wants a page. */
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function open(url: string) {
	return await deliver(`${url}/sample`, { method: 'GET' });
}

/** Listens, opens the sample as a browser does, without any header, and gives what the trigger put out. */
async function sampleOf(trigger: TriggerUnderTest): Promise<Record<string, unknown>> {
	const before = await trigger.executionCount();
	await n8n.workflows.listen(trigger.workflow.id);
	const answer = await open(n8n.testUrl(trigger.workflow));
	expect([answer.status, answer.json]).toMatchObject([200, { success: true, status: 'accepted' }]);
	const [newest] = await trigger.executions(before + 1);
	const [item] = (await n8n.executions.get(newest?.id ?? '')).items(trigger.name);
	return item ?? {};
}

describe.each(guides)('the sample of %s', (provider, call) => {
	test("is the guide's call, typed as a real one", async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider);
		// The guide has the word "uuid" where an id would be.
		const isId = (value: unknown) => value === 'uuid';
		const ids = Object.entries(call).map(([name, value]) => [
			name,
			isId(value) ? expect.stringMatching(/^[0-9a-f-]{36}$/) : value,
		]);
		expect(await sampleOf(trigger)).toEqual(Object.fromEntries(ids));
	});

	test('comes in the chosen output, whatever the filters say', async () => {
		const filters = { minDuration: 100_000 };
		const trigger = await TriggerUnderTest.deploy(n8n, provider, { parameters: { output: 'unified', filters } });
		expect(await sampleOf(trigger)).toMatchObject({
			event: 'call.completed',
			caller_phone: expect.stringMatching(/^\+/),
		});
	});

	test('ends listening, as any test event, and is never a duplicate', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider);
		await sampleOf(trigger);
		expect((await open(n8n.testUrl(trigger.workflow))).status).toBe(404);
		expect(await sampleOf(trigger)).toMatchObject({ recording_url: call.recording_url });
		expect(await trigger.call(call)).toMatchObject({ verdict: '200 accepted' });
	});

	test('does not exist in production, published or not', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider);
		const published = await open(trigger.url);
		expect([published.status, published.json]).toMatchObject([404, { success: false, status: 'rejected' }]);
		expect(await trigger.executions()).toEqual([]);
		await n8n.workflows.deactivate(trigger.workflow.id);
		expect((await open(trigger.url)).status).toBe(404);
	});
});

describe.each(guides)('a call of %s at the URL of the sample', (provider, call) => {
	test('is told where to go, at the test URL and in production', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider);
		await n8n.workflows.listen(trigger.workflow.id);
		const [test, production] = [
			await deliver(`${n8n.testUrl(trigger.workflow)}/sample`, { json: call }),
			await deliver(`${trigger.url}/sample`, { json: call }),
		];
		const answer = { success: false, status: 'rejected', message: expect.stringContaining('same URL without /sample') };
		expect([test.status, test.json]).toMatchObject([404, answer]);
		expect([production.status, production.json]).toMatchObject([404, answer]);
		// Whoever listens sees why nothing arrives.
		const [newest] = await trigger.executions(1);
		const { items, storedData } = await n8n.executions.get(newest?.id ?? '');
		expect(items(trigger.name)).toEqual([]);
		expect(storedData).toContain('same URL without /sample');
	});
});

test('opened in a browser, it is a page that says what filters would do; the item is in n8n all the same', async () => {
	const parameters = { triggerOn: ['call.missed'], filters: { minDuration: 30 } };
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters });
	const visit = async (url: string) => await deliver(`${url}/sample`, { method: 'GET', headers: BROWSER });

	await n8n.workflows.listen(trigger.workflow.id);
	const page = await visit(n8n.testUrl(trigger.workflow));
	expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
	expect(page.text).toMatch(/<h1>The example call is in n8n<.h1>[^]*the filter Minimum Duration excludes it/);
	const [newest] = await trigger.executions(1);
	const execution = await n8n.executions.get(newest?.id ?? '');
	expect(execution.items(trigger.name)).toMatchObject([{ event: 'call.missed', duration_seconds: 0, summary: null }]);
	expect(execution.storedData).toContain('A real call like this example would be ignored');

	const production = await visit(trigger.url);
	expect([production.status, production.text]).toEqual([404, expect.stringContaining('<h1>No example call</h1>')]);
});

test('its page says what became of the last deliveries, the newest first, and since when there was none', async () => {
	const parameters = { filters: { minDuration: 30 } };
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters });
	const lookAt = async () => {
		const before = await trigger.executionCount();
		await n8n.workflows.listen(trigger.workflow.id);
		const { text } = await deliver(`${n8n.testUrl(trigger.workflow)}/sample`, { method: 'GET', headers: BROWSER });
		// Until that has ended n8n listens for nobody else.
		await trigger.executions(before + 1);
		return text;
	};
	expect(await lookAt()).toMatch(/<h2>What came to the Production URL<.h2>\n<p>Nothing, since \d/);

	const json = { ...callScalerCall, call_id: 'seen', duration_seconds: 31 };
	const short = { ...callScalerCall, duration_seconds: 12, caller_phone: '+15735550177' };
	const answers = [
		await trigger.send({ json }),
		await trigger.send({ json: short }),
		await trigger.send({ json }),
		await trigger.send({ json, headers: { 'X-Webhook-Secret': 'mistyped' } }),
		await trigger.send({ body: '[1]', contentType: 'application/json' }),
	];
	await trigger.change({ output: 'xml' });
	answers.push(await trigger.send({ json: { ...json, call_id: 'held' } }));
	const page = await lookAt();
	const shown = [...page.matchAll(/<b>(\w+)<.b> .(\d+). <small>([^<]*)<.small><br>([^<]*)</g)];
	expect(shown.map(([, verdict, status, id]) => [`${status} ${verdict}`, id])).toEqual(
		answers.map(({ verdict, body }) => [verdict, body.request_id]).reverse(),
	);
	const reasons = ['Output must be one of', 'nothing to read', 'another secret', 'accepted before', 'Minimum Duration'];
	for (const [position, reason] of reasons.entries()) expect(shown[position]?.[4]).toContain(reason);
	// No example can be made with such a setting, which the editor says too.
	const [newest] = await trigger.executions();
	expect((await n8n.executions.get(newest?.id ?? '')).storedData).toContain('click Execute step, and reload');
	expect(page).not.toMatch(/15735550177|12 seconds|mistyped|If n8n runs in queue mode/);
});

test('warns of Always Output Data, with which n8n makes a call of nothing', async () => {
	const definition = workflowOf(callScalerTrigger({}));
	const nodes = definition.nodes.map((each) => ({ ...each, alwaysOutputData: true }));
	const { id } = await n8n.workflows.create({ ...definition, nodes });
	await n8n.workflows.listen(id);
	await open(n8n.testUrl(await n8n.workflows.get(id)));
	const [newest] = await n8n.executions.settled(id, 1);
	expect((await n8n.executions.get(newest?.id ?? '')).storedData).toContain('Always Output Data is on in this trigger');
});

test("with every output QCall's sample has the fields that the user added", async () => {
	const customFields = { rows: [{ name: 'slot', type: 'number' }] };
	for (const output of ['fields', 'simplified', 'raw', 'unified']) {
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters: { output, customFields } });
		const item = await sampleOf(trigger);
		expect(output === 'unified' ? item.custom : item).toMatchObject({ slot: 1 });
	}
});

test('before a call has ended, the sample is what is known by then', async () => {
	const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters: { triggerOn: 'duringCall' } });
	expect(await sampleOf(trigger)).toEqual({ phone_number: expect.any(String), order_id: expect.any(String) });
});

test("QCall's sample has an example of each field that the user added", async () => {
	const rows = [
		{ name: 'slot', type: 'number', required: true },
		{ name: 'is_new', type: 'boolean' },
		{ name: 'note', type: 'string' },
	];
	const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters: { customFields: { rows } } });
	const item = await sampleOf(trigger);
	expect(item).toMatchObject({ ...qCallCall, slot: 1, is_new: true, note: expect.any(String) });
	expect(item).not.toHaveProperty('issues');
});
