import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, IWebhookFunctions } from 'n8n-workflow';

import type { Door } from '../memory/claims';
import { triggerIdOf } from '../n8n/per-trigger';
import { shown } from '../provider/comparing';

/**
 * A delivery as it came in, made once at the door: what is behind it needs no n8n to be understood or tested. n8n has
 * parsed its body by then (docs/n8n.md, 12).
 */
export interface Delivery {
	/** A UUID. The answer, n8n's log, the stored execution and the item name it. */
	readonly id: string;
	/** The trigger it came to. */
	readonly trigger: {
		readonly id: string;
		readonly name: string;
		/** What n8n calls itself, the same in each of its processes. */
		readonly instanceId: string;
	};
	readonly receivedAt: Date;
	readonly method: string;
	/** As n8n sees it: behind a proxy that n8n has not been told of, the proxy's (docs/n8n.md, 21). */
	readonly remoteAddress: string;
	/** By their names in lower case. */
	readonly headers: Readonly<Record<string, unknown>>;
	readonly query: IDataObject;
	readonly body: unknown;
	/** How it came: the provider sent it, or the trigger asked for it as an undelivered call. */
	readonly via: Door;
	/** Whether it came to the test URL, while somebody listens in the editor. */
	readonly isTest: boolean;
	/** Whether it came to the sample's URL: somebody opened that, or sent a call there by mistake. */
	readonly isForSample: boolean;
}

/** Whether somebody opened the sample's URL, rather than sent a call there. */
export function isVisit({ isForSample, method }: Delivery): boolean {
	return isForSample && method === 'GET';
}

/** The name of each trigger's second webhook, `…/sample`. n8n knows `default` and this name (docs/n8n.md, 18). */
const SAMPLE_WEBHOOK = 'setup';

export function deliveryOf(context: IWebhookFunctions, node: INode): Delivery {
	const { method, ip } = context.getRequestObject();
	return {
		id: randomUUID(),
		trigger: { id: triggerIdOf(context, node), name: node.name, instanceId: context.getInstanceId() },
		receivedAt: new Date(),
		method,
		// Behind a proxy that n8n was told of, it is what a header says.
		remoteAddress: shown(ip ?? ''),
		headers: context.getHeaderData(),
		query: { ...context.getQueryData() },
		body: context.getBodyData(),
		via: 'webhook',
		isTest: context.getMode() === 'manual',
		isForSample: context.getWebhookName() === SAMPLE_WEBHOOK,
	};
}
