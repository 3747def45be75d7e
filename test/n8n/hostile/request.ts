import { Agent, request } from 'node:http';

import { NoAnswer } from '../harness';
import type { SetupName } from './setups';

/** A request byte by byte: nothing in it is put right on its way. */
export interface HostileRequest {
	setup: SetupName;
	method: string;
	/** Behind the "?", as it goes over the wire. */
	query?: string;
	headers: Record<string, string | string[]>;
	body?: Buffer;
}

export interface HostileAnswer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
}

/** Longer than either provider waits: who takes longer has hung. */
const HUNG_AFTER_IN_MILLISECONDS = 30_000;

const agent = new Agent({ keepAlive: true });

/** How sending over a connection fails that the server has closed: while there is something to write, or after. */
const CLOSED_BEFORE = ['ECONNRESET', 'EPIPE'];

/** Sends it to where the trigger of its setup listens, and waits for the answer. */
export async function sendHostile(url: string, sent: HostileRequest): Promise<HostileAnswer> {
	const { method, query, headers, body } = sent;
	const { hostname, port, pathname } = new URL(url);
	return await new Promise((resolve, reject) => {
		const outgoing = request(
			{
				...{ hostname, port, method, agent },
				path: query === undefined ? pathname : `${pathname}?${query}`,
				headers: { ...(body ? { 'content-length': String(body.byteLength) } : {}), ...headers },
			},
			(incoming) => {
				const chunks: Buffer[] = [];
				incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
				incoming.on('error', broken);
				incoming.on('end', () => {
					clearTimeout(timer);
					const text = Buffer.concat(chunks).toString('utf8');
					resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
				});
			},
		);
		const timer = setTimeout(() => {
			outgoing.destroy();
			reject(new NoAnswer('timeout', `after ${HUNG_AFTER_IN_MILLISECONDS} ms`));
		}, HUNG_AFTER_IN_MILLISECONDS);
		function broken(error: Error): void {
			clearTimeout(timer);
			reject(new NoAnswer('connection', error.message));
		}
		outgoing.on('error', (error) => {
			// Closed by the server just as it was taken for another request: the request has not been read.
			if (outgoing.reusedSocket && 'code' in error && CLOSED_BEFORE.includes(String(error.code))) {
				clearTimeout(timer);
				resolve(sendHostile(url, sent));
			} else {
				broken(error);
			}
		});
		outgoing.end(body);
	});
}

/** Lets go of the connections that were kept for the next request. */
export function closeConnections(): void {
	agent.destroy();
}

const MOST_SHOWN = 500;

/** A request as a message can show it. */
export function tellOf({ setup, method, query, headers, body }: HostileRequest): string {
	const line = `${method} ${setup}${query === undefined ? '' : `?${query}`} ${JSON.stringify(headers)}`;
	return `${line} ${JSON.stringify(body?.toString('latin1') ?? '')}`.slice(0, MOST_SHOWN);
}
