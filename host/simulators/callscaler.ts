import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { attempt, type Attempt, isDelivered, PATIENCE_IN_MILLISECONDS } from './attempt';
import callEndedMinimal from './payloads/callscaler-call-ended-minimal.json';
import callEnded from './payloads/callscaler-call-ended.json';
import postCall from './payloads/callscaler-post-call.json';

export type CallScalerCall = Record<string, unknown>;

/** Seconds after each failed attempt. The guide's own, and the one of older pages. */
export const RETRY_AFTER_IN_SECONDS = [30, 120];
export const OLDER_RETRY_AFTER_IN_SECONDS = [60, 300, 900];

/** A call with the guide's example payload and an id of its own. */
export function callScalerCall(change: CallScalerCall = {}): CallScalerCall {
	return { ...postCall, call_id: randomUUID(), delivery_id: randomUUID(), ...change };
}

/** The older payloads, of a Webhook step in a call flow and of automations. */
export function callEndedCall(change: CallScalerCall = {}): CallScalerCall {
	return { ...callEnded, call_id: randomUUID(), ...change };
}

export function minimalCallEndedCall(change: CallScalerCall = {}): CallScalerCall {
	return { ...callEndedMinimal, call_id: randomUUID(), ...change };
}

/** The same call as the *Immediate* firing mode sends it: analysis has not happened yet. */
export function beforeAiProcessing(call: CallScalerCall): CallScalerCall {
	return {
		...call,
		transcription: null,
		summary: null,
		ai_score: null,
		ai_category: null,
		qualified_ai: null,
		qualification_reason: null,
		ai_processed: false,
	};
}

export interface CallFlowWebhook {
	url: string;
	headers?: Record<string, string>;
	/** 1 keeps the guide's schedule; 0.01 makes 30 s of it 300 ms. */
	timeScale?: number;
	retryAfterInSeconds?: number[];
	/** How the time until the next attempt passes, where a test ties it to what happens meanwhile. */
	wait?: (seconds: number) => Promise<void>;
	timeoutMs?: number;
	/** Nobody documents whether the delivery id stays the same across attempts. */
	newDeliveryIdPerAttempt?: boolean;
}

/** CallScaler's side of a post-call webhook: fires after a call, and again as its guide says while that fails. */
export class CallScaler {
	private readonly timeScale: number;
	private readonly retryAfterInSeconds: number[];
	private readonly timeoutMs: number;

	constructor(private readonly webhook: CallFlowWebhook) {
		this.timeScale = webhook.timeScale ?? 1;
		this.retryAfterInSeconds = webhook.retryAfterInSeconds ?? RETRY_AFTER_IN_SECONDS;
		this.timeoutMs = webhook.timeoutMs ?? PATIENCE_IN_MILLISECONDS;
	}

	/** Resolves with every attempt that was made, the last one being the one that decided. */
	async fire(call: CallScalerCall): Promise<Attempt[]> {
		const attempts = [await this.attempt(call, 1)];
		for (const seconds of this.retryAfterInSeconds) {
			if (attempts.some(isDelivered)) break;
			await this.wait(seconds);
			attempts.push(await this.attempt(call, attempts.length + 1));
		}
		return attempts;
	}

	private async wait(seconds: number): Promise<void> {
		if (this.webhook.wait) await this.webhook.wait(seconds);
		else await sleep(seconds * 1000 * this.timeScale);
	}

	/** One attempt by its number, whatever became of the others. */
	async attempt(call: CallScalerCall, number: number): Promise<Attempt> {
		const payload = {
			...call,
			...('attempt' in call ? { attempt: number } : {}),
			...('webhook_sent_at' in call ? { webhook_sent_at: new Date().toISOString() } : {}),
			...(this.webhook.newDeliveryIdPerAttempt && number > 1 ? { delivery_id: randomUUID() } : {}),
		};
		const { url, headers } = this.webhook;
		return await attempt(url, { json: payload, headers, timeoutMs: this.timeoutMs }, payload);
	}

	/** The Test button: a sample made from a recent call. */
	async sendTestWebhook(recentCall: CallScalerCall): Promise<Attempt> {
		return await this.attempt({ ...recentCall, delivery_id: randomUUID() }, 1);
	}
}
