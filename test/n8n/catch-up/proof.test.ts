import { createHash } from 'node:crypto';

import { boot, type N8n } from '../../../host';
import { clockAhead, openProbe } from '../../../host/probe';
import { CallsApi, type Row } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { verdictOf } from '../support/verdict';
import { idsOf, Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

const OTHER_ID = (row: Row): Row => ({ ...row, id: createHash('md5').update(String(row.id)).digest('hex') });

/** Nobody here has seen the API answer. Were its ids not the webhook's, each call would run twice. */
describe('an API that has not proved itself', () => {
	let n8n: N8n;
	const scenes: Scene[] = [];
	/** Another business, whose askings tell how time passes in this n8n. */
	let witness: Scene;
	const openScene = async (api: CallsApi) => {
		const scene = await Scene.open(n8n, { api });
		scenes.push(scene);
		return scene;
	};

	beforeAll(async () => {
		const probe = await openProbe({ minutesAreSeconds: true });
		n8n = await boot({ env: probe.env });
		witness = await openScene(await CallsApi.open());
	});
	afterAll(async () => {
		await n8n.stop();
		await Promise.all(scenes.map(async (scene) => await scene.close()));
	});

	it.each([
		['from the start', 0],
		['after it had proved itself', 2],
	])("whose ids are not the webhook's, %s: hands nothing over, and the log says why", async (_, provedBefore) => {
		const api = await CallsApi.open();
		const scene = await openScene(api);
		const delivered = [];
		for (let at = 0; at < provedBefore; at++) delivered.push(await scene.prove());
		api.present({ changeRow: OTHER_ID });
		for (let at = 0; at < 3; at++) {
			const call = scene.call({ caller_number: `+1305555000${at}` });
			expect(verdictOf(await scene.deliver(call))).toBe('200 accepted');
			delivered.push(call);
		}
		scene.calls(5, { caller_number: '+13055550077' });
		scene.makeDue();
		const why = /under another ID/;
		await waitUntil('the log says why', () => scene.said().some((line) => why.test(line)), 120_000);
		// As long as more askings would take, if there were any.
		await witness.asked(3);
		await n8n.executions.settled(scene.workflow.id);
		expect(scene.ids()).toEqual(idsOf(delivered));
		expect(scene.said().filter((line) => why.test(line))).toHaveLength(1);
		console.info(scene.said().join('\n'));
	});

	it('under which no delivered call was found yet: hands nothing over until one is, and then what is undelivered', async () => {
		const scene = await openScene(await CallsApi.open());
		const undelivered = scene.calls(3, { caller_number: '+13055550077' });
		scene.makeDue();
		await scene.asked(3);
		expect(scene.ids()).toEqual([]);

		const delivered = scene.call();
		await scene.deliver(delivered);
		await scene.ran(4);
		await scene.asked(1);
		expect(scene.ids()).toEqual([delivered.call_id, ...idsOf(undelivered)]);
	});

	it('stays proved when n8n is killed', async () => {
		const scene = await openScene(await CallsApi.open());
		const proof = await scene.prove();
		const first = scene.call();
		scene.makeDue();
		await scene.ran(2);
		await scene.asked(1);
		await n8n.kill();
		const undelivered = scene.calls(2);
		scene.makeDue();
		await n8n.bootAgain(clockAhead(scene.ahead()));
		await scene.ran(4);
		await scene.asked(1);
		expect(scene.ids()).toEqual(idsOf([proof, first, ...undelivered]));
	});
});
