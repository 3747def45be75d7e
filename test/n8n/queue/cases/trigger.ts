import {
	callScalerTrigger,
	openSink,
	qCallTrigger,
	type Sink,
	type StoredWorkflow,
	type WorkflowDefinition,
	type WorkflowNode,
	workflowOf,
} from '../../../../host';
import type { Cluster } from '../cluster';

export interface ActiveTrigger {
	workflow: StoredWorkflow;
	sink: Sink;
}

type Parameters = Record<string, unknown>;

/** What a workflow has beside the trigger's parameters and the sink. */
interface Beside {
	/** The trigger's own settings, and the workflow's, in n8n's words. */
	own?: Partial<WorkflowNode>;
	settings?: WorkflowDefinition['settings'];
	/** Between the trigger and the sink. */
	between?: WorkflowNode[];
}

/** An active workflow of its own: the trigger, and a sink of its own behind it. */
async function activate(
	cluster: Cluster,
	make: typeof qCallTrigger,
	parameters: Parameters,
	{ own, settings, between = [] }: Beside = {},
): Promise<ActiveTrigger> {
	const sink = await openSink();
	const { workflows } = cluster.main;
	const definition = workflowOf({ ...make({ parameters }), ...own }, ...between, sink.node());
	const { id } = await workflows.create({ ...definition, settings: { ...definition.settings, ...settings } });
	return { workflow: await workflows.activate(id), sink };
}

export async function activeCallScaler(
	cluster: Cluster,
	parameters: Parameters = {},
	beside?: Beside,
): Promise<ActiveTrigger> {
	return await activate(cluster, callScalerTrigger, parameters, beside);
}

export async function activeQCall(
	cluster: Cluster,
	parameters: Parameters = {},
	beside?: Beside,
): Promise<ActiveTrigger> {
	return await activate(cluster, qCallTrigger, parameters, beside);
}
