export { type OutsideRequest, OutsideWorld, type Reply, type Service } from './outside-world';
