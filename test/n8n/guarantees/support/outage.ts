import { setTimeout as sleep } from 'node:timers/promises';

import type { N8n, Sink } from '../../harness';
import { callScalerCall } from '../../simulators';
import { type Account, balance, type Entry } from './books';
import { type CallScalerScene, callScalerScene } from './scene';

/** All the calls of one outage start within this time, and the outage begins somewhere in it or shortly after. */
const LOAD_IN_MILLISECONDS = 800;
/** A second of CallScaler's schedule, here. */
const SECOND_IN_MILLISECONDS = 20;
const BACK_AFTER_IN_SECONDS = 30;

export const MODES = ['onReceived', 'lastNode'] as const;
export type Mode = (typeof MODES)[number];

/**
 * Calls come in, and in the middle of it n8n ends and is started again. CallScaler keeps its schedule, scaled: its
 * second attempt finds n8n gone, starting or back; its third one, two minutes later, finds it back.
 */
export class Outages {
	private readonly entries: Record<Mode, Entry[]> = { onReceived: [], lastNode: [] };
	private isBack: Promise<void> = Promise.resolve();

	private constructor(
		private readonly n8n: N8n,
		private readonly sink: Sink,
		private readonly scenes: Record<Mode, CallScalerScene>,
		private readonly random: () => number,
	) {}

	static async prepare(n8n: N8n, sink: Sink, random: () => number): Promise<Outages> {
		const onReceived = await callScalerScene(n8n, sink, { respond: 'onReceived' });
		const lastNode = await callScalerScene(n8n, sink, { respond: 'lastNode' });
		return new Outages(n8n, sink, { onReceived, lastNode }, random);
	}

	/** One outage, with so many calls, until CallScaler has done with each of them. */
	async outage(calls: number, end: () => Promise<void>): Promise<void> {
		const load = Array.from(
			{ length: calls },
			async (_, at) => await this.call(MODES[at % MODES.length] ?? 'lastNode'),
		);
		this.isBack = this.endAndBootAgain(end);
		await Promise.all([this.isBack, ...load]);
	}

	workflowId(mode: Mode): string {
		return this.scenes[mode].workflow.id;
	}

	async accounts(mode: Mode): Promise<Account[]> {
		const executions = await this.n8n.executions.settled(this.workflowId(mode));
		return balance(this.n8n, this.sink, this.entries[mode], executions);
	}

	private async call(mode: Mode): Promise<void> {
		const wait = async (seconds: number) => {
			const findsItBack = seconds > BACK_AFTER_IN_SECONDS || this.random() < 0.5;
			await sleep(seconds * SECOND_IN_MILLISECONDS);
			if (findsItBack) await this.isBack;
		};
		await sleep(this.random() * LOAD_IN_MILLISECONDS);
		const flow = this.scenes[mode].callFlow({ wait, timeoutMs: 60_000, newDeliveryIdPerAttempt: true });
		const call = callScalerCall();
		this.entries[mode].push({ callId: String(call.call_id), attempts: await flow.fire(call) });
	}

	private async endAndBootAgain(end: () => Promise<void>): Promise<void> {
		await sleep((0.25 + 1.25 * this.random()) * LOAD_IN_MILLISECONDS);
		await end();
		await this.n8n.bootAgain();
		for (const { workflow } of Object.values(this.scenes)) await this.n8n.workflows.registered(workflow.id);
	}
}
