import type {
	IDataObject,
	INodeType,
	IRun,
	ITriggerFunctions,
	IWebhookResponseData,
	WorkflowActivateMode,
} from 'n8n-workflow';
import { createRunExecutionData } from 'n8n-workflow';

import { List, ownCore, rememberIn, standIn, Trigger } from '../../../host/core';
import { CatchingUp } from '../../../nodes/catch-up/catching-up';
import { startCatchingUp } from '../../../nodes/catch-up/start';
import { runBeside } from '../../../nodes/n8n/beside-webhook';
import { readHandover } from '../../../nodes/delivery/handover';
import { settingsReader } from '../../../nodes/delivery/settings-reader';
import { unbegunOf } from '../../../nodes/delivery/unbegun';
import { claimsOf } from '../../../nodes/memory/claims';
import type { Provider } from '../../../nodes/provider/provider';

export const MINUTE_IN_MS = 60_000;
const HOUR_IN_MS = 60 * MINUTE_IN_MS;

let processes = 0;

const lists = new Map<string, List>();

const RealDate = Date;
const now = Date.now.bind(Date);
const elapsed = performance.now.bind(performance);
/** How much later it is than it is, in n8n and at the API. */
let later = 0;

/** So much time passes, at once. */
export function pass(milliseconds: number): void {
	later += milliseconds;
}

/** How much the clock was put forward meanwhile, that of n8n and, being the same, the API's. */
let corrected = 0;

/** Somebody puts the clock forward by so much, the API's too. No time passes. */
export function putClockForward(milliseconds: number): void {
	corrected += milliseconds;
}

/** What it waits for passes at once too, but for executions: these take as long as they take, on a busy machine too. */
const PACE = {
	beforeFirstAsking: 2_000,
	forExecution: 30_000,
	forCallElsewhere: 1_000,
	wait: async (milliseconds: number) => pass(milliseconds),
};

/** An expression that cannot be used from one minute on to another, counted from now. */
export function unusableBetween(from: number, to: number, value: string | number): string {
	const [first, last] = [from, to].map((minutes) => Date.now() + minutes * MINUTE_IN_MS);
	const isThen = `$now.toMillis() > ${first} && $now.toMillis() < ${last}`;
	return `={{ ${isThen} ? $("No such node").item.json.value : ${value} }}`;
}

/** The node as it is, but for the time that it has. */
export function inNoTime<Call extends IDataObject>(node: INodeType, provider: Provider<Call>): INodeType {
	const settingsOf = settingsReader(provider);
	return Object.assign(node, {
		trigger: async function (this: ITriggerFunctions) {
			return runBeside(this, await startCatchingUp(this, provider, settingsOf, PACE));
		},
	});
}

/** The askings that go on. */
const askings = new Set<Promise<void>>();

const { ask } = CatchingUp.prototype;
CatchingUp.prototype.ask = async function () {
	const asking = ask.call(this).finally(() => askings.delete(asking));
	askings.add(asking);
	await asking;
};

/** What n8n gets back of what it has stored. */
const asStored = (data: IDataObject): IDataObject => JSON.parse(JSON.stringify(data));

/** n8n's log, as far as this package wrote it. */
export const logged: string[] = [];

/** What outlives a restart. */
export interface Kept {
	list: List;
	staticData: IDataObject;
}

/** An API as a trigger that catches up needs it. */
interface Api {
	readonly apiKey: string;
	baseUrl(): string;
	allRequests(): unknown[];
	close(): Promise<void>;
}

/** What a trigger is started with. */
interface Hosting {
	readonly nodeType: INodeType;
	readonly parameters: IDataObject;
	/** By their types. */
	readonly credentials: Record<string, IDataObject>;
}

const copyOf = (data: IDataObject): IDataObject => JSON.parse(JSON.stringify(data));

/** A trigger that catches up, in n8n-core's contexts. */
export abstract class Hosted {
	/** The executions that handled a call, by the item they gave to the nodes behind. */
	readonly handled: IDataObject[] = [];
	/** Why executions failed that were started without a delivery. */
	readonly failures: string[] = [];
	/** And what to do about that, as each of these says. */
	readonly advice: string[] = [];
	/** How many executions were started without a delivery. */
	emitted = 0;
	/** What n8n does in place of the next executions. */
	readonly fates: Array<'fails' | 'never begins'> = [];
	private lastHandedOver: IWebhookResponseData['workflowData'];
	private readonly running = new Set<Promise<void>>();
	private readonly trigger: Trigger;
	private tick: () => unknown = () => undefined;
	/** n8n stops the trigger. */
	stop: () => Promise<void> = async () => undefined;
	private readonly workflowId = `process ${++processes}`;
	expression = '';

	protected constructor(
		private readonly asked: Api,
		readonly kept: Kept,
		{ nodeType, parameters, credentials }: Hosting,
	) {
		const ofApi = Object.entries(credentials).map(([type, credential]) => [
			type,
			{ apiKey: asked.apiKey, baseUrl: asked.baseUrl(), ...copyOf(credential) },
		]);
		this.trigger = new Trigger({
			nodeType,
			parameters: JSON.parse(JSON.stringify({ authentication: 'none', catchUp: true, ...parameters })),
			credentials: Object.fromEntries(ofApi),
			workflowId: this.workflowId,
		});
		lists.set(this.workflowId, kept.list);
		Object.assign(this.trigger.staticData, asStored(kept.staticData));
	}

	/** Starts it, and waits until its first asking is over. */
	async start(activation: WorkflowActivateMode = 'activate'): Promise<this> {
		await this.begin(activation);
		await new Promise(setImmediate);
		await this.idle();
		return this;
	}

	/** The user publishes the workflow again, after unpublishing it where that is `activate`. */
	async publishAgain(activation: WorkflowActivateMode): Promise<void> {
		await this.trigger.unregister();
		await this.startAgain(activation);
	}

	/** n8n starts the trigger again, and its webhook stays. */
	async startAgain(activation: WorkflowActivateMode): Promise<void> {
		await this.stop();
		await this.start(activation);
	}

	/** Starts it. */
	async begin(activation: WorkflowActivateMode = 'activate'): Promise<void> {
		const response = await this.trigger.start(this.emit, activation, ({ expression }, onTick) => {
			this.expression = expression;
			this.tick = () => onTick(new Date());
		});
		this.kept.staticData = asStored(this.trigger.staticData);
		this.stop = async () => await response?.closeFunction?.();
	}

	/** n8n's scheduler wakes it, until that begins an asking; waits for the one that goes on where there is one, and for what it started. */
	async ask(): Promise<number> {
		for (let minutes = 1; ; minutes++) {
			const asking = this.tick();
			const before = this.asked.allRequests().length;
			await asking;
			await this.idle();
			if (this.asked.allRequests().length > before || minutes === 60) return minutes;
		}
	}

	/** Until its asking is over, and the executions have ended that it started: nobody waits for one that holds a call. */
	async idle(): Promise<void> {
		while (askings.size + this.running.size > 0) await Promise.all([...askings, ...this.running]);
	}

	async close(): Promise<void> {
		await this.stop();
		await this.asked.close();
	}

	/** The webhook of a call, with what it was answered; n8n itself answers once the workflow has ended. */
	async send(
		call: Record<string, unknown>,
		n8nAnswers = 200,
		hasEnded: Promise<unknown> = Promise.resolve(),
	): Promise<{ status: number; body: unknown }> {
		const { request, response } = standIn({ body: call, headers: { 'content-type': 'application/json' } });
		let body: unknown;
		response.json = (answer) => {
			body = answer;
			return response.end();
		};
		const { workflowData } = await this.trigger.webhook(request, response);
		await hasEnded;
		if (!response.writableEnded) response.status(n8nAnswers).end();
		this.lastHandedOver = workflowData;
		if (workflowData !== undefined && n8nAnswers === 200) await this.execute(workflowData, 'webhook');
		return { status: response.statusCode, body };
	}

	/** The call of the last webhook is kept, for n8n did not begin it; gives what lets go of it. */
	keep(): () => void {
		const trigger = `${this.workflowId}/trigger`;
		const items = this.lastHandedOver ?? [];
		const handover = readHandover(items[0] ?? []);
		const byId = handover?.outlet === 'calls' ? handover.byId : undefined;
		const deliveryId = handover?.deliveryId ?? '';
		const claim = byId && claimsOf(trigger).claimOf(deliveryId, byId);
		const kept = claim && unbegunOf(trigger).keep(deliveryId, claim, items);
		if (kept === undefined) throw new Error('There is nothing to keep.');
		return () => unbegunOf(trigger).letGo(kept);
	}

	/** The execution of the last webhook, where n8n answered that with a failure. */
	async hold(): Promise<void> {
		await this.execute(this.lastHandedOver ?? [], 'webhook');
	}

	/** The user retries the execution of the last webhook. */
	async retry(): Promise<void> {
		await this.execute(this.lastHandedOver ?? [], 'retry');
	}

	/** An execution of which nothing is heard here, as of one in a worker; gives its custom data. */
	async executeUnheard(json: IDataObject): Promise<Record<string, string>> {
		await this.execute([[{ json }]], 'trigger');
		return this.trigger.customData;
	}

	/** So much time passes. */
	later(minutes: number): void {
		pass(minutes * MINUTE_IN_MS);
	}

	/** The workflow's static data, as the trigger has it. */
	get staticData(): IDataObject {
		return this.trigger.staticData;
	}

	private readonly emit: ITriggerFunctions['emit'] = (data, _response, done) => {
		const fate = this.fates.shift();
		if (fate !== undefined) {
			if (fate === 'fails' && done !== undefined) done.reject(new Error('database is locked'));
			// Nobody hears of it. The time passes once it is waited for.
			else setImmediate(() => pass(PACE.forExecution));
			return;
		}
		this.emitted++;
		const noteFailure = (error: Error & { description?: string }) => {
			this.failures.push(error.message);
			this.advice.push(String(error.description));
		};
		const execution = this.execute(data, 'trigger')
			.catch(noteFailure)
			.then(() => {
				const run: IRun = {
					data: createRunExecutionData({}),
					mode: 'trigger',
					startedAt: new Date(),
					status: 'success',
					storedAt: 'db',
				};
				done?.resolve(run);
				this.running.delete(execution);
			});
		this.running.add(execution);
	};

	private async execute(
		data: Parameters<ITriggerFunctions['emit']>[0],
		mode: 'webhook' | 'trigger' | 'retry',
	): Promise<void> {
		const { output } = await this.trigger.execute(data[0] ?? [], `${this.emitted}-${this.handled.length}`, mode);
		this.handled.push(...(output?.[0] ?? []).map(({ json }) => json));
	}
}

/** Notes what is logged; called once in each file. */
export function noteTheLog(nodeType: INodeType): void {
	const { request, response } = standIn({});
	const { logger } = new Trigger({ nodeType }).webhookContext(request, response);
	beforeAll(async () => await rememberIn(ownCore(), (id) => lists.get(id) ?? new List()));
	beforeEach(() => {
		logged.splice(0);
		later = 0;
		corrected = 0;
		// It is tomorrow at six: at midnight the calls of a test are of two days, and so look different.
		const untilMorning = 30 * HOUR_IN_MS - (now() % (24 * HOUR_IN_MS));
		RealDate.now = () => now() + untilMorning + later + corrected;
		performance.now = () => elapsed() + later;
		globalThis.Date = new Proxy(RealDate, {
			construct: (date, args, newTarget) => Reflect.construct(date, args.length > 0 ? args : [Date.now()], newTarget),
		});
		for (const level of ['info', 'warn', 'error'] as const) {
			jest.spyOn(logger, level).mockImplementation((line: string) => void logged.push(line));
		}
	});
}
