import { boot, type N8n } from '../../../host';
import { openProbe, type Probe } from '../../../host/probe';
import { failures } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { Scene } from '../catch-up/support/scene';
import { errorWorkflow } from '../support/error-workflow';

const MINUTE_IN_MILLISECONDS = 60_000;

let n8n: N8n;
let probe: Probe;
const scenes: Scene[] = [];
beforeAll(async () => {
	probe = await openProbe({ minutesAreSeconds: true });
	n8n = await boot({ env: probe.env });
});
afterAll(async () => {
	await n8n.stop();
	await Promise.all(scenes.map(async (scene) => await scene.close()));
});

/** A trigger that has caught one call up, and a workflow that is told of its errors. */
async function begun() {
	const { watcher, told } = await errorWorkflow(n8n);
	const scene = await Scene.open(n8n, { settings: { errorWorkflow: watcher.id } });
	scenes.push(scene);
	await scene.begin();
	const soOften = async (times: number) =>
		await waitUntil(`it is told of ${times} times`, async () => {
			const all = await told(1);
			return all.length >= times && all.map(({ message }) => message);
		});
	return { scene, told, soOften };
}

test('three calls in a row that came only by catching up start the Error Workflow once, and again only after a webhook', async () => {
	const { scene, soOften } = await begun();
	const undelivered = async (calls: number) => {
		const before = scene.ids().length;
		scene.calls(calls);
		scene.makeDue();
		await scene.ran(before + calls);
		await scene.asked();
	};
	// With the one that was caught up before.
	await undelivered(2);
	const [message] = await soOften(1);
	expect(message).toMatch(
		/^The last 3 calls of the call flow \S+ came only by catching up, since \d\d:\d\d.*: no webhook of theirs was accepted$/,
	);
	await undelivered(4);
	expect(await soOften(1)).toHaveLength(1);
	await scene.deliver(scene.call());
	await undelivered(3);
	expect(await soOften(2)).toHaveLength(2);
});

test('a refused key starts the Error Workflow once, and again only after it worked', async () => {
	const { scene, told, soOften } = await begun();
	try {
		scene.api.fail(failures.refuseKey);
		await scene.asked();
		await probe.shiftClock(20 * MINUTE_IN_MILLISECONDS);
		const [message] = await soOften(1);
		expect(message).toMatch(
			/^Catching up on undelivered calls does not work since \d\d:\d\d.*: CallScaler refuses the API key \(status 401\)/,
		);
		const [alert] = await told(1);
		expect(alert?.description).toContain('What arrives by webhook starts this workflow as ever.');
		expect(alert?.url).toContain(scene.workflow.id);
		expect(JSON.stringify(alert)).not.toContain(scene.api.apiKey);
		await probe.shiftClock(300 * MINUTE_IN_MILLISECONDS);
		await scene.asked(2);
		expect(await told(1)).toHaveLength(1);
		scene.api.answerNormally();
		await scene.asked();
		scene.api.fail(failures.refuseKey);
		await scene.asked();
		await probe.shiftClock(330 * MINUTE_IN_MILLISECONDS);
		// An asking that fails otherwise meanwhile says nothing of the key: it counts anew from there.
		await scene.asked();
		await probe.shiftClock(360 * MINUTE_IN_MILLISECONDS);
		expect(await soOften(2)).toHaveLength(2);
	} finally {
		await probe.shiftClock(0);
	}
});
