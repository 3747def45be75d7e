import { boot, deliver, type N8n } from '../../../host';
import callScalerCall from '../../../host/simulators/payloads/callscaler-post-call.json';
import qCallCall from '../../../host/simulators/payloads/qcall-end-of-call.json';
import { type ProviderName, TriggerUnderTest } from './support/trigger-under-test';

let n8n: N8n;

beforeAll(async () => {
	n8n = await boot();
});
afterAll(async () => await n8n.stop());

const guides: Array<[ProviderName, Record<string, unknown>]> = [
	['qCall', qCallCall],
	['callScaler', callScalerCall],
];

async function open(url: string) {
	return await deliver(`${url}/sample`, { method: 'GET' });
}

/** Listens, opens the sample as a browser does, without any header, and gives what the trigger put out. */
async function sampleOf(trigger: TriggerUnderTest): Promise<Record<string, unknown>> {
	await n8n.workflows.listen(trigger.workflow.id);
	const answer = await open(n8n.testUrl(trigger.workflow));
	expect([answer.status, answer.json]).toMatchObject([200, { success: true, status: 'accepted' }]);
	const [newest] = await trigger.executions();
	const [item] = (await n8n.executions.get(newest?.id ?? '')).items(trigger.name);
	return item ?? {};
}

describe.each(guides)('the sample of %s', (provider, call) => {
	test("is the guide's call, typed as a real one", async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, provider);
		expect(await sampleOf(trigger)).toEqual(await trigger.itemOfCall(call));
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
