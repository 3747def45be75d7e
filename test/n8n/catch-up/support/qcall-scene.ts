import { randomUUID } from 'node:crypto';

import {
	type N8n,
	openSink,
	qCallApiCredential,
	qCallCredential,
	qCallTrigger,
	type StoredWorkflow,
	workflowOf,
} from '../../../../host';
import {
	type ApiRequest,
	type Assistant,
	type Attempt,
	type Campaign,
	type KnownCall,
	QCall,
	QCallApi,
	type QCallParameters,
} from '../../../../host/simulators';
import { waitUntil } from '../../../../lib/wait-until';
import { CaughtUp, type Fired, GIVE_UP_AFTER_IN_MILLISECONDS, inOrder, TIMES } from './scene';

const TRIGGER = 'QCall Trigger';

interface QCallSceneOptions {
	api?: QCallApi;
	options?: Record<string, unknown>;
	/** Where deliveries go, unless it is n8n itself. */
	urlOf?: (workflow: StoredWorkflow) => string;
}

/**
 * A workspace of QCall whose calls, single ones and those of a campaign in turn, come to a workflow of its own. A call is known
 * by its first name, which is the same from either door.
 */
export class QCallScene extends CaughtUp {
	private calls = 0;

	readonly api: QCallApi;
	readonly from: readonly [Assistant, Campaign];
	readonly webhook: { url: string; headers: Record<string, string> };

	private constructor(
		n8n: N8n,
		workflow: StoredWorkflow,
		{ api, sink, from, webhook }: Pick<QCallScene, 'api' | 'sink' | 'from' | 'webhook'>,
	) {
		super(n8n, TRIGGER, workflow, { api, sink });
		this.api = api;
		this.from = from;
		this.webhook = webhook;
	}

	static async open(n8n: N8n, settings: QCallSceneOptions = {}): Promise<QCallScene> {
		const { options, urlOf = (workflow: StoredWorkflow) => n8n.productionUrl(workflow) } = settings;
		const [sink, api] = [await openSink(), settings.api ?? (await QCallApi.open())];
		const ava = api.workspace.assistant('Ava');
		const campaign = api.workspace.campaign('Spring', ava);
		const secret = `secret-${randomUUID()}`;
		const credential = await n8n.credentials.create(qCallCredential(secret));
		const apiCredential = await n8n.credentials.create(qCallApiCredential(api.apiKey, api.baseUrl()));
		const trigger = qCallTrigger({
			...{ name: TRIGGER, credential, apiCredential },
			parameters: {
				catchUp: true,
				catchUpAssistants: [ava.name],
				options: { ...TIMES, includeDelivery: true, ...options },
			},
		});
		const { id } = await n8n.workflows.create(workflowOf(trigger, sink.node()));
		const workflow = await n8n.workflows.activate(id);
		const webhook = { url: urlOf(workflow), headers: { Authorization: `Bearer ${secret}` } };
		const scene = new QCallScene(n8n, workflow, { api, sink, from: [ava, campaign], webhook });
		await waitUntil('n8n has asked', () => scene.askings().length > 0, GIVE_UP_AFTER_IN_MILLISECONDS);
		return scene;
	}

	/** A call that has just ended; another one ends a minute later. */
	call(name: string, change: QCallParameters = {}): KnownCall {
		this.pass(1);
		const of = this.from[this.calls++ % 2 === 0 ? 0 : 1];
		return this.api.workspace.call(of, { first_name: name, call_duration: 45, ...change });
	}

	/** Its webhook, as a model fills it in. */
	async deliver(call: KnownCall, filledIn: QCallParameters = {}): Promise<Attempt> {
		const [attempt] = await new QCall([this.webhook]).endCall({ ...call.delivered, ...filledIn });
		if (attempt === undefined) throw new Error('QCall has no webhook to fire.');
		return attempt;
	}

	ended(name: string): Fired {
		const call = this.call(name);
		return { attempt: async () => await this.deliver(call), retryAfterInSeconds: [] };
	}

	/** Calls that were delivered, and that the API tells of, and one that is caught up. */
	async begin(): Promise<void> {
		for (const name of ['single', 'of a campaign']) await this.deliver(this.call(name));
		this.call('undelivered');
		this.makeDue();
		await this.ran(3);
		await this.asked();
	}

	idOf(name: string): string {
		return this.api.workspace.findByName(name)?.sid ?? '';
	}

	names(): Array<{ executionId: string; name: string }> {
		return this.sink.calls().map(({ executionId, item }) => ({ executionId, name: String(item.first_name) }));
	}

	/** The calls that reached the end of the workflow, in the order in which their executions were started. */
	inOrder(): string[] {
		return inOrder(this.names());
	}

	askings(): ApiRequest[] {
		return this.api.requests().filter(({ query }) => query.page === '0');
	}
}
