import { boot, type N8n } from '../../../host';
import { clockAhead, openProbe, type Probe } from '../../../host/probe';
import { MINUTE_IN_MILLISECONDS, Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

/** ASKINGS=20 for figures. */
const ASKINGS = Number(process.env.ASKINGS ?? 8);
const DELIVERED = 10;

/** What catching up costs where nothing is undelivered. */
describe('nothing is undelivered', () => {
	let n8n: N8n;
	let scene: Scene;
	let probe: Probe;
	let inProcess: number;

	beforeAll(async () => {
		probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
		scene = await Scene.open(n8n);
	});
	afterAll(async () => {
		await n8n.stop();
		await scene.close();
	});

	let minutes = 0;
	/** At CallScaler and in n8n alike. */
	const letMinutesPass = async (count: number) => {
		minutes += count;
		await probe.shiftClock(minutes * MINUTE_IN_MILLISECONDS);
		scene.api.clock.forward(count * MINUTE_IN_MILLISECONDS);
	};

	it(`${ASKINGS} askings in one process start no execution`, async () => {
		// What ended just when n8n began is looked up: the first call comes after that.
		await letMinutesPass(5);
		const deliver = async (call_id: string) => {
			await letMinutesPass(1);
			await scene.deliver(scene.api.business.call(scene.flow, { call_id, duration_seconds: 45 }));
		};
		await deliver('call-0');
		// Of the first call n8n may be told before its webhook has come in: that may prove the catching up, and is looked up.
		const atTheStart = new Set((await n8n.executions.settled(scene.workflow.id)).map(({ id }) => id));
		expect(atTheStart.size).toBeLessThanOrEqual(2);
		for (let at = 1; at < DELIVERED; at++) await deliver(`call-${at}`);
		await letMinutesPass(30);
		await scene.asked(ASKINGS);
		const executions = await n8n.executions.settled(scene.workflow.id);
		expect(executions.filter(({ id, mode }) => mode !== 'webhook' && !atTheStart.has(id))).toEqual([]);
		expect(executions.filter(({ mode }) => mode === 'webhook')).toHaveLength(DELIVERED);
		inProcess = executions.length;
		expect(scene.said()).toEqual([]);
	});

	it('and one for a call that is undelivered, and none for those that were delivered', async () => {
		const { call_id } = scene.api.business.call(scene.flow, { call_id: 'call-undelivered', duration_seconds: 45 });
		await letMinutesPass(30);
		await scene.ran(DELIVERED + 1);
		await scene.asked(2);
		expect(scene.ids().slice(DELIVERED)).toEqual([call_id]);
		const after = (await n8n.executions.settled(scene.workflow.id)).length;
		expect(after).toBe(inProcess + 1);
		inProcess = after;
	});

	it('after a restart one execution at most asks for them all, and ends empty', async () => {
		await n8n.stopAndKeep();
		await n8n.bootAgain(clockAhead(minutes * MINUTE_IN_MILLISECONDS));
		await scene.asked(ASKINGS / 4);
		const executions = await n8n.executions.settled(scene.workflow.id);
		console.info(
			`After a restart, for ${DELIVERED + 1} calls that are known: ${executions.length - inProcess} executions.`,
		);
		expect(executions.length - inProcess).toBeLessThanOrEqual(1);
		expect(scene.ids()).toHaveLength(DELIVERED + 1);
	});

	it('asks once for each call flow, for little more than what changed', () => {
		const requests = scene.api.requests();
		const bytes = requests.reduce((sum, { answered }) => sum + (answered?.bytes ?? 0), 0);
		console.info(
			`${requests.length} requests for ${scene.askings().length} askings, ${(bytes / requests.length / 1024).toFixed(1)} KB each.`,
		);
		expect(requests).toHaveLength(scene.askings().length);
	});
});
