import {
	callScalerTrigger,
	openSink,
	qCallTrigger,
	type Sink,
	type StoredWorkflow,
	workflowOf,
} from '../../../../host';
import type { Cluster } from '../cluster';

export interface ActiveTrigger {
	workflow: StoredWorkflow;
	sink: Sink;
}

type Parameters = Record<string, unknown>;

/** An active workflow of its own: the trigger, and a sink of its own behind it. */
async function activate(cluster: Cluster, make: typeof qCallTrigger, parameters: Parameters): Promise<ActiveTrigger> {
	const sink = await openSink();
	const { workflows } = cluster.main;
	const { id } = await workflows.create(workflowOf(make({ parameters }), sink.node()));
	return { workflow: await workflows.activate(id), sink };
}

export async function activeCallScaler(cluster: Cluster, parameters: Parameters = {}): Promise<ActiveTrigger> {
	return await activate(cluster, callScalerTrigger, parameters);
}

export async function activeQCall(cluster: Cluster, parameters: Parameters = {}): Promise<ActiveTrigger> {
	return await activate(cluster, qCallTrigger, parameters);
}
