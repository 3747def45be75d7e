import { boot, type N8n } from '../../../host';
import { openProbe } from '../../../host/probe';
import { Scene } from './support/scene';

const ASKINGS = 20;
const DELIVERED = 10;

/** What catching up costs where nothing was missed. */
describe('nothing was missed', () => {
	let n8n: N8n;
	let scene: Scene;
	let inProcess: number;

	beforeAll(async () => {
		const probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
		scene = await Scene.open(n8n);
	});
	afterAll(async () => {
		await n8n.stop();
		await scene.close();
	});

	it(`${ASKINGS} askings in one process start no execution`, async () => {
		for (const call of scene.calls(DELIVERED)) await scene.deliver(call);
		scene.makeDue();
		await scene.asked(ASKINGS);
		inProcess = (await n8n.executions.settled(scene.workflow.id)).length;
		expect(inProcess).toBe(DELIVERED);
	});

	it('after a restart one execution at most asks for them all, and ends empty', async () => {
		await n8n.stopAndKeep();
		await n8n.bootAgain();
		await scene.asked(ASKINGS / 4);
		const executions = await n8n.executions.settled(scene.workflow.id);
		console.info(
			`After a restart, for ${DELIVERED} calls that are known: ${executions.length - inProcess} executions.`,
		);
		expect(executions.length - inProcess).toBeLessThanOrEqual(1);
		expect(scene.ids()).toHaveLength(DELIVERED);
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
