export { QCallApi } from './qcall-api';
export type { Assistant, Campaign, KnownCall } from './workspace';
