import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import type { ById } from '../memory/both-doors';
import { triggerIdOf } from '../n8n/per-trigger';
import type { NodeContext } from '../n8n/read-parameter';
import { DeliveryEnded } from './answer';
import type { Delivery } from './delivery';
import { handoverItems, type HeldHandover } from './handover';
import { UnusableSettings } from './settings-reader';

/**
 * A call is held where the trigger's settings keep it from going on, and nobody may send it again: an execution gets what was
 * read of it, fails with what has to be corrected, and so is shown, starts the Error Workflow, and can be retried (docs/n8n.md, 36).
 */

/** What has to be corrected before a call can go on; undefined where it is not the settings that ended it. */
export function problemOf(error: unknown): string | undefined {
	if (error instanceof UnusableSettings) return error.message;
	return error instanceof DeliveryEnded ? error.answer.heldFor : undefined;
}

/** Whether a failed execution of this trigger holds its call: n8n stores it, and it does not count as succeeded. */
export function canHold(context: NodeContext, node: INode): boolean {
	return context.getWorkflowSettings().saveDataErrorExecution !== 'none' && !goesOnWhenFailed(node);
}

/** *On Error* in the node's own settings: n8n then goes on with what the node was given, as if it had put that out. */
export function goesOnWhenFailed({ onError, continueOnFail }: INode): boolean {
	return onError === undefined ? continueOnFail === true : onError !== 'stopWorkflow';
}

/** What is handed over of a held call: all that was read of it, and nothing of its headers; by `byId` nobody catches it up. */
export function heldItems(
	delivery: Delivery,
	fields: IDataObject,
	problem: string,
	byId?: ById,
): INodeExecutionData[][] {
	const { id, receivedAt, method, remoteAddress, via } = delivery;
	const heldCall = { receivedAt: receivedAt.getTime(), method, remoteAddress, via };
	return handoverItems({ outlet: 'held', deliveryId: id, problem, fields, byId, ...heldCall });
}

/** The delivery of a held call, as far as it was handed over; or what stands for one that never came. */
export function deliveryWithoutRequest(
	context: NodeContext,
	held: Omit<HeldHandover, 'outlet' | 'problem' | 'fields'>,
): Delivery {
	const { deliveryId, receivedAt, method, remoteAddress, via } = held;
	const node = context.getNode();
	const trigger = { id: triggerIdOf(context, node), name: node.name, instanceId: context.getInstanceId() };
	return {
		...{ id: deliveryId, trigger, receivedAt: new Date(receivedAt), method, remoteAddress, via },
		...{ headers: {}, query: {}, body: undefined, isTest: false, isForSample: false },
	};
}
