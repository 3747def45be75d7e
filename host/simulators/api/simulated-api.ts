import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { listenOnLoopback } from '../../../lib/ports';
import type { Clock } from './clock';
import type { Failure } from './failure';

const PREFIX = '/api/v1';

/** A request as the API got it. */
export interface ApiRequest {
	/** By this machine's clock. */
	at: number;
	method: string;
	path: string;
	query: Record<string, string>;
	headers: IncomingMessage['headers'];
	/** The answer once it is over, however it ended, and the bytes of it that went out. */
	answered?: { at: number; status: number; bytes: number };
}

export interface ApiAnswer {
	status: number;
	/** Bytes are sound; all else is JSON. */
	body: unknown;
}

/** An API on loopback that notes what it is asked, and fails as a test wants it to. Its `Date` is the clock's. */
export abstract class SimulatedApi {
	private readonly server = createServer();
	private port = 0;
	private readonly made: ApiRequest[] = [];
	private failure: Failure | undefined;
	private failingPath = '';
	private failsOn: (query: ApiRequest['query']) => boolean = () => true;

	protected constructor(
		readonly clock: Clock,
		/** What requests are for unless a test says otherwise. */
		private readonly mainPath: string,
	) {}

	/** What it answers to a request that meets no failure. */
	protected abstract answer(request: ApiRequest): ApiAnswer;

	protected async listen(): Promise<void> {
		const { server } = this;
		// A test that failed does not close it, and it must not keep the whole run from ending.
		server.unref();
		// A connection that is closed for being idle may be closed just as n8n takes it again.
		server.keepAliveTimeout = 0;
		this.port = await listenOnLoopback(server);
		server.on('request', (request, response) => {
			this.take(request, response).catch((error: unknown) =>
				response.destroy(error instanceof Error ? error : undefined),
			);
		});
	}

	/** What the credential holds beside the key; another host name for the same place makes it another host. */
	baseUrl(hostName = '127.0.0.1'): string {
		return `http://${hostName}:${this.port}${PREFIX}`;
	}

	/** The requests for one path, in order; those for calls, by default. */
	requests(path = this.mainPath): ApiRequest[] {
		return this.made.filter((request) => request.path === path);
	}

	/** Every request, whatever it asked for. */
	allRequests(): ApiRequest[] {
		return [...this.made];
	}

	/**
	 * From now on every request meets this, those for calls unless it says otherwise; of those perhaps not all. A path that ends
	 * with a slash stands for all that is below it.
	 */
	fail(failure: Failure, path = this.mainPath, failsOn: (query: ApiRequest['query']) => boolean = () => true): void {
		this.failure = failure;
		this.failingPath = path;
		this.failsOn = failsOn;
	}

	answerNormally(): void {
		this.failure = undefined;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const url = new URL(request.url ?? '/', this.baseUrl());
		const path = url.pathname.startsWith(PREFIX) ? url.pathname.slice(PREFIX.length) : url.pathname;
		const query = Object.fromEntries(url.searchParams);
		const made: ApiRequest = { at: Date.now(), method: request.method ?? '', path, query, headers: request.headers };
		this.made.push(made);
		const sentBefore = request.socket.bytesWritten;
		response.once('close', () => {
			made.answered = { at: Date.now(), status: response.statusCode, bytes: request.socket.bytesWritten - sentBefore };
		});
		response.sendDate = false;
		response.setHeader('date', this.clock.now().toUTCString());
		if (this.failure && this.isFailing(path) && this.failsOn(query)) return await this.failure(response);
		const { status, body } = this.answer(made);
		if (Buffer.isBuffer(body)) response.writeHead(status, { 'content-type': 'audio/mpeg' }).end(body);
		else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
	}

	private isFailing(path: string): boolean {
		const { failingPath } = this;
		return failingPath.endsWith('/') ? path.startsWith(failingPath) : path === failingPath;
	}
}
