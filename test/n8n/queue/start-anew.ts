import type { N8n } from '../../../host';

/** Stops processes in order and starts them again, all at once. */
export async function startAnew(processes: N8n[]): Promise<void> {
	await Promise.all(
		processes.map(async (process) => {
			await process.stopAndKeep();
			await process.bootAgain();
		}),
	);
}
