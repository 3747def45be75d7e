export { type Attempt, isDelivered, PROVIDERS_PATIENCE_IN_MILLISECONDS } from './attempt';
export {
	beforeAiProcessing,
	callEndedCall,
	type CallFlowWebhook,
	CallScaler,
	type CallScalerCall,
	callScalerCall,
	minimalCallEndedCall,
	OLDER_RETRY_AFTER_IN_SECONDS,
	RETRY_AFTER_IN_SECONDS,
} from './callscaler';
export {
	QCall,
	qCallCall,
	type QCallContentType,
	qCallDelivery,
	type QCallMethod,
	type QCallParameters,
	type WebhookTool,
	withMissing,
} from './qcall';
export { type ApiRequest, Clock, type Failure, failures } from './api';
export { type CallFlow, CallsApi, ENVELOPES, type Row, soundOf } from './calls-api';
export { type Assistant, type Campaign, type KnownCall, QCallApi } from './qcall-api';
