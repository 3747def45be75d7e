import { boot, type N8n } from '../../../host';
import { callScalerCall, type CallScalerCall, isDelivered } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { enqueueAgain, entriesOf } from '../support/database';
import { both, inBothModes, type Mode, MODES, type SceneInMode } from './support/modes';
import { ofEach } from './support/of-each';

/** n8n itself sometimes starts a run twice; a user does it by retrying one. What is asked is asked of both modes. */
describe('one delivery, two executions', () => {
	let n8n: N8n;
	let scenes: Record<Mode, SceneInMode>;

	beforeAll(async () => {
		// One execution of each mode at a time, so that n8n queues the next ones.
		n8n = await boot({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(MODES.length) } });
		scenes = await inBothModes(n8n);
	});
	afterEach(() => {
		for (const { sink } of Object.values(scenes)) {
			sink.answerNormally();
			sink.clear();
		}
	});
	afterAll(async () => {
		await n8n.stop();
		await ofEach(scenes, async ({ sink }) => await sink.close());
	});

	async function bootAgain(): Promise<void> {
		await n8n.bootAgain();
		await ofEach(scenes, async ({ workflow }) => await n8n.workflows.registered(workflow.id));
	}

	/** The newest execution, once all have ended. */
	async function newest({ workflow }: SceneInMode) {
		const [execution] = await n8n.executions.settled(workflow.id);
		if (!execution) throw new Error('There is no execution.');
		return execution;
	}

	/** Delivers a call to each; its execution runs until `release` is called. */
	async function beginEach(call: CallScalerCall) {
		const begun = await ofEach(scenes, async ({ sink, callFlow }) => {
			const release = sink.hold();
			const answer = callFlow().attempt(call, 1);
			await sink.waitFor(1);
			return { release, answer };
		});
		return {
			release: () => Object.values(begun).forEach(({ release }) => release()),
			areDelivered: async () => await ofEach(begun, async ({ answer }) => isDelivered(await answer)),
		};
	}

	async function expectRetryToRun({ sink, workflow }: SceneInMode, id: string, call: CallScalerCall): Promise<void> {
		sink.clear();
		const retried = await n8n.executions.retry(id, workflow.id);
		expect(sink.calls()).toMatchObject([{ item: { call_id: call.call_id }, executionId: retried }]);
	}

	test('n8n starts it a second time: the second one ends empty', async () => {
		const { release, areDelivered } = await beginEach(callScalerCall());
		const seconds = await ofEach(scenes, async ({ workflow }) => {
			const [running] = await n8n.executions.list(workflow.id);
			return enqueueAgain(n8n, running?.id ?? '');
		});
		release();
		expect(await areDelivered()).toEqual(both(true));
		// What the last node has answered is recorded a moment later.
		await ofEach(scenes, async ({ workflow: { nodes } }) => {
			await waitUntil('its call is recorded', () => entriesOf(n8n, nodes[0]?.id ?? '') > 0);
		});
		await n8n.stopAndKeep();
		await bootAgain();

		const became = await ofEach(scenes, async ({ sink, workflow }) => {
			const executions = await n8n.executions.settled(workflow.id);
			return { statuses: executions.map(({ status }) => status), reached: sink.items().length };
		});
		expect(became).toEqual(both({ statuses: ['success', 'success'], reached: 1 }));
		const ran = await ofEach(seconds, async (id) => (await n8n.executions.get(id)).nodesRun.includes('Sink'));
		expect(ran).toEqual(both(false));
	});

	test('a user retries it after a crash: it is not dropped, and its redelivery is', async () => {
		const call = callScalerCall();
		const { release, areDelivered } = await beginEach(call);
		await n8n.kill();
		release();
		await areDelivered();
		await bootAgain();

		const became = await ofEach(scenes, async (scene) => {
			const { id, status } = await newest(scene);
			await expectRetryToRun(scene, id, call);
			const redelivered = isDelivered(await scene.callFlow().attempt(call, 2));
			await n8n.executions.settled(scene.workflow.id);
			return { status, redelivered, reached: scene.sink.items().length };
		});
		expect(became).toEqual(both({ status: 'crashed', redelivered: true, reached: 1 }));
	});

	test('a user retries it after it failed: it is not dropped', async () => {
		const call = callScalerCall();
		const became = await ofEach(scenes, async (scene) => {
			scene.sink.failWith(500);
			await scene.callFlow().attempt(call, 1);
			const { id, status } = await newest(scene);
			scene.sink.answerNormally();
			await expectRetryToRun(scene, id, call);
			return status;
		});
		expect(became).toEqual(both('error'));
	});

	test('n8n was killed with it queued, begins it at its start, and it is delivered again: runs once, or where the last node answers twice at most', async () => {
		const { release, areDelivered } = await beginEach(callScalerCall());
		const queued = callScalerCall();
		const answers = await ofEach(scenes, async ({ callFlow, workflow }) => {
			const answer = callFlow().attempt(queued, 1);
			await waitUntil('the second call is queued', async () => {
				const executions = await n8n.executions.list(workflow.id);
				return executions.some(({ status }) => status === 'new');
			});
			return { answer };
		});
		await n8n.kill();
		release();
		await areDelivered();
		await ofEach(answers, async ({ answer }) => await answer);
		for (const { sink } of Object.values(scenes)) sink.clear();

		await bootAgain();
		const became = await ofEach(scenes, async ({ sink, callFlow, workflow }) => {
			const redelivered = isDelivered(await callFlow().attempt(queued, 2));
			await n8n.executions.settled(workflow.id);
			return { redelivered, calls: [...new Set(sink.items().map(({ call_id }) => call_id))] };
		});
		expect(became).toEqual(both({ redelivered: true, calls: [queued.call_id] }));
		expect(scenes.onReceived.sink.items()).toHaveLength(1);
		// n8n tells nobody how an execution ended whose caller is gone: a redelivery after its begin runs too.
		expect([1, 2]).toContain(scenes.lastNode.sink.items().length);
	});
});
