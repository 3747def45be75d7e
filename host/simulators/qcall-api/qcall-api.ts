import { randomUUID } from 'node:crypto';

import { Clock } from '../api/clock';
import { type ApiAnswer, type ApiRequest, SimulatedApi } from '../api/simulated-api';
import type { Row } from '../calls-api';
import { campaignCallRow, singleCallRow, transcriptRow } from './row';
import { type KnownCall, Workspace } from './workspace';

const PER_PAGE_BY_DEFAULT = 20;
const MOST_PER_PAGE = 100;
const DAY_IN_MILLISECONDS = 86_400_000;

export interface QCallApiOptions {
	clock?: Clock;
	/** The most rows in a page, whatever is asked for. */
	mostRows?: number;
	/** What nobody knows for sure: what a row looks like in the end. */
	changeRow?: (row: Row) => Row;
}

/** QCall's API for one workspace, by what QCall's own client expects of it: a page by its number from 0, the newest first. */
export class QCallApi extends SimulatedApi {
	readonly apiKey = `qc_live_${randomUUID()}`;
	readonly workspace: Workspace;
	private beforeAnswer: (request: ApiRequest) => void = () => undefined;
	private repeatsPages = false;

	private constructor(private options: QCallApiOptions) {
		super(options.clock ?? new Clock(), '/playground/list');
		this.workspace = new Workspace(this.clock);
	}

	static async open(options: QCallApiOptions = {}): Promise<QCallApi> {
		const api = new QCallApi(options);
		await api.listen();
		return api;
	}

	/** From now on rows and pages look like this. */
	present(options: Pick<QCallApiOptions, 'changeRow' | 'mostRows'>): void {
		this.options = { ...this.options, ...options };
	}

	/** Something happens in the workspace just before a request is answered: a call appears between two pages. */
	before(act: (request: ApiRequest) => void): void {
		this.beforeAnswer = act;
	}

	/** From now on every page is the first one, whichever is asked for. */
	repeatPages(repeatsPages = true): void {
		this.repeatsPages = repeatsPages;
	}

	protected answer(request: ApiRequest): ApiAnswer {
		const { method, path, query, headers } = request;
		if (headers['x-api-key'] !== this.apiKey) return failed(401, 'Invalid API key');
		this.beforeAnswer(request);
		const { workspace } = this;
		const [, sid] = /^\/activity\/([^/]+)\/transcript$/.exec(path) ?? [];
		if (method !== 'GET') return failed(404, 'Not found');
		if (sid !== undefined) {
			const call = workspace.find(decodeURIComponent(sid));
			// As it answers whatever it finds nothing for: with HTTP status 200.
			return call === undefined ? failed(404, 'Call not found', 200) : succeeded(this.changed(transcriptRow(call)));
		}
		switch (path) {
			case '/user/listAssistant':
				return succeeded(workspace.assistants);
			case '/campaign/list': {
				const rows = workspace.campaigns.map(({ id, name, assistant }) => ({
					...{ id, campaigns_name: name, assistant_name: assistant, campaign_status: 'running' },
				}));
				return succeeded({ campaigns: this.page(rows, query), total: rows.length });
			}
			case '/playground/list':
				return succeeded(this.rows(workspace.newestFirst('single'), singleCallRow, query));
			case '/campaign/callLogs': {
				const calls = workspace.newestFirst('campaigns').filter((call) => isBetween(call, query));
				return succeeded({ call_logs: this.rows(calls, campaignCallRow, query), total: calls.length });
			}
			default:
				return failed(404, 'Not found');
		}
	}

	private rows(calls: readonly KnownCall[], rowOf: (call: KnownCall) => Row, query: ApiRequest['query']): Row[] {
		return this.page(calls, query).map((call) => this.changed(rowOf(call)));
	}

	private changed(row: Row): Row {
		const { changeRow = (each) => each } = this.options;
		return changeRow(row);
	}

	private page<Each>(all: readonly Each[], { page = '0', perpage }: ApiRequest['query']): Each[] {
		const rows = Math.min(Number(perpage ?? PER_PAGE_BY_DEFAULT), this.options.mostRows ?? MOST_PER_PAGE);
		const first = this.repeatsPages ? 0 : Number(page) * rows;
		return all.slice(first, first + rows);
	}
}

/** Whether a call began on a day from `fromDate` to `toDate`, both included, in UTC. */
function isBetween({ createdAt }: KnownCall, { fromDate, toDate }: ApiRequest['query']): boolean {
	const isAfter = fromDate === undefined || createdAt >= Date.parse(fromDate);
	return isAfter && (toDate === undefined || createdAt < Date.parse(toDate) + DAY_IN_MILLISECONDS);
}

const succeeded = (data: unknown): ApiAnswer => ({
	status: 200,
	body: { success: true, status: 200, message: 'Success', data },
});

/** Failures come with HTTP status 200 too; what has failed is then in the body alone. */
const failed = (status: number, message: string, httpStatus = status): ApiAnswer => ({
	status: httpStatus,
	body: { success: false, status, message, data: null },
});
