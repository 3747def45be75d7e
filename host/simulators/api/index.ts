export { Clock } from './clock';
export * as failures from './failure';
export type { Failure } from './failure';
export type { ApiRequest } from './simulated-api';
