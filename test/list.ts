import { sleep } from 'n8n-workflow';

import type { DurableMemory } from '../nodes/delivery/record';

/**
 * A list that behaves as n8n's does, read and written in two steps; that n8n's really does is shown where two workers
 * of a real n8n record at once. Here its gap can be as wide as a test needs.
 */
export class List implements DurableMemory {
	entries: string[] = [];

	writes = 0;

	failures = 0;

	constructor(public gapInMs = 0) {}

	async checkProcessedAndRecord(
		items: Parameters<DurableMemory['checkProcessedAndRecord']>[0],
		_scope: string,
		{ maxEntries = Infinity },
	) {
		if (this.failures-- > 0) throw new Error('database is locked');
		const found = [...this.entries];
		await sleep(this.gapInMs);
		const processed = items.filter((item) => found.includes(String(item)));
		const fresh = items.filter((item) => !found.includes(String(item)));
		const next = [...found, ...fresh.map(String)];
		this.entries = next.slice(Math.max(0, next.length - maxEntries));
		this.writes++;
		return { new: fresh, processed };
	}

	async removeProcessed(items: Parameters<DurableMemory['removeProcessed']>[0]) {
		if (this.failures-- > 0) throw new Error('database is locked');
		const found = [...this.entries];
		await sleep(this.gapInMs);
		this.entries = found.filter((entry) => !items.includes(entry));
	}
}
