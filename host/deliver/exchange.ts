import { request, type RequestOptions } from 'node:http';

/** How sending over a connection fails that the server has closed: while there is something to write, or after. */
const CLOSED_BEFORE = ['ECONNRESET', 'EPIPE'];

/** The caller got no answer: it timed out, or the connection broke (n8n is down, or was killed). */
export class NoAnswer extends Error {
	constructor(
		readonly reason: 'timeout' | 'connection',
		detail: string,
		/** Whether a kept connection had been closed by the server just as it was taken for another request. */
		readonly wasConnectionStale = false,
	) {
		super(`No answer (${reason}): ${detail}`);
	}
}

export interface RawAnswer {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	text: string;
}

interface Patience {
	timeoutMs: number;
	/** Resolves when the caller hangs up, which counts as a time-out of its own. */
	hangsUp?: Promise<unknown>;
}

/** Sends one HTTP request as it is, and waits for the answer. Throws NoAnswer where there is none. */
export async function exchange(
	url: URL,
	options: RequestOptions,
	body: Uint8Array | undefined,
	{ timeoutMs, hangsUp }: Patience,
): Promise<RawAnswer> {
	return await new Promise((resolve, reject) => {
		const outgoing = request(url, options, (incoming) => {
			const chunks: Buffer[] = [];
			incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
			incoming.on('error', (error) => broken(error, false));
			incoming.on('end', () => {
				clearTimeout(timer);
				const text = Buffer.concat(chunks).toString('utf8');
				resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
			});
		});
		const giveUp = (detail: string) => {
			clearTimeout(timer);
			outgoing.destroy();
			reject(new NoAnswer('timeout', detail));
		};
		const timer = setTimeout(() => giveUp(`after ${timeoutMs} ms`), timeoutMs);
		hangsUp?.then(() => giveUp('hung up'), reject);
		function broken(error: Error, wasConnectionStale: boolean): void {
			clearTimeout(timer);
			reject(new NoAnswer('connection', error.message, wasConnectionStale));
		}
		outgoing.on('error', (error) => {
			const isClosed = 'code' in error && CLOSED_BEFORE.includes(String(error.code));
			broken(error, outgoing.reusedSocket && isClosed);
		});
		outgoing.end(body);
	});
}
