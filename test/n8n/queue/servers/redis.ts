import { freePort, takesConnections } from '../../../../lib/ports';
import type { Programs } from './programs';
import { freshFolder, type Server, startServer } from './start-server';

/** A Redis that keeps everything in memory. */
export async function startRedis({ redisServer }: Programs): Promise<Server> {
	const folder = await freshFolder('redis');
	const port = await freePort();
	return await startServer({
		name: 'Redis',
		command: redisServer,
		args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
		folder,
		port,
		isReady: async () => await takesConnections(port),
		endWith: 'SIGTERM',
	});
}
