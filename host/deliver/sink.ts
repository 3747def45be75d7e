import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { listenOnLoopback } from '../../lib/ports';
import { waitUntil } from '../../lib/wait-until';
import { node, type WorkflowNode } from '../rest/workflow-builder';

/** One side effect: what the workflow's last node sent. */
export interface SinkCall {
	item: Record<string, unknown>;
	executionId: string;
	at: number;
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const body: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString('utf8'));
	return body;
}

/** Stands for the outside service at the end of a workflow, and counts what reached it. */
export class Sink {
	private readonly received: SinkCall[] = [];
	private status = 200;
	private delayMs = 0;
	private gate: Promise<void> = Promise.resolve();

	private constructor(
		private readonly url: string,
		private readonly server: ReturnType<typeof createServer>,
	) {}

	static async open(): Promise<Sink> {
		const server = createServer();
		// A test that failed does not close its sink, and must not keep the whole run from ending.
		server.unref();
		// A connection that is closed for being idle may be closed just as n8n takes it again, whose workflow then fails.
		server.keepAliveTimeout = 0;
		const port = await listenOnLoopback(server);
		const sink = new Sink(`http://127.0.0.1:${port}/`, server);
		server.on('request', (request, response) => {
			sink.take(request, response).catch((error: unknown) => {
				response.writeHead(400).end(String(error));
			});
		});
		return sink;
	}

	private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const executionId = String(request.headers['x-execution-id'] ?? '');
		this.received.push({ item: await readBody(request), executionId, at: Date.now() });
		const status = this.status;
		await this.gate;
		if (this.delayMs > 0) await sleep(this.delayMs);
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ handled: status < 400, position: this.received.length }));
	}

	/** An HTTP Request node that posts each item that reaches it to this sink. */
	node(name = 'Sink'): WorkflowNode {
		return node('n8n-nodes-base.httpRequest', 4.2, name, {
			method: 'POST',
			url: this.url,
			sendHeaders: true,
			headerParameters: { parameters: [{ name: 'x-execution-id', value: '={{ $execution.id }}' }] },
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '={{ JSON.stringify($json) }}',
			options: {},
		});
	}

	calls(): SinkCall[] {
		return [...this.received];
	}

	items(): Array<Record<string, unknown>> {
		return this.received.map(({ item }) => item);
	}

	/** How many side effects each call had, by whatever tells calls apart. */
	countBy(key: (item: Record<string, unknown>) => string): Map<string, number> {
		const counts = new Map<string, number>();
		for (const { item } of this.received) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
		return counts;
	}

	async waitFor(count: number): Promise<Array<Record<string, unknown>>> {
		await waitUntil(`${count} items reached the sink`, () => this.received.length >= count);
		return this.items();
	}

	clear(): void {
		this.received.length = 0;
	}

	/** From now on the service fails, and with it the workflow. The item still counts as received. */
	failWith(status: number): void {
		this.status = status;
	}

	answerNormally(): void {
		this.status = 200;
		this.delayMs = 0;
	}

	delay(ms: number): void {
		this.delayMs = ms;
	}

	/** Keeps requests without an answer until the returned function is called. */
	hold(): () => void {
		let release = () => {};
		this.gate = new Promise((resolve) => {
			release = resolve;
		});
		return release;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}

export async function openSink(): Promise<Sink> {
	return await Sink.open();
}
