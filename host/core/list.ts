import type { DeduplicationHelperFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import type { Core } from './core';

type Memory = Pick<
	DeduplicationHelperFunctions,
	'checkProcessedAndRecord' | 'removeProcessed' | 'getProcessedDataCount'
>;

/**
 * A list of processed entries that behaves as n8n's does, read and written in two steps; that n8n's really does is shown
 * where two workers of a real n8n record at once. Here its gap can be as wide as a test needs.
 */
export class List implements Memory {
	entries: string[] = [];

	writes = 0;

	failures = 0;

	/** Between reading and writing, as in n8n: in between another process may read and write. */
	constructor(public gapInMs: number | (() => number) = 0) {}

	async checkProcessedAndRecord(
		items: Parameters<Memory['checkProcessedAndRecord']>[0],
		_scope: string,
		{ maxEntries = Infinity },
	) {
		if (this.failures-- > 0) throw new Error('database is locked');
		const found = [...this.entries];
		await this.gap();
		const processed = items.filter((item) => found.includes(String(item)));
		const fresh = items.filter((item) => !found.includes(String(item)));
		const next = [...found, ...fresh.map(String)];
		this.entries = next.slice(Math.max(0, next.length - maxEntries));
		this.writes++;
		return { new: fresh, processed };
	}

	async removeProcessed(items: Parameters<Memory['removeProcessed']>[0]) {
		if (this.failures-- > 0) throw new Error('database is locked');
		const found = [...this.entries];
		await this.gap();
		this.entries = found.filter((entry) => !items.includes(entry));
	}

	private async gap(): Promise<void> {
		await sleep(typeof this.gapInMs === 'number' ? this.gapInMs : this.gapInMs());
	}

	async getProcessedDataCount() {
		return this.entries.length;
	}
}

/** Lets the nodes that run in this n8n-core remember in the list of their workflow, in place of n8n's database. */
export async function rememberIn(core: Core, listOf: (workflowId: string) => List): Promise<void> {
	await core.DataDeduplicationService.init({
		checkProcessedAndRecord: async (items, scope, { workflow }, options) =>
			await listOf(workflow.id).checkProcessedAndRecord(items, scope, options),
		removeProcessed: async (items, _scope, { workflow }) => await listOf(workflow.id).removeProcessed(items),
		clearAllProcessedItems: async (_scope, { workflow }) => {
			listOf(workflow.id).entries = [];
		},
		getProcessedDataCount: async (_scope, { workflow }) => await listOf(workflow.id).getProcessedDataCount(),
	});
}
