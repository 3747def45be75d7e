import { randomUUID } from 'node:crypto';

import {
	callScalerApiCredential,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	openSink,
	type Sink,
	type StoredWorkflow,
	workflowOf,
} from '../../../../host';
import {
	type ApiRequest,
	type Attempt,
	type CallFlow,
	type CallFlowWebhook,
	CallScaler,
	type CallScalerCall,
	CallsApi,
	type Clock,
} from '../../../../host/simulators';
import { waitUntil } from '../../../../lib/wait-until';
import { verdictOf } from '../../support/verdict';

export const MINUTE_IN_MILLISECONDS = 60_000;
export const HOUR_IN_MILLISECONDS = 60 * MINUTE_IN_MILLISECONDS;
export const TRIGGER = 'CallScaler Trigger';
/** Of a call, and of asking: where n8n's scheduler takes minutes for seconds, every two seconds. */
export const TIMES = { catchUpAfter: 1, catchUpEvery: 2 };
export const GIVE_UP_AFTER_IN_MILLISECONDS = 300_000;
const SAID_SHOWN = 20;

export interface SceneOptions {
	/** Of the trigger: its lines in the log begin with it. */
	name?: string;
	api?: CallsApi;
	/** Call flows that are chosen before its own. */
	othersFirst?: string[];
	parameters?: Record<string, unknown>;
	options?: Record<string, unknown>;
	filters?: Record<string, unknown>;
	/** Of the workflow, in n8n's words. */
	settings?: Record<string, unknown>;
	/** Where deliveries go, unless it is n8n itself. */
	urlOf?: (workflow: StoredWorkflow) => string;
}

/** An API as these scenes look at it. */
interface Api {
	readonly clock: Clock;
	requests(): ApiRequest[];
	close(): Promise<void>;
}

/** A call that has just ended, as its provider fires its webhook. */
export interface Fired {
	attempt(number: number): Promise<Attempt>;
	/** How long after a failed attempt the provider makes another, in seconds. */
	readonly retryAfterInSeconds: readonly number[];
}

/** A workflow whose trigger catches up, with the API that it asks. */
export abstract class CaughtUp {
	private readonly aheadAtFirst: number;

	readonly sink: Sink;
	private readonly asks: Api;

	protected constructor(
		private readonly n8n: N8n,
		private readonly name: string,
		readonly workflow: StoredWorkflow,
		{ api, sink }: { api: Api; sink: Sink },
	) {
		this.sink = sink;
		this.asks = api;
		this.aheadAtFirst = this.apiAhead();
	}

	/** A call that has just ended, by a name that its item has from either door; another one ends a minute later. */
	abstract ended(name: string): Fired;

	/** By what the provider, and n8n's log, know a call of this name. */
	abstract idOf(name: string): string;

	/** The names of these. */
	abstract names(): Array<{ executionId: string; name: string }>;

	/** Every asking's first request. */
	abstract askings(): ApiRequest[];

	/**
	 * How much more time has passed at the provider since the beginning than here. n8n keeps by its own clock since when it asks:
	 * where it is started again, as much has to have passed there.
	 */
	ahead(): number {
		return this.apiAhead() - this.aheadAtFirst;
	}

	private apiAhead(): number {
		return this.asks.clock.now().getTime() - Date.now();
	}

	/** So many minutes pass at the provider. */
	pass(minutes: number): void {
		this.asks.clock.forward(minutes * MINUTE_IN_MILLISECONDS);
	}

	/** From now on every call so far is due. */
	makeDue(): void {
		this.asks.clock.forward(30 * MINUTE_IN_MILLISECONDS);
	}

	/** Waits for so many whole askings that began after now: one that follows shows that they are over. */
	async asked(times = 1, giveUpAfterMs = GIVE_UP_AFTER_IN_MILLISECONDS): Promise<void> {
		const start = Date.now();
		await waitUntil(
			`n8n has asked ${times} times`,
			() => this.askings().filter(({ at }) => at > start).length > times,
			giveUpAfterMs,
		).catch((error: unknown) => {
			throw new Error(`${String(error)}\nIts log:\n${this.said().slice(-SAID_SHOWN).join('\n')}`);
		});
		await this.n8n.executions.settled(this.workflow.id);
	}

	/** Waits until three askings bring nothing more: of what is asked for alone, each takes a part. */
	async caughtUp(giveUpAfterMs: number): Promise<void> {
		for (let before = -1; this.names().length > before; ) {
			before = this.names().length;
			await this.asked(3, giveUpAfterMs);
		}
	}

	/** What n8n's log says of this workflow's catching up, without the moments at which it did. */
	said(): string[] {
		const begin = `${this.name} in "${this.workflow.name}": catching up`;
		const lines = this.n8n
			.log()
			.split('\n')
			.filter((line) => line.includes(begin));
		return lines.map((line) => line.slice(line.indexOf(begin)));
	}

	/** Waits until so many calls have reached the end of the workflow. */
	async ran(count: number): Promise<string[]> {
		await waitUntil(
			`${count} calls have run`,
			() => this.sink.items().length >= count,
			GIVE_UP_AFTER_IN_MILLISECONDS,
		).catch((error: unknown) => {
			const said = this.said().slice(-SAID_SHOWN).join('\n');
			throw new Error(
				`${String(error)} These have: ${this.names()
					.map(({ name }) => name)
					.join(', ')}\nIts log:\n${said}`,
			);
		});
		return this.names().map(({ name }) => name);
	}

	async close(): Promise<void> {
		await Promise.all([this.asks.close(), this.sink.close()]);
	}
}

/** In the order in which their executions were started. */
export function inOrder(ran: ReturnType<CaughtUp['names']>): string[] {
	return [...ran].sort((a, b) => Number(a.executionId) - Number(b.executionId)).map(({ name }) => name);
}

/** A business of CallScaler whose calls come to a workflow of its own, which catches up on those that do not. */
export class Scene extends CaughtUp {
	readonly api: CallsApi;
	readonly flow: CallFlow;
	readonly webhook: { url: string; headers: Record<string, string> };

	private constructor(
		n8n: N8n,
		name: string,
		workflow: StoredWorkflow,
		{ api, flow, sink, webhook }: Pick<Scene, 'api' | 'flow' | 'sink' | 'webhook'>,
	) {
		super(n8n, name, workflow, { api, sink });
		this.api = api;
		this.flow = flow;
		this.webhook = webhook;
	}

	static async open(n8n: N8n, settings: SceneOptions = {}): Promise<Scene> {
		const {
			name = TRIGGER,
			parameters,
			options,
			filters = {},
			othersFirst = [],
			urlOf = (workflow) => n8n.productionUrl(workflow),
		} = settings;
		const [sink, api] = [await openSink(), settings.api ?? (await CallsApi.open())];
		const flow = api.business.callFlow('Main Line');
		const secret = `secret-${randomUUID()}`;
		const credential = await n8n.credentials.create(callScalerCredential(secret));
		const apiCredential = await n8n.credentials.create(callScalerApiCredential(api.apiKey, api.baseUrl()));
		const trigger = callScalerTrigger({
			name,
			credential,
			apiCredential,
			parameters: {
				catchUp: true,
				catchUpCallFlows: [...othersFirst, flow.id],
				...(Object.keys(filters).length > 0 ? { filters } : {}),
				options: { ...TIMES, includeDelivery: true, ...options },
				...parameters,
			},
		});
		const definition = workflowOf(trigger, sink.node());
		const { id } = await n8n.workflows.create({
			...definition,
			settings: { ...definition.settings, ...settings.settings },
		});
		const workflow = await n8n.workflows.activate(id);
		const webhook = { url: urlOf(workflow), headers: { 'X-Webhook-Secret': secret } };
		const scene = new Scene(n8n, name, workflow, { api, flow, sink, webhook });
		// Where time is to jump at CallScaler, n8n has to have heard of the one before: from then on it asks for undelivered calls.
		await waitUntil('n8n has asked', () => scene.askings().length > 0, GIVE_UP_AFTER_IN_MILLISECONDS);
		return scene;
	}

	/** A call of this call flow that has just ended; another one ends a minute later. */
	call(change: CallScalerCall = {}): CallScalerCall {
		this.api.clock.forward(MINUTE_IN_MILLISECONDS);
		return this.end(change);
	}

	calls(count: number, change: CallScalerCall = {}): CallScalerCall[] {
		return Array.from({ length: count }, () => this.call(change));
	}

	/** Calls whose webhooks come at once. All end at one moment: none is due, and could be caught up, before its webhook. */
	async delivered(count: number): Promise<CallScalerCall[]> {
		this.api.clock.forward(MINUTE_IN_MILLISECONDS);
		const calls = Array.from({ length: count }, () => this.end());
		for (const call of calls) {
			const verdict = verdictOf(await this.deliver(call));
			if (verdict !== '200 accepted') throw new Error(`The webhook of a call was answered with ${verdict}.`);
		}
		return calls;
	}

	private end(change: CallScalerCall = {}): CallScalerCall {
		return this.api.business.call(this.flow, { call_id: `call-${randomUUID()}`, duration_seconds: 45, ...change });
	}

	/** CallScaler as it fires this call flow's webhook. */
	callScaler(webhook: Partial<CallFlowWebhook> = {}): CallScaler {
		return new CallScaler({ ...this.webhook, ...webhook });
	}

	async deliver(call: CallScalerCall): Promise<Attempt> {
		return await this.callScaler().attempt(call, 1);
	}

	/** A call that was delivered, and that the API tells of under its id: the proof that is wanted before all else. */
	async prove(): Promise<CallScalerCall> {
		const call = this.call();
		await this.deliver(call);
		await this.asked();
		return call;
	}

	/** As `prove`, and a call is caught up. */
	async begin(): Promise<CallScalerCall[]> {
		const calls = [await this.prove(), this.call()];
		this.makeDue();
		await this.ran(calls.length);
		await this.asked();
		return calls;
	}

	/** Every asking's first request. */
	askings(): ApiRequest[] {
		return this.api.requests().filter(({ query }) => !('cursor' in query));
	}

	ended(name: string): Fired {
		const call = this.call({ call_id: name });
		const callScaler = this.callScaler({ timeoutMs: 20_000 });
		return { attempt: async (number) => await callScaler.attempt(call, number), retryAfterInSeconds: [0.5, 1] };
	}

	idOf(name: string): string {
		return name;
	}

	names(): Array<{ executionId: string; name: string }> {
		return this.sink.calls().map(({ executionId, item }) => ({ executionId, name: String(item.call_id) }));
	}

	/** The calls that reached the end of the workflow, in the order in which their executions were started. */
	ids(): string[] {
		return inOrder(this.names());
	}
}

export const idsOf = (calls: CallScalerCall[]): string[] => calls.map(({ call_id }) => String(call_id));
