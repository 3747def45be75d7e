import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { listenOnLoopback } from '../../../lib/ports';
import { Business, type Page } from './business';
import { Clock } from './clock';
import type { Failure } from './failure';
import { type Row, rowOf } from './row';

const PREFIX = '/api/v1';
const LIMIT_BY_DEFAULT = 50;
const MOST_ROWS = 500;
const RECORDING = /^\/calls\/([^/]+)\/recording$/;

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

/** How the API puts a page into an answer: the documented way, and others that integrators meet. */
export const ENVELOPES = {
	documented: (calls: Row[], next_cursor: string | null): unknown => ({
		data: { calls, has_more: next_cursor !== null, next_cursor },
	}),
	withoutData: (calls: Row[], next_cursor: string | null): unknown => ({
		calls,
		has_more: next_cursor !== null,
		next_cursor,
	}),
	listInData: (data: Row[]): unknown => ({ data }),
	bareList: (rows: Row[]): unknown => rows,
};

export interface CallsApiOptions {
	clock?: Clock;
	/** The most rows in a page, whatever limit is asked for. */
	mostRows?: number;
	/** What nobody knows for sure: the envelope, and what a row looks like in the end. */
	envelope?: (typeof ENVELOPES)[keyof typeof ENVELOPES];
	changeRow?: (row: Row) => Row;
}

/** The sound of a call's recording: no more than what tells it from others. */
export const soundOf = (callId: unknown) => Buffer.from(`ID3 the sound of ${String(callId)}`);

/** CallScaler's Calls API for one business, on loopback: its calls, call flows and recordings, by what is known of them. */
export class CallsApi {
	readonly apiKey = `cs_key_${randomUUID()}`;
	readonly business: Business;
	private readonly made: ApiRequest[] = [];
	private failure: Failure | undefined;
	private failingPath = '';
	private failsOn: (query: ApiRequest['query']) => boolean = () => true;
	private tellsCallFlowsApart = true;

	private constructor(
		private readonly port: number,
		private readonly server: ReturnType<typeof createServer>,
		readonly clock: Clock,
		private options: CallsApiOptions,
	) {
		this.business = new Business(clock);
	}

	static async open(options: CallsApiOptions = {}): Promise<CallsApi> {
		const server = createServer();
		// A test that failed does not close it, and it must not keep the whole run from ending.
		server.unref();
		// A connection that is closed for being idle may be closed just as n8n takes it again.
		server.keepAliveTimeout = 0;
		const port = await listenOnLoopback(server);
		const api = new CallsApi(port, server, options.clock ?? new Clock(), options);
		server.on('request', (request, response) => {
			api
				.take(request, response)
				.catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
		});
		return api;
	}

	/** What the credential holds beside the key; another host name for the same place makes it another host. */
	baseUrl(hostName = '127.0.0.1'): string {
		return `http://${hostName}:${this.port}${PREFIX}`;
	}

	/** All requests, in order; those for calls only, by default. */
	requests(path = '/calls'): ApiRequest[] {
		return this.made.filter((request) => request.path === path);
	}

	/** Every request, whatever it asked for. */
	allRequests(): ApiRequest[] {
		return [...this.made];
	}

	/** From now on every request meets this, those for calls unless it says otherwise; of those perhaps not all. */
	fail(failure: Failure, path = '/calls', failsOn: (query: ApiRequest['query']) => boolean = () => true): void {
		this.failure = failure;
		this.failingPath = path;
		this.failsOn = failsOn;
	}

	answerNormally(): void {
		this.failure = undefined;
	}

	/** From now on rows and pages look like this. */
	present(options: Pick<CallsApiOptions, 'envelope' | 'changeRow'>): void {
		this.options = { ...this.options, ...options };
	}

	/** From now on it answers with the calls of all call flows, whichever is asked for. */
	ignoreCallFlows(): void {
		this.tellsCallFlowsApart = false;
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
		if (this.failure && path === this.failingPath && this.failsOn(query)) await this.failure(response);
		else this.answer(made, response);
	}

	private answer({ method, path, query, headers }: ApiRequest, response: ServerResponse): void {
		const send = (status: number, body: unknown) =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		if (headers.authorization !== `Bearer ${this.apiKey}`) {
			send(401, { error: 'unauthorized', message: 'Invalid API key' });
		} else if (method === 'GET' && path === '/call-flows') {
			send(200, { data: this.callFlowsFrom(Number(query.cursor ?? 0)) });
		} else if (method === 'GET' && path === '/calls') {
			const page = this.page(query);
			if (page) send(200, this.envelopeOf(page, query));
			else send(422, { error: 'unprocessable', message: 'updated_since is no date' });
		} else if (method === 'GET' && this.business.hasRecording(RECORDING.exec(path)?.[1])) {
			response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(soundOf(RECORDING.exec(path)?.[1]));
		} else send(404, { error: 'not_found', message: 'There is nothing here.' });
	}

	private callFlowsFrom(first: number) {
		const flows = this.business.callFlows();
		const end = first + LIMIT_BY_DEFAULT;
		const editor = { settings: {}, steps: [], version: 1 };
		return {
			call_flows: flows.slice(first, end).map((flow) => ({ ...flow, ...editor })),
			has_more: flows.length > end,
			next_cursor: flows.length > end ? String(end) : null,
		};
	}

	private page({ updated_since, call_flow_id, limit, cursor }: Record<string, string>): Page | undefined {
		const updatedSince = updated_since === undefined ? undefined : new Date(updated_since);
		if (updatedSince && Number.isNaN(updatedSince.getTime())) return undefined;
		const wanted = Math.floor(Number(limit ?? LIMIT_BY_DEFAULT));
		return this.business.page({
			updatedSince,
			callFlowId: this.tellsCallFlowsApart ? call_flow_id : undefined,
			limit: Math.min(wanted >= 1 ? wanted : LIMIT_BY_DEFAULT, this.options.mostRows ?? MOST_ROWS),
			cursor,
		});
	}

	private envelopeOf({ calls, nextCursor }: Page, { include = '' }: Record<string, string>): unknown {
		const { envelope = ENVELOPES.documented, changeRow = (row) => row } = this.options;
		return envelope(
			calls.map((call) => changeRow(rowOf(call, include.split(',')))),
			nextCursor,
		);
	}
}
