import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { boot, node, workflowOf } from '../../../host';
import { openProbe } from '../../../host/probe';
import { waitUntil } from '../../../lib/wait-until';
import { idsOf, Scene } from './support/scene';

// A slow machine takes its time, as does waiting for what n8n does every few minutes.
jest.setTimeout(900_000);

const STARTED = 'a trigger that fails was started';

/** A node for n8n: a trigger whose connection is lost once a file is there. */
const triggerThatFails = (failsOnce: string) => `
const { existsSync, unlinkSync } = require('node:fs');
class Fails {
	description = { displayName: 'Fails', name: 'fails', group: ['trigger'], version: 1, description: 'Fails', defaults: { name: 'Fails' }, inputs: [], outputs: ['main'], properties: [] };
	async trigger() {
		console.log('${STARTED}');
		const timer = setInterval(() => {
			if (!existsSync('${failsOnce}')) return;
			unlinkSync('${failsOnce}');
			this.emitError(new Error('connection lost'));
		}, 200);
		return { closeFunction: async () => clearInterval(timer) };
	}
}
module.exports = { Fails };
`;

/** n8n 1.x then starts all triggers of the workflow anew, in the mode `activate`; n8n 2.x that one alone. */
it('goes on where it had stopped after another trigger of its workflow has failed', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'fails-'));
	const failsOnce = join(folder, 'now');
	writeFileSync(join(folder, 'Fails.node.js'), triggerThatFails(failsOnce));
	const probe = await openProbe({ minutesAreSeconds: true });
	const n8n = await boot({ env: { ...probe.env, N8N_CUSTOM_EXTENSIONS: folder } });
	const starts = () => n8n.log().split(STARTED).length - 1;
	try {
		const scene = await Scene.open(n8n);
		const { id } = scene.workflow;
		const { nodes } = await n8n.workflows.get(id);
		const { connections } = workflowOf(...nodes);
		const withAnother = [...nodes, node('CUSTOM.fails', 1, 'Fails', {})];
		await n8n.workflows.update(id, { nodes: withAnother, connections });
		await n8n.workflows.deactivate(id);
		await n8n.workflows.activate(id);
		await scene.asked();
		await scene.begin();
		const undelivered = scene.calls(3);

		// Since when it asks is kept by n8n's clock.
		await probe.shiftClock(scene.ahead());
		const before = starts();
		writeFileSync(failsOnce, '');
		await waitUntil('n8n has started it again', () => starts() > before, 120_000);
		await scene.asked();
		scene.makeDue();
		await scene.asked(2);
		expect(scene.ids().slice(2)).toEqual(idsOf(undelivered));
		await scene.close();
	} finally {
		await n8n.stop();
		rmSync(folder, { recursive: true });
	}
});
