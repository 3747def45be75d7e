import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isAlive, StepError } from '../../lib/steps';

/** Two n8n on one SQLite file would spoil it. The mark of a run that is gone counts for nothing. */
export function claimFolder(folder: string, command: string): void {
	const file = join(folder, 'running.pid');
	const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
	if (owner > 0 && owner !== process.pid && isAlive(owner)) {
		throw new StepError(`${command} runs already (process ${owner}) on this folder. End it with Ctrl-C first.`);
	}
	mkdirSync(folder, { recursive: true });
	writeFileSync(file, String(process.pid));
}
