import { randomBytes } from 'node:crypto';

import { boot, type BootOptions, type N8n, type StoredWorkflow } from '../../../host';
import { type LoadBalancer, startNginx } from './servers/nginx';
import { DATABASE, startPostgres } from './servers/postgres';
import { findPrograms } from './servers/programs';
import { type Redis, startRedis } from './servers/redis';

/** An execution whose worker is gone counts as lost after some seconds instead of a minute. */
const NOTICE_A_DEAD_WORKER_SOON = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** As docs/queue-mode.md asks for: what a process did not hear of in time it can look up. */
const KEEP_WHAT_HAS_ENDED = {
	N8N_EXECUTIONS_QUEUE_KEEP_LAST_COMPLETED: '1000',
	N8N_EXECUTIONS_QUEUE_KEEP_LAST_FAILED: '1000',
};

/** n8n in queue mode: one main, two webhook processes behind nginx, two workers; each a process of its own. */
export interface Cluster {
	main: N8n;
	webhooks: N8n[];
	workers: N8n[];
	balancer: LoadBalancer;
	redis: Redis;
	/** A trigger's production URL through nginx, which sends all deliveries of one URL to one process. */
	urlOf: (workflow: StoredWorkflow) => string;
	/** The same through an nginx that sends them to the webhook processes in turn. */
	urlInTurnOf: (workflow: StoredWorkflow) => string;
	/** All that n8n's processes wrote. */
	log: () => string;
	stop: () => Promise<void>;
}

/** n8n's own default of two connections is used up by a burst, and n8n then answers 503 before any trigger is asked. */
const DATABASE_CONNECTIONS_PER_PROCESS = 10;

type Stop = () => Promise<void>;

/** Stops what has been started, the last first; each even if another fails. */
async function stopAll(stops: Stop[]): Promise<void> {
	for (const stop of stops.reverse()) await stop();
}

export async function bootCluster(options: Pick<BootOptions, 'version' | 'env'> = {}): Promise<Cluster> {
	const programs = findPrograms();
	const stops: Stop[] = [];
	try {
		const [postgres, redis] = await Promise.all([startPostgres(programs), startRedis(programs)]);
		stops.push(postgres.stop, redis.stop);

		const env = {
			...NOTICE_A_DEAD_WORKER_SOON,
			...KEEP_WHAT_HAS_ENDED,
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_DATABASE: DATABASE.name,
			DB_POSTGRESDB_USER: DATABASE.user,
			DB_POSTGRESDB_POOL_SIZE: String(DATABASE_CONNECTIONS_PER_PROCESS),
			EXECUTIONS_MODE: 'queue',
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
			...options.env,
		};
		const start = async (command: BootOptions['command']): Promise<N8n> => {
			const process = await boot({ ...options, command, env });
			stops.push(async () => await process.stop());
			return process;
		};
		// The main process makes the tables that the others need.
		const main = await start('start');
		const [first, second, ...workers] = await Promise.all([
			start('webhook'),
			start('webhook'),
			start('worker'),
			start('worker'),
		]);
		const webhooks = [first, second];
		const balancer = await startNginx(
			programs,
			webhooks.map(({ port }) => port),
		);
		stops.push(balancer.stop);

		const through = (origin: string) => (workflow: StoredWorkflow) =>
			`${origin}${new URL(main.productionUrl(workflow)).pathname}`;
		return {
			main,
			webhooks,
			workers,
			balancer,
			redis,
			urlOf: through(balancer.hashing),
			urlInTurnOf: through(balancer.inTurn),
			log: () => [main, ...webhooks, ...workers].map((process) => process.log()).join('\n'),
			stop: async () => await stopAll(stops),
		};
	} catch (error) {
		await stopAll(stops);
		throw error;
	}
}
