export { boot, type BootOptions, type N8n } from './boot';
export { callScalerCredential, type CredentialToCreate, qCallCredential, type StoredCredential } from './credentials';
export { type Answer, deliver, deliverAndHangUp, type Delivery } from './deliver';
export { exchange, NoAnswer, type RawAnswer } from './exchange';
export type { Execution, ExecutionSummary } from './executions';
export { freePort, isPortBusy } from './ports';
export { OWNER, RestError } from './rest-client';
export { openSink, type Sink, type SinkCall } from './sink';
export { waitUntil } from './wait-until';
export { webhookMethods } from './webhook-methods';
export {
	callScalerTrigger,
	connect,
	node,
	qCallTrigger,
	type TriggerOptions,
	type WorkflowDefinition,
	type WorkflowNode,
	workflowOf,
} from './workflow-builder';
export type { StoredWorkflow, WorkflowChange } from './workflows';
