import { behindAHashingBalancer } from './cases/hashing';
import { IN_WORKERS, testsInTheEditor } from './cases/in-editor';
import { inTurn } from './cases/in-turn';
import { alerts } from './cases/alerts';
import { aHeldCall } from './cases/held';
import { aKilledProcess } from './cases/killed';
import { deliveriesToMain } from './cases/main-process';
import { respondingWithTheLastNode } from './cases/last-node';
import { webhookProcessesStartedAnew } from './cases/started-anew';
import { anUnbegunCall } from './cases/unbegun';
import { aWaitingExecution } from './cases/waiting';
import { MINUTES_ARE_SECONDS } from '../../../host/probe';
import { undeliveredCalls } from './cases/undelivered';
import { bootCluster, type Cluster } from './cluster';

// Five processes of n8n start in one of the hooks, some of them for a second time in a test.
jest.setTimeout(900_000);

// One cluster for all of it: to start one takes longer than most of what is asked of it.
let cluster: Cluster;

beforeAll(async () => {
	cluster = await bootCluster({ env: { ...IN_WORKERS, ...MINUTES_ARE_SECONDS } });
});

afterAll(async () => {
	await cluster.stop();
});

// The first: what comes later tells the main process where executions begin.
describe('deliveries to the main process', () => deliveriesToMain(() => cluster));
describe('what the editor tests', () => testsInTheEditor(() => cluster));
describe('behind a load balancer that hashes the path', () => behindAHashingBalancer(() => cluster));
describe('responding when the last node finishes', () => respondingWithTheLastNode(() => cluster));
describe('webhook processes that were started anew', () => webhookProcessesStartedAnew(() => cluster));
describe('behind a load balancer that takes turns', () => inTurn(() => cluster));
describe('a call that is held', () => aHeldCall(() => cluster));
describe('an execution that n8n does not begin', () => anUnbegunCall(() => cluster));
describe('a process that is killed', () => aKilledProcess(() => cluster));
describe('an execution that waits for a worker', () => aWaitingExecution(() => cluster));
// The last two: they start the main process anew with another clock.
describe('undelivered calls', () => undeliveredCalls(() => cluster));
describe('alerts', () => alerts(() => cluster));
