export type { CallFlow } from './business';
export { type ApiRequest, CallsApi, ENVELOPES, soundOf } from './calls-api';
export { Clock } from './clock';
export * as failures from './failure';
export type { Failure } from './failure';
export type { Row } from './row';
