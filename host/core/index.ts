export { type Core, ownCore } from './core';
export { List, rememberIn } from './list';
export { deliverTo } from './over-http';
export { standIn } from './stand-in';
export { type Setup, Trigger } from './trigger';
