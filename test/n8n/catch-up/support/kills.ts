import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';

import { clockAhead } from '../../../../host/probe';
import { type Attempt, isDelivered } from '../../../../host/simulators';
import { verdictOf } from '../../support/verdict';
import type { Account } from '../../support/books';
import type { CaughtUp, Fired } from './scene';

/** All the calls of one outage end within this time, and the kill comes somewhere in it or after. */
const LOAD_IN_MILLISECONDS = 3_000;

/**
 * At the provider more time passes while n8n starts than here: its clock is faster, and between two calls there is a minute. By so
 * much the moment since which n8n asks seems later to it. This is more: no call ends before that.
 */
const MINUTES_BEFORE_THE_FIRST_CALL = 12 * 60;

/** How a call's webhook fares, wherever n8n is then. */
const WEBHOOKS = [
	/** Fired when the call ends, and again on the schedule of its provider, which a long outage outlasts. */
	'at once',
	/** Fired once, about when the call is due to be caught up. */
	'late',
	/** Fired once when n8n is back, about while it catches the call up. */
	'while it catches up',
	/** Something between CallScaler and n8n swallows it. */
	'never',
] as const;
type Webhook = (typeof WEBHOOKS)[number];

const moment = (from: number, to: number) =>
	fc.integer({ min: Math.round(from * LOAD_IN_MILLISECONDS), max: Math.round(to * LOAD_IN_MILLISECONDS) });

/** When n8n is killed, how long it stays away, and what calls there are meanwhile. */
export const killPlan = (calls: number) =>
	fc.record({
		killedAfterMs: moment(0, 1.2),
		/** On the clock of CallScaler, beside the time that n8n takes to start. */
		awayForMinutes: fc.integer({ min: 0, max: 30 }),
		calls: fc.array(
			fc.record({
				endsAfterMs: moment(0, 1),
				webhook: fc.constantFrom(...WEBHOOKS),
				lateByMs: moment(0, 2),
			}),
			{ minLength: calls, maxLength: calls },
		),
	});
export type KillPlan = ReturnType<typeof killPlan> extends fc.Arbitrary<infer Plan> ? Plan : never;

export interface PlannedCall {
	webhook: Webhook;
	attempts: Attempt[];
}

export interface Process {
	kill: () => Promise<void>;
	bootAgain: (env: Record<string, string>) => Promise<void>;
}

/** Calls end, their webhooks come, come late or never come; in the middle of it n8n is killed and started again. */
export class Kills {
	readonly planned = new Map<string, PlannedCall>();

	constructor(
		private readonly scene: CaughtUp,
		/** How much later than it is n8n's clock said when the scene began, in milliseconds. */
		private readonly aheadBefore = 0,
	) {
		scene.pass(MINUTES_BEFORE_THE_FIRST_CALL);
	}

	/**
	 * One kill, until the provider has done with each of its calls. What n8n still has to catch up goes on. Gives how much later
	 * than it is the clock of the process says from now on, in milliseconds.
	 */
	async kill({ killedAfterMs, awayForMinutes, calls }: KillPlan, victim: Process): Promise<number> {
		const killAndBootAgain = async () => {
			await sleep(killedAfterMs);
			await victim.kill();
			this.scene.pass(awayForMinutes);
			const ahead = this.aheadBefore + this.scene.ahead();
			await victim.bootAgain(clockAhead(ahead));
			return ahead;
		};
		const isBack = killAndBootAgain();
		const [ahead] = await Promise.all([isBack, ...calls.map(async (call) => await this.call(call, isBack))]);
		return ahead;
	}

	ids(): string[] {
		return [...this.planned.keys()];
	}

	describe({ callId, fate, executions }: Account): string {
		const { webhook, attempts } = this.planned.get(callId) ?? { webhook: 'unknown', attempts: [] };
		const answers = attempts.map(verdictOf).join(', ') || 'nothing';
		const stored = executions.map(({ id, status, sideEffects }) => `${id} ${status} with ${sideEffects} side effects`);
		return `${callId} ${fate}: webhook ${webhook}, answered ${answers}; executions: ${stored.join(', ') || 'none'}`;
	}

	private async call(
		{ endsAfterMs, webhook, lateByMs }: KillPlan['calls'][number],
		isBack: Promise<unknown>,
	): Promise<void> {
		await sleep(endsAfterMs);
		const name = `call-${this.planned.size}`;
		const call = this.scene.ended(name);
		const planned: PlannedCall = { webhook, attempts: [] };
		this.planned.set(name, planned);
		if (webhook === 'never') return;
		if (webhook === 'while it catches up') await isBack;
		if (webhook !== 'at once') await sleep(lateByMs);
		await this.fire(call, webhook === 'at once' ? call.retryAfterInSeconds : [], planned);
	}

	private async fire(call: Fired, retryAfterInSeconds: readonly number[], planned: PlannedCall): Promise<void> {
		for (const [at, seconds] of [0, ...retryAfterInSeconds].entries()) {
			await sleep(seconds * 1_000);
			const attempt = await call.attempt(at + 1);
			planned.attempts.push(attempt);
			if (isDelivered(attempt)) return;
		}
	}
}
