import { boot, type N8n, openSink, type Sink } from '../../../host';
import { waitUntil } from '../../../lib/wait-until';
import { callScalerCall, isDelivered, PROVIDERS_PATIENCE_IN_MILLISECONDS } from '../../../host/simulators';
import { lockDatabase, refuseWrites } from '../support/database';
import { type CallScalerScene, callScalerScene } from './support/scene';

describe.each(['onReceived', 'lastNode'])('n8n cannot write, answering %s', (respond) => {
	let n8n: N8n;
	let sink: Sink;
	let scene: CallScalerScene;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([boot(), openSink()]);
		scene = await callScalerScene(n8n, sink, { respond });
	});
	afterEach(() => sink.clear());
	afterAll(async () => {
		await Promise.all([n8n.stop(), sink.close()]);
	});

	const obstacles: Array<[string, () => () => void]> = [
		['another process keeps the database locked', () => lockDatabase(n8n)],
		['the database refuses new executions', () => refuseWrites(n8n, 'INSERT ON execution_entity')],
		['the database refuses to start them', () => refuseWrites(n8n, 'UPDATE ON execution_entity')],
	];

	/** All that n8n could begin has ended. What 1.x stored and could not begin stays in its list until it starts again. */
	async function settled(): Promise<void> {
		await waitUntil('all executions that began have ended', async () => {
			const executions = await n8n.executions.list(scene.workflow.id);
			return executions.every(({ status }) => status !== 'running' && (status !== 'new' || n8n.version === '1.x'));
		});
	}

	test.each(obstacles)('%s: no 2xx, and the redelivery is let through', async (_, obstruct) => {
		const flow = scene.callFlow();
		const call = callScalerCall();
		const clear = obstruct();
		// What n8n still does when the provider has given up comes too late.
		const provider = scene.callFlow({ timeoutMs: PROVIDERS_PATIENCE_IN_MILLISECONDS });
		const first = await provider.attempt(call, 1).finally(clear);
		expect(isDelivered(first)).toBe(false);
		expect(sink.items()).toEqual([]);

		expect(isDelivered(await flow.attempt(call, 2))).toBe(true);
		expect(isDelivered(await flow.attempt(call, 3))).toBe(true);
		await settled();
		expect(sink.items()).toMatchObject([{ call_id: call.call_id }]);
	});

	test('the first delivery after a start, and nothing that was left before it runs beside it', async () => {
		await n8n.stopAndKeep();
		await n8n.bootAgain();
		await n8n.workflows.registered(scene.workflow.id);
		await n8n.executions.settled(scene.workflow.id);
		const call = callScalerCall();
		const clear = refuseWrites(n8n, 'INSERT ON execution_entity');
		const first = await scene.callFlow().attempt(call, 1).finally(clear);
		expect(isDelivered(first)).toBe(false);
		expect(isDelivered(await scene.callFlow().attempt(call, 2))).toBe(true);
		await n8n.executions.settled(scene.workflow.id);
		expect(sink.items()).toMatchObject([{ call_id: call.call_id }]);
	});

	test('its list of calls cannot be written: the call runs all the same, once as long as n8n runs', async () => {
		const flow = scene.callFlow();
		const call = callScalerCall();
		const clear = (['INSERT', 'UPDATE'] as const).map((writing) => refuseWrites(n8n, `${writing} ON processed_data`));
		expect(isDelivered(await flow.attempt(call, 1))).toBe(true);
		expect(isDelivered(await flow.attempt(call, 2))).toBe(true);
		await settled();
		const [execution] = await n8n.executions.list(scene.workflow.id);
		for (const each of clear) each();
		expect(execution?.status).toBe('success');
		expect(sink.items()).toMatchObject([{ call_id: call.call_id }]);
	});
});
