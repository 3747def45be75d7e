import { z } from 'zod';

import { boot, callScalerApiCredential, type N8n, node, workflowOf } from '../../../host';
import { clockAhead, openProbe } from '../../../host/probe';
import { CallsApi, failures } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { idsOf, Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

const DAY_IN_MILLISECONDS = 24 * 3_600_000;
const COUNT = `
const data = $getWorkflowStaticData('global');
data.count = (data.count ?? 0) + 1;
return $input.all().map(({ json }) => ({ json: { ...json, count: data.count } }));
`;

let n8n: N8n;
const scenes: Scene[] = [];

beforeAll(async () => {
	const probe = await openProbe({ minutesAreSeconds: true });
	n8n = await boot({ env: probe.env });
});
afterAll(async () => {
	await n8n.stop();
	await Promise.all(scenes.map(async (scene) => await scene.close()));
});

const tested = z.object({ status: z.string(), message: z.string() });

it('the Test button ends with an API that does not end', async () => {
	const api = await CallsApi.open();
	try {
		api.fail(failures.answerEndless, '/call-flows');
		const credential = callScalerApiCredential(api.apiKey, api.baseUrl());
		const stored = await n8n.credentials.create(credential);
		const credentials = { ...stored, data: credential.data };
		const { status, message } = tested.parse(await n8n.request('POST', '/rest/credentials/test', { credentials }));
		expect([status, message]).toEqual(['Error', 'CallScaler answers with more than 10 MB, which is not read.']);
		const { bytes } = await waitUntil('the answer is over', () => api.requests('/call-flows')[0]?.answered);
		expect(bytes).toBeLessThan(24 * 2 ** 20);
	} finally {
		await api.close();
	}
});

/** What outlives a restart, and what of others does too. */
describe('what n8n keeps', () => {
	it("a counter in the workflow's own static data counts on while calls are caught up", async () => {
		const scene = await Scene.open(n8n);
		scenes.push(scene);
		const { nodes } = await n8n.workflows.get(scene.workflow.id);
		const [trigger, sink] = nodes;
		if (trigger === undefined || sink === undefined) throw new Error('There is no such workflow.');
		const counter = node('n8n-nodes-base.code', 2, 'Count', { jsCode: COUNT });
		const { nodes: changed, connections } = workflowOf(trigger, counter, sink);
		await n8n.workflows.update(scene.workflow.id, { nodes: changed, connections });
		await n8n.workflows.activate(scene.workflow.id);
		await scene.prove();
		await scene.deliver(scene.call());
		// One after the other: of two executions at once n8n itself keeps one count.
		for (const count of [3, 4, 5]) {
			await n8n.executions.settled(scene.workflow.id);
			scene.call();
			scene.makeDue();
			await scene.ran(count);
		}
		await n8n.executions.settled(scene.workflow.id);
		await scene.deliver(scene.call());
		await scene.ran(6);
		expect(scene.sink.items().map(({ count }) => count)).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it('a line that was quiet for four days need not prove itself anew', async () => {
		const scene = await Scene.open(n8n);
		scenes.push(scene);
		const delivered = [await scene.prove()];
		await n8n.executions.settled(scene.workflow.id);
		await n8n.stopAndKeep();
		scene.api.clock.forward(4 * DAY_IN_MILLISECONDS);
		const undelivered = scene.calls(2);
		scene.makeDue();
		await n8n.bootAgain(clockAhead(scene.ahead()));
		await scene.ran(3);
		expect(scene.ids()).toEqual(idsOf([...delivered, ...undelivered]));
	});

	it('nor one that was quiet for two weeks, once an execution has run after its proof', async () => {
		const scene = await Scene.open(n8n);
		scenes.push(scene);
		const delivered = [await scene.prove(), await scene.prove()];
		await n8n.executions.settled(scene.workflow.id);
		await n8n.stopAndKeep();
		const before = scene.ahead();
		scene.api.clock.forward(14 * DAY_IN_MILLISECONDS);
		const undelivered = scene.calls(2);
		scene.makeDue();
		await n8n.bootAgain(clockAhead(4 * DAY_IN_MILLISECONDS + 3_600_000 + scene.ahead() - before));
		await scene.ran(4);
		expect(scene.ids()).toEqual(idsOf([...delivered, ...undelivered]));
	});
});
