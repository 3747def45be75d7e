export { boot, type BootOptions, type N8n } from './boot/boot';
export { startProcess } from './boot/start-process';
export {
	callScalerApiCredential,
	callScalerCredential,
	type CredentialToCreate,
	qCallApiCredential,
	qCallCredential,
	type StoredCredential,
} from './rest/credentials';
export { type Answer, deliver, deliverAndHangUp, type Delivery } from './deliver/deliver';
export { exchange, NoAnswer, type RawAnswer } from './deliver/exchange';
export type { Execution, ExecutionSummary } from './rest/executions';
export { OWNER, RestError } from './rest/rest-client';
export { hostFolder, HOSTS, type HostVersion, HOST_VERSIONS, installHost, isHostVersion } from './install/install-n8n';
export { installPackage } from './install/install-package';
export { pack, packedTarball } from './install/pack';
export { openSink, type Sink, type SinkCall } from './deliver/sink';
export { webhookMethods } from './rest/webhook-methods';
export {
	callScalerTrigger,
	connect,
	node,
	qCallTrigger,
	type TriggerOptions,
	type WorkflowDefinition,
	type WorkflowNode,
	workflowOf,
} from './rest/workflow-builder';
export type { StoredWorkflow, WorkflowChange } from './rest/workflows';
