import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { freePort, takesConnections } from '../../../../lib/ports';
import type { Programs } from './programs';
import { freshFolder, type Server, startServer } from './start-server';

export interface Redis extends Pick<Server, 'port' | 'stop'> {
	/** Ends it and starts it anew at the same port, with what it had or with nothing. */
	restart: (kept: 'with its jobs' | 'empty') => Promise<void>;
	/** Cuts off whoever listens for news, as often as they come back, until what is given has ended: that is news to nobody. */
	whileNobodyListens: (until: Promise<unknown>) => Promise<void>;
}

const CUT_EVERY_MS = 5;

/** A Redis that keeps what it has, as docs/queue-mode.md asks for. */
export async function startRedis({ redisServer }: Programs): Promise<Redis> {
	const folder = await freshFolder('redis');
	const port = await freePort();
	const start = async () =>
		await startServer({
			name: 'Redis',
			command: redisServer,
			args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes'],
			folder,
			port,
			isReady: async () => await takesConnections(port),
			endWith: 'SIGTERM',
		});
	let server = await start();
	return {
		port,
		stop: async () => await server.stop(),
		restart: async (kept) => {
			await server.end();
			if (kept === 'empty') await rm(join(folder, 'appendonlydir'), { recursive: true });
			server = await start();
		},
		whileNobodyListens: async (until) => {
			const connection = connect(port, '127.0.0.1');
			await once(connection, 'connect');
			connection.resume();
			const cutting = setInterval(() => connection.write('CLIENT KILL TYPE pubsub\r\n'), CUT_EVERY_MS);
			await until.finally(() => {
				clearInterval(cutting);
				connection.destroy();
			});
		},
	};
}
