import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

import { waitUntil } from '../../../../lib/wait-until';
import { clockAhead } from '../../../../host/probe';
import { CallsApi, Clock, isDelivered, QCallApi } from '../../../../host/simulators';
import { killPlan, Kills, type Process } from '../../catch-up/support/kills';
import { QCallScene } from '../../catch-up/support/qcall-scene';
import { type CaughtUp, idsOf, Scene, type SceneOptions, TRIGGER } from '../../catch-up/support/scene';
import type { Cluster } from '../cluster';
import { accountsOf, callIdIn, type Stored, withFate } from '../../support/books';
import { errorWorkflow } from '../../support/error-workflow';
import { sample, SEED } from '../../support/seed';
import { countBy, verdictOf } from '../../support/verdict';

/** CATCH_UP_KILLS=25 for figures. */
const KILLS = Number(process.env.CATCH_UP_KILLS ?? 1);
const CALLS_PER_KILL = 20;
/** ASKINGS=20 for figures. */
const ASKINGS = Number(process.env.ASKINGS ?? 6);
/** Workflows, each with an asking of its own. */
const AT_ONCE = 4;
/** MEETINGS=400 for figures. */
const MEETINGS = AT_ONCE * Math.ceil(Number(process.env.MEETINGS ?? 8) / AT_ONCE);
/**
 * Of calls whose two executions begin in two workers at one moment, where the doors give them different keys: QCall's API tells
 * a call's own id, and its webhook does not (docs/catching-up.md).
 */
const mostTwice = (calls: number) => Math.ceil(calls / 100);
/** About as long as it takes from an asking's request until the execution of an undelivered call has recorded it. */
const LONGEST_DELAY_IN_MILLISECONDS = 500;
const GIVE_UP_AFTER_IN_MILLISECONDS = (4 + 2 * KILLS) * 60_000;
/** Of CallScaler's clock: a minute passes in three seconds. */
const SCALE = 20;

const withDelivery = z.object({ delivery: z.object({ via: z.string() }) });
const viaOf = (item: unknown) => withDelivery.parse(item).delivery.via;

/** A scene in which calls can be delivered, proved and caught up at once. */
type BegunScene = CaughtUp & { begin: () => Promise<unknown> };

/** The main process asks the API, webhooks arrive in others, executions begin in workers: no memory is shared. */
export function undeliveredCalls(cluster: () => Cluster): void {
	/** How much later than it is the clock of the main process says, in milliseconds. */
	let ahead = 0;
	const scenes: CaughtUp[] = [];
	const noted = <Each extends CaughtUp>(scene: Each): Each => {
		scenes.push(scene);
		return scene;
	};
	const openScene = async (settings: SceneOptions = {}) =>
		noted(await Scene.open(cluster().main, { ...settings, urlOf: cluster().urlOf }));
	const openQCallScene = async (settings: { api?: QCallApi } = {}) =>
		noted(await QCallScene.open(cluster().main, { ...settings, urlOf: cluster().urlOf }));

	afterAll(async () => {
		await Promise.all(scenes.map(async (scene) => await scene.close()));
	});

	const executionsOf = async (scene: CaughtUp) => await cluster().main.executions.settled(scene.workflow.id);

	it('catches up on each call that is undelivered once, and on none that a webhook process took', async () => {
		const scene = await openScene();
		const proof = await scene.prove();
		const delivered = await scene.delivered(4);
		// A call is due minutes after its end, not while a worker has yet to begin with it: the asking would be as fast.
		await executionsOf(scene);
		const undelivered = scene.calls(6);
		scene.makeDue();
		await scene.ran(11);
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([proof, ...delivered, ...undelivered]));
		for (const call of undelivered) expect(verdictOf(await scene.deliver(call))).toMatch(/^200/);
		await executionsOf(scene);
		expect(scene.ids()).toHaveLength(11);
	});

	it('tells somebody of calls that come by catching up alone: what webhook processes took, the main one learns from the list', async () => {
		const { watcher, told } = await errorWorkflow(cluster().main);
		const scene = await openScene({ settings: { errorWorkflow: watcher.id } });
		await scene.begin();
		scene.call();
		await scene.delivered(1);
		await scene.ran(3);
		scene.calls(2);
		scene.makeDue();
		await scene.ran(6);
		await scene.asked(2);
		expect(await told(0)).toEqual([]);
		scene.call();
		scene.makeDue();
		await scene.ran(7);
		expect((await told(1)).map(({ message }) => message)).toEqual([
			expect.stringMatching(/^The last 3 calls of the call flow \S+ came only by catching up, since /),
		]);
		await scene.asked(2);
		expect(await told(1)).toHaveLength(1);
	});

	it('catches up on calls of QCall, by their recordings or by what a made-up one looked like', async () => {
		const scene = await openQCallScene();
		await scene.begin();
		const madeUp = { recording_url: 'https://cdn.qcall.ai/recordings/call.mp3' };
		for (const name of ['a', 'b']) expect(verdictOf(await scene.deliver(scene.call(name), madeUp))).toMatch(/^200/);
		for (const name of ['c', 'd']) expect(verdictOf(await scene.deliver(scene.call(name)))).toMatch(/^200/);
		// A call is due minutes after its end, not while a worker has yet to begin with it.
		await scene.ran(7);
		await cluster().main.executions.settled(scene.workflow.id);
		for (const name of ['e', 'f', 'g']) scene.call(name);
		scene.makeDue();
		await scene.ran(10);
		await scene.asked(2);
		expect(scene.inOrder().slice(7)).toEqual(['e', 'f', 'g']);
		expect(scene.inOrder().slice(3, 7).sort()).toEqual(['a', 'b', 'c', 'd']);
	});

	it('goes on where it had stopped when the main process was killed, while webhooks were taken all the same', async () => {
		const scene = await openScene();
		const first = [await scene.prove(), scene.call()];
		scene.makeDue();
		await scene.ran(2);
		await cluster().main.kill();
		const before = scene.calls(3);
		const delivered = await scene.delivered(2);
		// The workers have handled what was delivered, before it is due.
		await scene.ran(4);
		const after = scene.calls(3);
		scene.makeDue();
		ahead = scene.ahead();
		await cluster().main.bootAgain(clockAhead(ahead));
		await scene.ran(10);
		await scene.asked(2);
		expect(scene.ids()).toEqual(idsOf([...first, ...delivered, ...before, ...after]));
	});

	it.each([
		['CallScaler', async () => await openScene(), 0],
		['QCall', async () => await openQCallScene(), mostTwice(MEETINGS)],
	])(
		`%s, a webhook that comes just when its call is found undelivered: of ${MEETINGS} none is lost, and none runs twice (of QCall, at most ${mostTwice(MEETINGS)}; seed ${SEED})`,
		async (provider, open: () => Promise<BegunScene>, atMost) => {
			const places = await Promise.all(Array.from({ length: AT_ONCE }, open));
			const delays = sample(fc.nat(LONGEST_DELAY_IN_MILLISECONDS), MEETINGS);
			const meet = async (scene: BegunScene, place: number): Promise<string[]> => {
				await scene.begin();
				scene.sink.clear();
				const names: string[] = [];
				for (const [at, delay] of delays.filter((_, each) => each % AT_ONCE === place).entries()) {
					const name = `meeting-${at}`;
					names.push(name);
					const call = scene.ended(name);
					const before = scene.askings().length;
					scene.makeDue();
					await waitUntil('n8n asks', () => scene.askings().length > before);
					await sleep(delay);
					expect(verdictOf(await call.attempt(1))).toMatch(/^200/);
				}
				await scene.asked(2);
				return names;
			};
			const calls = await Promise.all(places.map(meet));
			for (const scene of places) await executionsOf(scene);
			const doors = places.flatMap(({ sink }) => sink.calls().map(({ item }) => viaOf(item)));
			const byDoor = countBy(doors, (via) => via);
			process.stdout.write(`${MEETINGS} meetings of ${provider} (SEED=${SEED}): ${JSON.stringify(byDoor)}\n`);
			const handled = places.map((scene) => scene.names().map(({ name }) => name));
			expect(handled.map((names) => [...new Set(names)].sort())).toEqual(calls.map((names) => names.sort()));
			expect(handled.flat().length - MEETINGS).toBeLessThanOrEqual(atMost);
			// Where the webhook is always first, nothing was tried.
			expect(byDoor.catch_up).toBeGreaterThan(0);
		},
	);

	it(`what ${ASKINGS} askings cost where nothing is undelivered`, async () => {
		const scene = await openScene({ options: { catchUpAfter: 25 } });
		// Until it has proved itself it looks up more.
		await scene.begin();
		const before = await executionsOf(scene);
		await scene.delivered(10);
		scene.makeDue();
		await scene.asked(ASKINGS / 2);
		const fresh = await executionsOf(scene);
		await scene.delivered(10);
		scene.makeDue();
		await scene.asked(ASKINGS / 2);
		const executions = await executionsOf(scene);
		const known = new Set(before.map(({ id }) => id));
		const others = executions.filter(({ id, mode }) => mode !== 'webhook' && !known.has(id));
		console.info(
			`Queue mode, 20 calls delivered, none undelivered, ${scene.askings().length} askings: ${others.length} executions beside theirs`,
			`(${fresh.length - before.length - 10} for the first ten calls).`,
		);
		expect(scene.ids()).toHaveLength(22);
		// Two batches of calls became due.
		expect(others.length).toBeLessThanOrEqual(2);
		for (const { id } of others) expect((await cluster().main.executions.get(id)).items(TRIGGER)).toEqual([]);
	});

	const PROVIDERS: Array<[string, () => Promise<BegunScene>]> = [
		['CallScaler', async () => await openScene({ api: await CallsApi.open({ clock: new Clock(0, SCALE) }) })],
		['QCall', async () => await openQCallScene({ api: await QCallApi.open({ clock: new Clock(0, SCALE) }) })],
	];

	// Only where both doors meet.
	const mayMeet = (provider: string, webhook: string | undefined) =>
		provider === 'QCall' && (webhook === 'late' || webhook === 'while it catches up');

	it.each(PROVIDERS)(
		`%s, ${KILLS} kills of n8n's processes (seed ${SEED}): none of ${KILLS * CALLS_PER_KILL} calls runs twice (of QCall, but one whose webhook comes as it is caught up), and none is lost but those a worker died with`,
		async (provider, open) => {
			const { main, webhooks, workers } = cluster();
			const scene = await open();
			scene.sink.delay(50);
			await scene.begin();
			scene.sink.clear();
			const kills = new Kills(scene, ahead);
			const processes: Array<[string, Process]> = [
				['main', main],
				...webhooks.map((each): [string, Process] => ['webhook', each]),
				...workers.map((each): [string, Process] => ['worker', each]),
				['main', main],
			];
			const victims = Array.from(
				{ length: KILLS },
				// Of several, first the one that asks.
				(_, at) => processes[at === 0 && KILLS > 1 ? 0 : (at + SEED) % processes.length] ?? (['main', main] as const),
			);
			for (const [at, plan] of sample(killPlan(CALLS_PER_KILL), KILLS).entries()) {
				const [name, victim] = victims[at] ?? ['main', main];
				process.stdout.write(`kill ${at + 1}: ${name}\n`);
				const itsClock = await kills.kill(plan, victim);
				if (victim === main) ahead = itsClock;
			}
			scene.makeDue();
			await scene.caughtUp(GIVE_UP_AFTER_IN_MILLISECONDS / 2);

			const executions = await executionsOf(scene);
			const nameOf = new Map(scene.names().map(({ executionId, name }) => [executionId, name]));
			const stored: Stored[] = [];
			for (const { id, status } of executions) {
				const callId = nameOf.get(id) ?? callIdIn((await main.executions.get(id)).storedData);
				stored.push({ id, status: status === 'error' ? 'crashed' : status, callId });
			}
			const effects = scene.sink.calls();
			const books = accountsOf(kills.ids(), effects, stored, ({ executionId }) => nameOf.get(executionId) ?? '');
			const odd = books.filter(({ fate }) => fate !== 'once').map((account) => `\n  ${kills.describe(account)}`);
			if (odd.length > 0) odd.push(...scene.said().map((line) => `\n  ${line}`));
			process.stdout.write(
				`Queue mode, ${KILLS} kills (SEED=${SEED}): ${books.length} calls of ${provider}, ${JSON.stringify(countBy(books, ({ fate }) => fate))}; ` +
					`executions ${JSON.stringify(countBy(executions, ({ mode, status }) => `${mode} ${status}`))}${odd.join('')}\n`,
			);
			expect(books).toHaveLength(KILLS * CALLS_PER_KILL);
			// n8n 2.x keeps nothing of an execution whose worker is gone but that it failed: which call it was for, only its answer
			// or the log tells (docs/queue-mode.md).
			const failed = executions.filter(({ status }) => status === 'error');
			const lost = withFate(books, 'lost');
			expect(lost.length).toBeLessThanOrEqual(failed.length);
			// An alert fails too: that calls came by catching up alone.
			if (!victims.some(([name]) => name === 'worker')) expect(lost).toEqual([]);
			const hasBegun = (name: string) =>
				kills.planned.get(name)?.attempts.some(isDelivered) ||
				main.log().includes(`call ${scene.idOf(name)}: handed over`);
			expect(lost.filter((name) => !hasBegun(name))).toEqual([]);
			const twice = withFate(books, 'twice');
			expect(twice.filter((name) => !mayMeet(provider, kills.planned.get(name)?.webhook))).toEqual([]);
			expect(twice.length).toBeLessThanOrEqual(mostTwice(books.length));
		},
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);
}
