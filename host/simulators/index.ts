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
export {
	type ApiRequest,
	type CallFlow,
	CallsApi,
	Clock,
	ENVELOPES,
	type Failure,
	failures,
	type Row,
	soundOf,
} from './calls-api';
