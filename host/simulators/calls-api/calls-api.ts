import { randomUUID } from 'node:crypto';

import { Clock } from '../api/clock';
import { type ApiAnswer, type ApiRequest, SimulatedApi } from '../api/simulated-api';
import { Business, type Page } from './business';
import { type Row, rowOf } from './row';

const LIMIT_BY_DEFAULT = 50;
const MOST_ROWS = 500;
const RECORDING = /^\/calls\/([^/]+)\/recording$/;

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

/** CallScaler's Calls API for one business: its calls, call flows and recordings, by what is known of them. */
export class CallsApi extends SimulatedApi {
	readonly apiKey = `cs_key_${randomUUID()}`;
	readonly business: Business;
	private tellsCallFlowsApart = true;

	private constructor(private options: CallsApiOptions) {
		super(options.clock ?? new Clock(), '/calls');
		this.business = new Business(this.clock);
	}

	static async open(options: CallsApiOptions = {}): Promise<CallsApi> {
		const api = new CallsApi(options);
		await api.listen();
		return api;
	}

	/** From now on rows and pages look like this. */
	present(options: Pick<CallsApiOptions, 'envelope' | 'changeRow'>): void {
		this.options = { ...this.options, ...options };
	}

	/** From now on it answers with the calls of all call flows, whichever is asked for. */
	ignoreCallFlows(): void {
		this.tellsCallFlowsApart = false;
	}

	protected answer({ method, path, query, headers }: ApiRequest): ApiAnswer {
		if (headers.authorization !== `Bearer ${this.apiKey}`) {
			return { status: 401, body: { error: 'unauthorized', message: 'Invalid API key' } };
		}
		if (method === 'GET' && path === '/call-flows') {
			return { status: 200, body: { data: this.callFlowsFrom(Number(query.cursor ?? 0)) } };
		}
		const [, recorded] = RECORDING.exec(path) ?? [];
		if (method === 'GET' && this.business.hasRecording(recorded)) return { status: 200, body: soundOf(recorded) };
		if (method !== 'GET' || path !== '/calls') {
			return { status: 404, body: { error: 'not_found', message: 'There is nothing here.' } };
		}
		const page = this.page(query);
		if (page) return { status: 200, body: this.envelopeOf(page, query) };
		return { status: 422, body: { error: 'unprocessable', message: 'updated_since is no date' } };
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
