import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { generate } from 'selfsigned';

import { listenOnLoopback } from '../../lib/ports';
import { waitUntil } from '../../lib/wait-until';

/** What an outside service was sent. */
export interface OutsideRequest {
	host: string;
	method: string;
	/** With the query string. */
	path: string;
	authorization: string | undefined;
	/** A JSON body, a form's fields, or the text of another one; undefined where there was none. */
	body: unknown;
}

export interface Reply {
	status?: number;
	headers?: Record<string, string>;
	/** Its body: JSON, or a file as it is. */
	json?: unknown;
	file?: Uint8Array;
}

/** Stands for one outside service: what it answers. */
export type Service = (request: OutsideRequest) => Reply | Promise<Reply>;

async function certificateFor(hosts: string[]): Promise<{ key: string; cert: string }> {
	const { private: key, cert } = await generate([{ name: 'commonName', value: 'Outside world of the tests' }], {
		algorithm: 'sha256',
		extensions: [
			{ name: 'basicConstraints', cA: true },
			{ name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2 as const, value })) },
		],
	});
	return { key, cert };
}

function parseBody(text: string, contentType = ''): unknown {
	if (text === '') return undefined;
	if (contentType.includes('json')) return JSON.parse(text);
	return contentType.includes('urlencoded') ? Object.fromEntries(new URLSearchParams(text)) : text;
}

/**
 * The services that the examples speak to, on loopback. n8n reaches them as it reaches the world from behind a company's
 * proxy: by their own names, over TLS. So the nodes are n8n's own, untouched, and what arrives here is what would leave.
 */
export class OutsideWorld {
	private readonly received: OutsideRequest[] = [];

	private constructor(
		private readonly services: Record<string, Service>,
		private readonly folder: string,
	) {}

	private servers: Server[] = [];
	private readonly tunnels = new Set<Duplex>();
	/** What an n8n needs in its environment to live in this world. */
	environment: Record<string, string> = {};

	static async open(services: Record<string, Service>): Promise<OutsideWorld> {
		const world = new OutsideWorld(services, await mkdtemp(join(tmpdir(), 'outside-world-')));
		await world.start();
		return world;
	}

	private async start(): Promise<void> {
		const { key, cert } = await certificateFor(Object.keys(this.services));
		const certificateFile = join(this.folder, 'certificate.pem');
		await writeFile(certificateFile, cert);
		const services = createHttpsServer({ key, cert }, (request, response) => {
			this.serve(request, response).catch((error: unknown) => {
				response.writeHead(500).end(String(error));
			});
		});
		const servicesPort = await listenOnLoopback(services);
		const proxy = createHttpServer((_request, response) => response.writeHead(502).end());
		proxy.on('connect', (request, socket) => {
			const [host = ''] = (request.url ?? '').split(':');
			if (!(host in this.services)) {
				socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
				return;
			}
			const tunnel = connect(servicesPort, '127.0.0.1', () => {
				socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
				tunnel.pipe(socket);
				socket.pipe(tunnel);
			});
			this.tunnels.add(socket).add(tunnel);
			tunnel.on('error', () => socket.destroy());
			socket.on('error', () => tunnel.destroy());
		});
		const proxyPort = await listenOnLoopback(proxy);
		this.servers = [services, proxy];
		this.environment = {
			HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
			NO_PROXY: '127.0.0.1,localhost',
			NODE_EXTRA_CA_CERTS: certificateFile,
		};
	}

	private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Uint8Array[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const host = request.headers.host ?? '';
		const arrived: OutsideRequest = {
			host,
			method: request.method ?? '',
			path: request.url ?? '',
			authorization: request.headers.authorization,
			body: parseBody(Buffer.concat(chunks).toString('utf8'), request.headers['content-type']),
		};
		this.received.push(arrived);
		const reply = (await this.services[host]?.(arrived)) ?? { status: 404, json: {} };
		const headers = { 'content-type': 'application/json', connection: 'close', ...reply.headers };
		response.writeHead(reply.status ?? 200, headers).end(reply.file ?? JSON.stringify(reply.json));
	}

	requests(): OutsideRequest[] {
		return [...this.received];
	}

	/** What arrived at one address: a method, and the beginning of a path. */
	to(host: string, method: string, path: string): OutsideRequest[] {
		return this.received.filter(
			(request) => request.host === host && request.method === method && request.path.startsWith(path),
		);
	}

	async waitFor(host: string, method: string, path: string): Promise<OutsideRequest> {
		return await waitUntil(`${method} https://${host}${path} was asked`, () => this.to(host, method, path).at(-1));
	}

	clear(): void {
		this.received.length = 0;
	}

	async close(): Promise<void> {
		for (const tunnel of this.tunnels) tunnel.destroy();
		for (const server of this.servers) await new Promise((resolve) => server.close(resolve));
		await rm(this.folder, { recursive: true, force: true });
	}
}
