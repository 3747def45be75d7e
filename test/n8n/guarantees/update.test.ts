import { boot, deliver, type N8n, openSink, qCallTrigger, type Sink, workflowOf } from '../../../host';
import { clockAhead, openProbe, type Probe } from '../../../host/probe';
import { callScalerCall, type CallScalerCall, qCallCall } from '../../../host/simulators';
import { idsOf, Scene } from '../catch-up/support/scene';
import { broken } from './support/broken';
import { Npm } from './support/npm';
import { callScalerScene, live } from './support/scene';

/** n8n then loads the package once more: webhooks and executions are the new copy's, what asks each minute stays the old one's. */
describe('the package is updated while n8n runs', () => {
	let n8n: N8n;
	let sink: Sink;
	let npm: Npm;
	let probe: Probe;
	const scenes: Scene[] = [];

	beforeAll(async () => {
		[sink, npm, probe] = await Promise.all([openSink(), Npm.open(), openProbe({ minutesAreSeconds: true })]);
		n8n = await boot({ tarball: false, env: { ...probe.env, ...npm.env } });
		await npm.install(n8n, '0.1.0');
	});
	afterAll(async () => {
		await n8n.stop();
		await Promise.all([sink.close(), npm.close(), ...scenes.map(async (scene) => await scene.close())]);
	});

	test('a webhook is accepted, a call runs once, and since one has begun it is known that all do', async () => {
		const { url, headers, workflow } = await callScalerScene(n8n, sink);
		const neverBegins = await live(n8n, workflowOf(qCallTrigger(), sink.node(), broken()));
		const [before, after] = [callScalerCall(), callScalerCall()];
		const accepted = { status: 200, json: { status: 'accepted' } };
		const withId = { ...accepted, json: { ...accepted.json, execution_id: expect.any(String) } };
		expect(await deliver(url, { json: before, headers })).toMatchObject(withId);

		await npm.update(n8n, '0.1.1');
		// To the new copy no execution has begun here yet.
		expect(await deliver(url, { json: after, headers })).toMatchObject(accepted);
		await n8n.executions.settled(workflow.id, 2);
		// Nor does it know this call: its execution finds it in n8n's list.
		expect(await deliver(url, { json: before, headers })).toMatchObject(withId);
		for (const json of [before, after])
			expect(await deliver(url, { json, headers })).toMatchObject({ status: 200, json: { status: 'duplicate' } });
		await n8n.executions.settled(workflow.id);
		expect(sink.items().map(({ call_id }) => call_id)).toEqual(idsOf([before, after]));

		const vain = await deliver(n8n.productionUrl(neverBegins), { json: qCallCall(), timeoutMs: 20_000 });
		expect(vain).toMatchObject({ status: 503, json: { success: false, status: 'failed' } });
	});

	/** A trigger that has caught a call up, and all the calls that it is to have. */
	async function begun(): Promise<{ scene: Scene; calls: CallScalerCall[] }> {
		const scene = await Scene.open(n8n);
		scenes.push(scene);
		return { scene, calls: await scene.begin() };
	}

	async function publishAnew({ workflow: { id } }: Scene): Promise<void> {
		const { nodes } = await n8n.workflows.get(id);
		const edited = nodes.map((each) =>
			each.webhookId ? { ...each, parameters: { ...each.parameters, output: 'simplified' } } : each,
		);
		await n8n.workflows.update(id, workflowOf(...edited));
		await n8n.workflows.activate(id);
	}

	/** All calls so far have run, and three askings later still once. */
	async function expectEachRanOnce({ scene, calls }: Awaited<ReturnType<typeof begun>>): Promise<void> {
		await scene.ran(calls.length);
		await scene.asked(3);
		expect(scene.ids().sort()).toEqual(idsOf(calls).sort());
	}

	const [inFull, why] =
		process.env.UPDATES === undefined ? [test.skip, ' (two minutes and a half: UPDATES=1)'] : [test, ''];
	inFull(
		`undelivered calls are caught up by the old copy, and once its trigger is started anew by the new one${why}`,
		async () => {
			const [published, restarted] = await Promise.all([begun(), begun()]);
			const both = [published, restarted];
			const happens = async ({ scene, calls }: (typeof both)[number]) => {
				calls.push(...(await scene.delivered(2)), ...scene.calls(3));
				scene.makeDue();
			};
			await npm.update(n8n, '0.1.2');
			await Promise.all(both.map(happens));
			await Promise.all(both.map(expectEachRanOnce));

			const ahead = () => Math.max(...both.map(({ scene }) => scene.ahead()));
			await probe.shiftClock(ahead());
			await publishAnew(published.scene);
			await published.scene.asked();
			await happens(published);
			await expectEachRanOnce(published);

			await happens(restarted);
			await n8n.stopAndKeep();
			await n8n.bootAgain(clockAhead(ahead()));
			await Promise.all(both.map(expectEachRanOnce));
		},
	);
});
