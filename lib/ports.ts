import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/**
 * Where free ports are looked for: below those that Linux, macOS and Windows give to outgoing connections. Another process
 * may get one of those at any moment, also while an n8n that is to come back on its port is down.
 */
const LOWEST = 15_000;
const ABOVE_HIGHEST = 32_000;

const given = new Set<number>();

/** A port on loopback that was free a moment ago, never the same twice. Who can listen on port 0 needs none of this. */
export async function freePort(): Promise<number> {
	for (;;) {
		const port = randomInt(LOWEST, ABOVE_HIGHEST);
		if (given.has(port) || (await isPortBusy(port))) continue;
		given.add(port);
		return port;
	}
}

/** Whether nobody could listen there now. It tries to: whoever is about to listen there would be in its way. */
export async function isPortBusy(port: number): Promise<boolean> {
	const server = createServer();
	return await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(true));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
	});
}

/** Whether something listens there and takes connections, for whoever waits until it does. */
export async function takesConnections(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	return await new Promise<boolean>((resolve) => {
		socket.once('error', () => resolve(false));
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
	});
}

/** Starts a server of this process on whatever port is free, and gives it. */
export async function listenOnLoopback(server: Server): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('No port was assigned.');
	return address.port;
}
