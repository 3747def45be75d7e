import { createServer } from 'node:net';

import { freePort, isPortBusy, listenOnLoopback, takesConnections } from '../../lib/ports';

/** Linux's first; macOS and Windows begin at 49,152. */
const FIRST_OF_OUTGOING_CONNECTIONS = 32_768;

it('gives free ports that no outgoing connection gets, each once', async () => {
	const ports = await Promise.all(Array.from({ length: 50 }, freePort));
	expect(new Set(ports).size).toBe(ports.length);
	expect(ports.filter((port) => port >= FIRST_OF_OUTGOING_CONNECTIONS)).toEqual([]);
	expect(await Promise.all(ports.slice(0, 5).map(isPortBusy))).toEqual(Array(5).fill(false));
});

it('tells whether a port takes connections', async () => {
	const server = createServer();
	const port = await listenOnLoopback(server);
	expect([await takesConnections(port), await isPortBusy(port)]).toEqual([true, true]);
	await new Promise((resolve) => server.close(resolve));
	expect([await takesConnections(port), await isPortBusy(port)]).toEqual([false, false]);
});
