import { parse } from 'flatted';
import { z } from 'zod';

import { waitUntil } from '../../lib/wait-until';
import type { RestClient } from './rest-client';

const PAGE_SIZE = 100;
const NOT_SETTLED = ['new', 'running', 'waiting', 'unknown'];

const summary = z.object({
	id: z.coerce.string(),
	status: z.string(),
	mode: z.string(),
	retryOf: z.coerce.string().nullish(),
	startedAt: z.string().nullish(),
	stoppedAt: z.string().nullish(),
});
export type ExecutionSummary = z.infer<typeof summary>;

const page = z.object({ results: z.array(summary), nextCursor: z.string().nullish() });

const item = z.object({ json: z.record(z.unknown()) }).passthrough();
const nodeRun = z
	.object({
		error: z.object({ message: z.string() }).passthrough().nullish(),
		data: z.object({ main: z.array(z.array(item).nullable()) }).nullish(),
	})
	.passthrough();
const runResult = z.object({
	resultData: z.object({
		runData: z.record(z.array(nodeRun)).default({}),
		error: z.object({ message: z.string(), description: z.string().nullish() }).passthrough().nullish(),
	}),
});
const full = summary.extend({ data: z.string(), customData: z.record(z.string()).default({}) });

export interface Execution extends ExecutionSummary {
	/** Whatever n8n stored of the run, as text. */
	storedData: string;
	error: string | undefined;
	/** What n8n shows below the error. */
	errorDescription: string | undefined;

	/** n8n's highlighted data, which it stores a moment after the rest: `saysOfItself` waits for it. */
	customData: Record<string, string>;
	/** The names of the nodes that ran. */
	nodesRun: string[];
	/** The JSON of each item that a node put out. */
	items: (nodeName: string, output?: number) => Array<Record<string, unknown>>;
}

export class Executions {
	constructor(private readonly rest: RestClient) {}

	/** All executions of a workflow, the newest first. */
	async list(workflowId: string): Promise<ExecutionSummary[]> {
		const found: ExecutionSummary[] = [];
		let position: Record<string, string> = {};
		for (;;) {
			const query = new URLSearchParams({
				filter: JSON.stringify({ workflowId }),
				limit: String(PAGE_SIZE),
				...position,
			});
			const answer = await this.rest.request('GET', `/rest/executions?${query}`);
			const { results, nextCursor } = page.parse(answer);
			const known = new Set(found.map(({ id }) => id));
			found.push(...results.filter(({ id }) => !known.has(id)));
			const last = results.at(-1);
			if (nextCursor) position = { cursor: nextCursor };
			else if (nextCursor === undefined && last && results.length >= PAGE_SIZE) position = { lastId: last.id };
			else return found;
		}
	}

	async get(id: string): Promise<Execution> {
		const { data, ...rest } = full.parse(await this.rest.request('GET', `/rest/executions/${id}`));
		const { resultData } = runResult.parse(parse(data));
		return {
			...rest,
			storedData: data,
			error: resultData.error?.message,
			errorDescription: resultData.error?.description ?? undefined,
			nodesRun: Object.keys(resultData.runData),
			items: (nodeName, output = 0) => {
				const runs = resultData.runData[nodeName] ?? [];
				return runs.flatMap((run) => (run.data?.main[output] ?? []).map(({ json }) => json));
			},
		};
	}

	/** The highlighted data of an execution that has some. */
	async saysOfItself(id: string): Promise<Record<string, string>> {
		return await waitUntil('an execution says something of itself', async () => {
			const { customData } = await this.get(id);
			return Object.keys(customData).length > 0 && customData;
		});
	}

	/**
	 * Waits until nothing of the workflow is queued or running any more, and until there are so many executions: where a
	 * delivery ends with an answer of its own, n8n stores its execution only after it has answered.
	 */
	async settled(workflowId: string, atLeast = 0): Promise<ExecutionSummary[]> {
		let before: string | undefined;
		const what = atLeast > 0 ? `${atLeast} executions have ended` : 'all executions have ended';
		return await waitUntil(what, async () => {
			const executions = await this.list(workflowId);
			// n8n asks for running and for ended executions one after the other: one that ends in between is in neither.
			const now = JSON.stringify(executions);
			const isStable = now === before;
			before = now;
			if (!isStable || executions.length < atLeast) return false;
			return executions.every(({ status }) => !NOT_SETTLED.includes(status)) && executions;
		}).catch((error: unknown) => {
			throw new Error(`${String(error)} They are: ${before}`);
		});
	}

	/**
	 * The editor's *Retry with original workflow*, or with the currently saved one. Resolves to the new execution's id when it
	 * has ended.
	 */
	async retry(id: string, workflowId: string, { asSavedNow = false } = {}): Promise<string> {
		await this.rest.request('POST', `/rest/executions/${id}/retry`, { loadWorkflow: asSavedNow });
		const executions = await this.settled(workflowId);
		const retried = executions.find(({ retryOf }) => retryOf === id);
		if (!retried) throw new Error(`Execution ${id} was not retried.`);
		return retried.id;
	}
}
