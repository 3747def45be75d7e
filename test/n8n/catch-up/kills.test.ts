import { boot, type N8n } from '../../../host';
import { openProbe } from '../../../host/probe';
import { CallsApi, Clock } from '../../../host/simulators';
import { type Account, accountsOf, storedExecutions, withFate } from '../support/books';
import { sample, SEED } from '../support/seed';
import { countBy } from '../support/verdict';
import { killPlan, Kills } from './support/kills';
import { Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

/** CATCH_UP_KILLS=25 for the figures of docs/catching-up.md. */
const KILLS = Number(process.env.CATCH_UP_KILLS ?? 1);
const CALLS_PER_KILL = 20;
const GIVE_UP_AFTER_IN_MILLISECONDS = (4 + 2 * KILLS) * 60_000;

const seconds = (from: number, to = performance.now()) => `${((to - from) / 1000).toFixed(0)} s`;

/** Of CallScaler's clock: a minute passes in three seconds. */
const SCALE = 20;

describe('n8n is killed, also while it catches up', () => {
	let n8n: N8n;
	let scene: Scene;
	let kills: Kills;

	beforeAll(async () => {
		const probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
		scene = await Scene.open(n8n, { api: await CallsApi.open({ clock: new Clock(0, SCALE) }) });
		// Long enough that a workflow is often in the middle of it.
		scene.sink.delay(50);
		kills = new Kills(scene);
		await scene.begin();
		scene.sink.clear();
	});
	afterAll(async () => {
		await n8n.stop();
		await scene.close();
	});

	const accounts = async (): Promise<Account[]> =>
		accountsOf(kills.ids(), scene.sink.calls(), await storedExecutions(n8n, scene.workflow.id));

	it(
		`${KILLS} times (seed ${SEED}): none of ${KILLS * CALLS_PER_KILL} calls is lost, and none runs twice`,
		async () => {
			const start = performance.now();
			for (const plan of sample(killPlan(CALLS_PER_KILL), KILLS)) await kills.kill(plan, n8n);
			const killed = performance.now();
			scene.makeDue();
			await scene.caughtUp(GIVE_UP_AFTER_IN_MILLISECONDS / 2);

			const books = await accounts();
			const byWebhook = countBy([...kills.planned.values()], ({ webhook }) => webhook);
			const executions = await n8n.executions.list(scene.workflow.id);
			const odd = books.filter(({ fate }) => fate !== 'once').map((account) => `\n  ${kills.describe(account)}`);
			process.stdout.write(
				[
					`${KILLS} kills (SEED=${SEED}) in ${seconds(start, killed)}, the rest caught up in ${seconds(killed)}: ${books.length} calls,`,
					`${JSON.stringify(countBy(books, ({ fate }) => fate))}; webhooks ${JSON.stringify(byWebhook)};`,
					`executions ${JSON.stringify(countBy(executions, ({ mode, status }) => `${mode} ${status}`))}${odd.join('')}`,
					...new Set(
						scene
							.said()
							.filter((line) => !/: (not )?handed over/.test(line))
							.map((line) => `\n  ${line}`),
					),
					'\n',
				].join(' '),
			);
			expect(books).toHaveLength(KILLS * CALLS_PER_KILL);
			expect(withFate(books, 'lost')).toEqual([]);
			expect(withFate(books, 'twice')).toEqual([]);

			// What n8n had begun, it shows as crashed: a user's retry handles the call.
			for (const {
				fate,
				executions: [crashed],
			} of books) {
				if (fate === 'interrupted' && crashed) await n8n.executions.retry(crashed.id, scene.workflow.id);
			}
			expect(countBy(await accounts(), ({ fate }) => fate)).toEqual({ once: KILLS * CALLS_PER_KILL });
		},
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);
});
