import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8n, Sink } from '../../../../host';
import { type Attempt, callScalerCall, isDelivered } from '../../../../host/simulators';
import { type Account, accountsOf, storedExecutions } from '../../support/books';
import { verdictOf } from '../../support/verdict';
import { type Mode, MODES } from './modes';
import { type CallScalerScene, callScalerScene } from './scene';

/** All the calls of one outage start within this time, and the outage begins somewhere in it or shortly after. */
const LOAD_IN_MILLISECONDS = 800;
/** A second of CallScaler's schedule, here. */
const SECOND_IN_MILLISECONDS = 20;
const BACK_AFTER_IN_SECONDS = 30;

const moment = (from: number, to: number) =>
	fc.integer({ min: from * LOAD_IN_MILLISECONDS, max: to * LOAD_IN_MILLISECONDS });

/** When n8n ends, when each of so many calls begins, and whether its second attempt finds n8n back. */
export const outagePlan = (calls: number) =>
	fc.record({
		endsAfterMs: moment(0.25, 1.5),
		calls: fc.array(fc.record({ afterMs: moment(0, 1), findsItBack: fc.boolean() }), {
			minLength: calls,
			maxLength: calls,
		}),
	});
export type OutagePlan = ReturnType<typeof outagePlan> extends fc.Arbitrary<infer Plan> ? Plan : never;

/** A call as its provider saw it, and what became of it. */
export interface AttemptedCall extends Account {
	attempts: Attempt[];
	acknowledged: boolean;
}

/**
 * Calls come in, and in the middle of it n8n ends and is started again. CallScaler keeps its schedule, scaled: its
 * second attempt finds n8n gone, starting or back; its third one, two minutes later, finds it back.
 */
export class Outages {
	private readonly attempts: Record<Mode, Map<string, Attempt[]>> = { onReceived: new Map(), lastNode: new Map() };
	private isBack: Promise<void> = Promise.resolve();

	private constructor(
		private readonly n8n: N8n,
		private readonly sink: Sink,
		private readonly scenes: Record<Mode, CallScalerScene>,
	) {}

	static async prepare(n8n: N8n, sink: Sink): Promise<Outages> {
		const onReceived = await callScalerScene(n8n, sink, { respond: 'onReceived' });
		const lastNode = await callScalerScene(n8n, sink, { respond: 'lastNode' });
		return new Outages(n8n, sink, { onReceived, lastNode });
	}

	/** One outage, until CallScaler has done with each of its calls. */
	async outage({ endsAfterMs, calls }: OutagePlan, end: () => Promise<void>): Promise<void> {
		const load = calls.map(async (call, at) => await this.call(MODES[at % MODES.length] ?? 'lastNode', call));
		this.isBack = this.endAndBootAgain(endsAfterMs, end);
		await Promise.all([this.isBack, ...load]);
	}

	workflowId(mode: Mode): string {
		return this.scenes[mode].workflow.id;
	}

	async accounts(mode: Mode): Promise<AttemptedCall[]> {
		const made = this.attempts[mode];
		const stored = await storedExecutions(this.n8n, this.workflowId(mode));
		return accountsOf([...made.keys()], this.sink.calls(), stored).map((account) => {
			const attempts = made.get(account.callId) ?? [];
			return { ...account, attempts, acknowledged: attempts.some(isDelivered) };
		});
	}

	private async call(mode: Mode, { afterMs, findsItBack }: OutagePlan['calls'][number]): Promise<void> {
		const wait = async (seconds: number) => {
			await sleep(seconds * SECOND_IN_MILLISECONDS);
			if (findsItBack || seconds > BACK_AFTER_IN_SECONDS) await this.isBack;
		};
		await sleep(afterMs);
		const flow = this.scenes[mode].callFlow({ wait, newDeliveryIdPerAttempt: true });
		const callId = `call-${mode}-${this.attempts[mode].size}`;
		// Noted before it is answered, so that none is missing from the books.
		this.attempts[mode].set(callId, []);
		this.attempts[mode].set(callId, await flow.fire(callScalerCall({ call_id: callId })));
	}

	private async endAndBootAgain(afterMs: number, end: () => Promise<void>): Promise<void> {
		await sleep(afterMs);
		await end();
		await this.n8n.bootAgain();
		for (const { workflow } of Object.values(this.scenes)) await this.n8n.workflows.registered(workflow.id);
	}
}

/** One line of an account, for whoever has to find out what happened. */
export function describeCall({ callId, fate, attempts, executions }: AttemptedCall): string {
	const stored = executions.map(({ id, status, sideEffects }) => `${id} ${status} with ${sideEffects} side effects`);
	return `${callId} ${fate}: answered ${attempts.map(verdictOf).join(', ')}; executions: ${stored.join(', ') || 'none'}`;
}
