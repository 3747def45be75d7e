import type { IDataObject } from 'n8n-workflow';
import { z } from 'zod';

import type { Delivery } from '../../../host';
import { List, ownCore, rememberIn, Trigger } from '../../../host/core';
import { CallScalerTrigger } from '../../../nodes/CallScaler/CallScalerTrigger.node';
import { QCallTrigger } from '../../../nodes/QCall/QCallTrigger.node';
import { strayFrom } from '../../output-schema';

export type ProviderName = 'qCall' | 'callScaler';

const NODES = { qCall: QCallTrigger, callScaler: CallScalerTrigger };
const SCHEMA = { qCall: 'QCall', callScaler: 'CallScaler' } as const;

const answerBody = z.object({ status: z.string(), message: z.string().min(1) });

const lists = new Map<string, List>();

let deployments = 0;

/** Called once in each file. */
export function rememberCalls(): void {
	beforeAll(async () => await rememberIn(ownCore(), (id) => lists.get(id) ?? new List()));
}

/** A trigger in a workflow of its own, in n8n-core's contexts: a delivery is received, and its execution runs. */
export class Deployed {
	/** What its executions gave to the nodes behind. */
	readonly items: IDataObject[] = [];
	executions = 0;
	private readonly trigger: Trigger;

	constructor(
		private readonly provider: ProviderName,
		private readonly parameters: Record<string, unknown> = {},
	) {
		const workflowId = `deployed ${++deployments}`;
		lists.set(workflowId, new List());
		this.trigger = new Trigger({
			nodeType: new NODES[provider](),
			parameters: JSON.parse(JSON.stringify({ authentication: 'none', ...parameters })),
			workflowId,
		});
	}

	/** Delivers a call as JSON. */
	async call(call: Record<string, unknown>): Promise<{ verdict: string; message: string }> {
		return await this.deliver({ json: call });
	}

	/** The verdict is as the provider's delivery log shows it, `200 accepted`. */
	private async deliver(delivery: Delivery): Promise<{ verdict: string; message: string }> {
		const { answered, result } = await this.trigger.receive(delivery);
		const { status, message } = answerBody.parse(answered?.body ?? result.webhookResponse);
		const [handedOver] = result.workflowData ?? [];
		if (handedOver !== undefined) {
			const { output } = await this.trigger.execute(handedOver, String(++this.executions));
			this.items.push(...(output?.[0] ?? []).map(({ json }) => json));
		}
		return { verdict: `${answered?.status ?? 200} ${status}`, message };
	}

	/** Delivers, expects it to be accepted, and gives the one item that the trigger put out. */
	async itemOfCall(call: Record<string, unknown>): Promise<IDataObject> {
		return await this.itemOf({ json: call });
	}

	async itemOf(delivery: Delivery): Promise<IDataObject> {
		const before = this.items.length;
		const { verdict, message } = await this.deliver(delivery);
		if (verdict !== '200 accepted') throw new Error(`${verdict}: ${message}`);
		const [item, ...more] = this.items.slice(before);
		if (!item || more.length > 0) throw new Error(`The trigger put out ${item ? more.length + 1 : 0} items.`);
		// The schema that n8n serves is that of the default output.
		if (this.parameters.output === undefined) expect(strayFrom(SCHEMA[this.provider], item)).toBeUndefined();
		return item;
	}
}
