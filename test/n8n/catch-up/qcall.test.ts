import { boot, type N8n, node, openSink, qCallApiCredential, qCallTrigger, workflowOf } from '../../../host';
import { clockAhead, openProbe } from '../../../host/probe';
import { Clock, failures, QCall, QCallApi, qCallCall } from '../../../host/simulators';
import { leaksOf } from '../guarantees/support/leaks';
import { type Account, accountsOf, storedExecutions, withFate } from '../support/books';
import { sample, SEED } from '../support/seed';
import { countBy, verdictOf } from '../support/verdict';
import { killPlan, Kills } from './support/kills';
import { QCallScene } from './support/qcall-scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

/** CATCH_UP_KILLS=25 for the figures of docs/catching-up.md. */
const KILLS = Number(process.env.CATCH_UP_KILLS ?? 1);
const CALLS_PER_KILL = 20;
const GIVE_UP_AFTER_IN_MILLISECONDS = (4 + 2 * KILLS) * 60_000;
/** Of QCall's clock: a minute passes in three seconds. */
const SCALE = 20;

let n8n: N8n;
const scenes: QCallScene[] = [];

async function openScene(api?: QCallApi): Promise<QCallScene> {
	const scene = await QCallScene.open(n8n, { api });
	scenes.push(scene);
	return scene;
}

beforeAll(async () => {
	const probe = await openProbe({ minutesAreSeconds: true });
	n8n = await boot({ env: probe.env });
});
afterAll(async () => {
	await n8n.stop();
	await Promise.all(scenes.map(async (scene) => await scene.close()));
});

describe("QCall's undelivered calls", () => {
	it('are handed over once a delivered one was found, the oldest first, each in an execution of its own', async () => {
		const scene = await openScene();
		const undelivered = ['one', 'two', 'three', 'four'];
		for (const name of undelivered) scene.call(name);
		scene.makeDue();
		await scene.asked(2);
		expect(scene.inOrder()).toEqual([]);
		await scene.deliver(scene.call('delivered'));
		scene.makeDue();
		await scene.ran(5);
		await scene.asked(2);
		expect(scene.inOrder()).toEqual(['delivered', ...undelivered]);
		const items = scene.sink.items().filter(({ first_name }) => first_name !== 'delivered');
		for (const item of items) {
			expect(item).toMatchObject({
				...{ assistant_name: 'Ava', call_duration: 45, call_outcome: null, order_id: null },
				...{ recording_url: expect.stringContaining('recordings'), delivery: { via: 'catch_up' } },
			});
		}
		expect(countBy(items, ({ campaign_name }) => String(campaign_name))).toEqual({ Spring: 2, undefined: 2 });
	});

	it('and those whose recording a model made up are known again, also when n8n was killed', async () => {
		const scene = await openScene();
		await scene.begin();
		const madeUp = { recording_url: 'https://cdn.qcall.ai/recordings/call.mp3' };
		for (const name of ['a', 'b'])
			expect(verdictOf(await scene.deliver(scene.call(name), madeUp))).toBe('200 accepted');
		await n8n.executions.settled(scene.workflow.id);
		await n8n.kill();
		scene.call('undelivered too');
		scene.makeDue();
		await n8n.bootAgain(clockAhead(scene.ahead()));
		await scene.ran(6);
		await scene.asked(2);
		expect(scene.inOrder().slice(3)).toEqual(['a', 'b', 'undelivered too']);
	});

	it('wait while the API fails as its client knows it; webhooks are accepted as ever, and the key is told to nobody', async () => {
		const scene = await openScene();
		await scene.begin();
		scene.api.fail(failures.failInside(401, 'Invalid API key'));
		scene.call('undelivered too');
		scene.makeDue();
		await scene.asked(2);
		expect(verdictOf(await scene.deliver(scene.call('delivered')))).toBe('200 accepted');
		expect(scene.said().join('\n')).toContain('QCall refuses the API key (status 401)');
		scene.api.answerNormally();
		await scene.ran(5);
		await scene.asked();
		expect(scene.inOrder()).toContain('undelivered too');
		const shown = JSON.stringify([n8n.log(), scene.sink.items()]);
		expect(shown).not.toContain(scene.api.apiKey);
	});

	it('have a credential that is tested, and that an HTTP Request node can ask QCall with', async () => {
		const api = await QCallApi.open();
		api.workspace.assistant('Ava');
		const credential = qCallApiCredential(api.apiKey, api.baseUrl());
		const stored = await n8n.credentials.create(credential);
		const press = async (apiKey: string) =>
			await n8n.request('POST', '/rest/credentials/test', {
				credentials: { ...stored, data: { ...credential.data, apiKey } },
			});
		expect(await press(api.apiKey)).toMatchObject({ status: 'OK' });
		expect(await press('qc_live_wrong')).toMatchObject({ status: 'Error' });

		const sink = await openSink();
		const request = {
			...node('n8n-nodes-base.httpRequest', 4.2, 'Ask QCall', {
				url: `${api.baseUrl()}/campaign/list`,
				authentication: 'predefinedCredentialType',
				nodeCredentialType: stored.type,
			}),
			credentials: { [stored.type]: { id: stored.id, name: stored.name } },
		};
		const { id } = await n8n.workflows.create(workflowOf(qCallTrigger(), request, sink.node()));
		const workflow = await n8n.workflows.activate(id);
		await new QCall([{ url: n8n.productionUrl(workflow) }]).endCall(qCallCall());
		await sink.waitFor(1);
		expect(sink.items()).toMatchObject([{ success: true }]);
		const [asked] = api.requests('/campaign/list');
		expect(asked?.headers['x-api-key']).toBe(api.apiKey);
		await Promise.all([sink.close(), api.close()]);
	});

	it(
		`${KILLS} kills (seed ${SEED}): none of ${KILLS * CALLS_PER_KILL} calls is lost, and none runs twice`,
		async () => {
			const scene = await openScene(await QCallApi.open({ clock: new Clock(0, SCALE) }));
			// Long enough that a workflow is often in the middle of it.
			scene.sink.delay(50);
			await scene.begin();
			scene.sink.clear();
			const kills = new Kills(scene, Math.max(0, ...scenes.slice(0, -1).map((each) => each.ahead())));
			for (const plan of sample(killPlan(CALLS_PER_KILL), KILLS)) await kills.kill(plan, n8n);
			scene.makeDue();
			await scene.caughtUp(GIVE_UP_AFTER_IN_MILLISECONDS / 2);

			const accounts = async (): Promise<Account[]> => {
				const stored = await storedExecutions(n8n, scene.workflow.id);
				return accountsOf(kills.ids(), scene.sink.calls(), stored, ({ item }) => String(item.first_name));
			};
			const books = await accounts();
			const odd = books.filter(({ fate }) => fate !== 'once').map((account) => `\n  ${kills.describe(account)}`);
			if (odd.length > 0) odd.push(...scene.said().map((line) => `\n  ${line}`));
			const byWebhook = countBy([...kills.planned.values()], ({ webhook }) => webhook);
			process.stdout.write(
				`${KILLS} kills (SEED=${SEED}): ${books.length} calls of QCall, ${JSON.stringify(countBy(books, ({ fate }) => fate))}; webhooks ${JSON.stringify(byWebhook)}; ` +
					`${scene.api.allRequests().filter(({ path }) => path.startsWith('/activity/')).length} asked for alone${odd.join('')}\n`,
			);
			expect(books).toHaveLength(KILLS * CALLS_PER_KILL);
			expect(withFate(books, 'lost')).toEqual([]);
			expect(withFate(books, 'twice')).toEqual([]);
			for (const { fate, executions } of books) {
				const [crashed] = executions;
				if (fate === 'interrupted' && crashed) await n8n.executions.retry(crashed.id, scene.workflow.id);
			}
			expect(countBy(await accounts(), ({ fate }) => fate)).toEqual({ once: KILLS * CALLS_PER_KILL });
			await n8n.stopAndKeep();
			expect(
				leaksOf(
					n8n,
					scenes.map(({ api }) => api.apiKey),
				),
			).toEqual([]);
		},
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);
});
