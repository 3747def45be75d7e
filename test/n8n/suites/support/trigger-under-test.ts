import { z } from 'zod';

import {
	type Answer,
	callScalerCredential,
	callScalerTrigger,
	deliver,
	type Delivery,
	type N8n,
	node,
	qCallCredential,
	qCallTrigger,
	type StoredCredential,
	type StoredWorkflow,
	type WorkflowDefinition,
	type WorkflowNode,
	workflowOf,
} from '../../../../host';
import { strayFrom } from '../../../output-schema';

export type ProviderName = 'qCall' | 'callScaler';

export const SECRET = 'a-long-and-random-secret-0123456789';

const SCHEMA = { qCall: 'QCall', callScaler: 'CallScaler' } as const;

const HEADER: Record<ProviderName, string> = { qCall: 'Authorization', callScaler: 'X-Webhook-Secret' };

/** The shape that every answer of this package has. */
const answerBody = z
	.object({
		success: z.boolean(),
		status: z.enum(['rejected', 'ignored', 'duplicate', 'in_progress', 'accepted', 'held', 'failed']),
		message: z.string().min(1),
		request_id: z.string().uuid(),
		execution_id: z.string().optional(),
	})
	.passthrough();

export type AnswerBody = z.infer<typeof answerBody>;

/** An answer as the provider's delivery log shows it: `401 rejected`, and the rest of it. */
export interface Verdict {
	verdict: string;
	message: string;
	body: AnswerBody;
	ms: number;
}

export interface Deployment {
	parameters?: Record<string, unknown>;
	/** false: none chosen. By default one with SECRET. */
	credential?: StoredCredential | false;
	/** What follows the trigger; a node that does nothing by default. */
	next?: WorkflowNode[];
	webhookId?: string;
	/** The trigger's own settings, and the workflow's, in n8n's words. */
	own?: Partial<Pick<WorkflowNode, 'onError' | 'retryOnFail' | 'maxTries' | 'waitBetweenTries'>>;
	settings?: Record<string, unknown>;
}

/** One trigger in an active workflow of a real n8n, ready for deliveries. */
export class TriggerUnderTest {
	readonly name: string;
	private parameters: Record<string, unknown>;

	private constructor(
		readonly n8n: N8n,
		readonly provider: ProviderName,
		readonly workflow: StoredWorkflow,
		{ name, parameters }: Pick<WorkflowNode, 'name' | 'parameters'>,
	) {
		this.name = name;
		this.parameters = parameters;
	}

	static async deploy(n8n: N8n, provider: ProviderName, deployment: Deployment = {}): Promise<TriggerUnderTest> {
		const create = provider === 'qCall' ? qCallTrigger : callScalerTrigger;
		const { parameters, credential, webhookId } = deployment;
		const chosen = credential === false ? undefined : (credential ?? (await defaultCredential(n8n, provider)));
		const trigger = {
			...create({
				credential: chosen,
				parameters: { authentication: 'headerAuth', ...parameters },
				webhookId,
			}),
			...deployment.own,
		};
		const next = deployment.next ?? [node('n8n-nodes-base.noOp', 1, 'Next step')];
		const definition = workflowOf(trigger, ...next);
		const settings = { ...definition.settings, ...deployment.settings };
		const workflow = await n8n.workflows.create({ ...definition, settings });
		await n8n.workflows.activate(workflow.id);
		return new TriggerUnderTest(n8n, provider, workflow, trigger);
	}

	/** A workflow that was saved before, imported as the editor does; the user has chosen the credential again. */
	static async import(n8n: N8n, provider: ProviderName, saved: WorkflowDefinition): Promise<TriggerUnderTest> {
		const credential = await defaultCredential(n8n, provider);
		const nodes = saved.nodes.map((each) =>
			each.credentials ? { ...each, credentials: { [credential.type]: credential } } : each,
		);
		const [trigger] = nodes;
		if (!trigger) throw new Error(`There is no node in the workflow "${saved.name}".`);
		const workflow = await n8n.workflows.create({ ...saved, nodes });
		await n8n.workflows.activate(workflow.id);
		return new TriggerUnderTest(n8n, provider, workflow, trigger);
	}

	get url(): string {
		return this.n8n.productionUrl(this.workflow);
	}

	/** The header that lets a delivery in. */
	get secretHeader(): Record<string, string> {
		return { [HEADER[this.provider]]: SECRET };
	}

	/** Any delivery, with the secret unless headers are given. The answer may be n8n's own or the last node's. */
	async exchange(delivery: Delivery): Promise<Answer> {
		return await deliver(this.url, { headers: this.secretHeader, ...delivery });
	}

	/** The same where the answer must be this package's, and of the documented shape. */
	async send(delivery: Delivery): Promise<Verdict> {
		const answer = await this.exchange(delivery);
		const body = answerBody.parse(answer.json);
		expect(answer.headers['x-request-id']).toBe(body.request_id);
		return { verdict: `${answer.status} ${body.status}`, message: body.message, body, ms: answer.ms };
	}

	/** A call as JSON, as both guides recommend. */
	async call(call: Record<string, unknown>): Promise<Verdict> {
		return await this.send({ json: call });
	}

	/** Delivers, expects it to be accepted, and gives the item that the trigger put out. */
	async itemOf(delivery: Delivery): Promise<Record<string, unknown>> {
		const { verdict, message } = await this.send(delivery);
		if (verdict !== '200 accepted') throw new Error(`${verdict}: ${message}`);
		const [item, ...more] = await this.newestItems(this.name);
		if (!item || more.length > 0) throw new Error(`The trigger put out ${item ? more.length + 1 : 0} items.`);
		this.expectAsItsSchemaSays(item);
		return item;
	}

	/** The schema that n8n serves is that of the default output; custom fields may give a documented one another type. */
	private expectAsItsSchemaSays(item: Record<string, unknown>): void {
		const { output = 'fields', customFields } = this.parameters;
		if (output === 'fields' && customFields === undefined)
			expect(strayFrom(SCHEMA[this.provider], item)).toBeUndefined();
	}

	async itemOfCall(call: Record<string, unknown>): Promise<Record<string, unknown>> {
		return await this.itemOf({ json: call });
	}

	/** All of this workflow's executions, once they, and so many at least, have ended. */
	async executions(atLeast = 0) {
		return await this.n8n.executions.settled(this.workflow.id, atLeast);
	}

	/**
	 * What a node put out in the newest execution, where deliveries come one after another. The answer need not tell its id:
	 * the first one of a process waits for that only a moment.
	 */
	async newestItems(nodeName: string): Promise<Array<Record<string, unknown>>> {
		const [newest] = await this.executions();
		if (!newest) throw new Error('No execution came of an accepted delivery.');
		return (await this.n8n.executions.get(newest.id)).items(nodeName);
	}

	async executionCount(): Promise<number> {
		return (await this.executions()).length;
	}

	/** Saves other parameters and publishes them. */
	async change(parameters: Record<string, unknown>): Promise<void> {
		this.parameters = { ...this.parameters, ...parameters };
		const { nodes } = await this.n8n.workflows.get(this.workflow.id);
		const changed = nodes.map((each) =>
			each.name === this.name ? { ...each, parameters: { ...each.parameters, ...parameters } } : each,
		);
		await this.n8n.workflows.update(this.workflow.id, { nodes: changed });
		await this.n8n.workflows.activate(this.workflow.id);
	}
}

async function defaultCredential(n8n: N8n, provider: ProviderName): Promise<StoredCredential> {
	return await n8n.credentials.create(provider === 'qCall' ? qCallCredential(SECRET) : callScalerCredential(SECRET));
}

/** The verdicts on two deliveries of one call, and on those of two. */
export const ONCE = ['200 accepted', '200 duplicate'];
export const TWICE = ['200 accepted', '200 accepted'];

/** What becomes of calls that are delivered one after another. */
export async function verdictsOf(
	trigger: TriggerUnderTest,
	...calls: Array<Record<string, unknown>>
): Promise<string[]> {
	const verdicts: string[] = [];
	for (const call of calls) verdicts.push((await trigger.call(call)).verdict);
	return verdicts;
}
