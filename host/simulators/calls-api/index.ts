export type { CallFlow } from './business';
export { CallsApi, ENVELOPES, soundOf } from './calls-api';
export type { Row } from './row';
