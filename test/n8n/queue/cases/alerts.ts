import { setTimeout as sleep } from 'node:timers/promises';

import { deliver, qCallCredential } from '../../../../host';
import { openProbe } from '../../../../host/probe';
import { qCallCall } from '../../../../host/simulators';
import { waitUntil } from '../../../../lib/wait-until';
import type { Cluster } from '../cluster';
import { errorWorkflow } from '../../support/error-workflow';
import { activeQCall } from './trigger';

const SECRET = 'the-right-secret-of-some-length';
const STRANGE = 'mistyped-by-somebody';
const HOUR_IN_MILLISECONDS = 3_600_000;
/** Minutes are seconds there, and each is one in which an alert could be told. */
const MINUTES_WITHOUT_ALERT = 3;

/** Which alerts work in which process, as docs/alerts.md says. */
export function alerts(cluster: () => Cluster): void {
	async function activeWithAlerts(options: Record<string, unknown>) {
		const { main } = cluster();
		const { watcher, told } = await errorWorkflow(main);
		const credential = await main.credentials.create(qCallCredential(SECRET));
		const own = { credentials: { [credential.type]: { id: credential.id, name: credential.name } } };
		const parameters = { authentication: 'headerAuth', options };
		const active = await activeQCall(cluster(), parameters, { own, settings: { errorWorkflow: watcher.id } });
		const messages = async (atLeast: number) => (await told(atLeast)).map(({ message }) => message);
		return { ...active, told: messages };
	}

	async function refused(url: string, times: number): Promise<void> {
		for (let time = 0; time < times; time++) {
			const { status } = await deliver(url, { headers: { Authorization: STRANGE }, json: qCallCall() });
			expect(status).toBe(401);
		}
	}

	it('refused deliveries are counted by each webhook process, which a worker tells of once, with no secret and no call', async () => {
		const { main, urlOf, webhooks } = cluster();
		const { workflow, sink, told } = await activeWithAlerts({});
		const { pathname } = new URL(urlOf(workflow));
		const [first, second] = webhooks.map(({ url }) => `${url}${pathname}`);
		if (first === undefined || second === undefined) throw new Error('There are two webhook processes.');
		for (const url of [first, second]) await refused(url, 2);
		expect(await main.executions.settled(workflow.id)).toEqual([]);

		await refused(first, 5);
		expect(await told(1)).toEqual([expect.stringMatching(/^3 call deliveries were refused since /)]);
		// The other process knows nothing of that.
		await refused(second, 5);
		expect(await told(2)).toHaveLength(2);
		const executions = await main.executions.settled(workflow.id, 2);
		expect(executions.map(({ status }) => status)).toEqual(['error', 'error']);
		for (const { id } of executions) {
			const { storedData } = await main.executions.get(id);
			expect(await main.executions.saysOfItself(id)).toMatchObject({ verdict: 'alert' });
			for (const none of [SECRET, STRANGE, 'phone_number']) expect(storedData).not.toContain(none);
		}
		expect(sink.items()).toEqual([]);
		await sink.close();
	});

	it('no call for a while is never told, for the main process learns of no webhook: finding out costs one execution', async () => {
		const { main, urlOf } = cluster();
		const { workflow, sink, told } = await activeWithAlerts({ alerts: ['noCall'], alertAfterHours: 2 });
		const probe = await openProbe({ minutesAreSeconds: true });
		await main.stopAndKeep();
		await main.bootAgain(probe.env);
		await main.workflows.registered(workflow.id);
		let hours = 0;
		const [{ id } = { id: '' }] = await waitUntil('it finds out', async () => {
			// The hours count from when n8n has started the trigger, which is a while after its webhooks answer.
			hours += 3;
			await probe.shiftClock(hours * HOUR_IN_MILLISECONDS);
			const executions = await main.executions.settled(workflow.id);
			return executions.length > 0 && executions;
		});
		const found = await main.executions.get(id);
		expect([found.status, found.items('Sink')]).toEqual(['success', []]);
		expect(found.storedData).toContain('webhooks may come to other processes of n8n');

		await deliver(urlOf(workflow), { headers: { Authorization: SECRET }, json: qCallCall() });
		await sink.waitFor(1);
		await probe.shiftClock((hours + 99) * HOUR_IN_MILLISECONDS);
		await sleep(MINUTES_WITHOUT_ALERT * 1_000);
		expect(await main.executions.settled(workflow.id)).toHaveLength(2);
		expect(await told(0)).toEqual([]);
		await sink.close();
	});
}
