import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { boot } from '../test/n8n/harness';
import { type BenchCredentials, type Contender, createCredentials, deployOurs } from './contenders';
import { type Engine, ENGINES } from './engines';
import { onlyNew } from './feeds';
import { deliverCount } from './lap';
import { race, type RaceLength } from './race';
import type { Race } from './results';

/** Calls that come at the same time are recorded together, which makes it shorter. */
const FILLING_CONNECTIONS = 64;

/** A folder of n8n's with a trigger in it that has accepted as many calls as it remembers. */
export interface FilledHistory {
	folder: string;
	full: Contender;
	credentials: BenchCredentials;
}

/** Fills it as it is filled in use, by deliveries, with the engine that takes the least time. */
export async function fillHistory(calls: number): Promise<FilledHistory> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-post-call-bench-'));
	// The executions of these deliveries are of no interest, and would make a large database of a small one.
	const env = { ...ENGINES.legacy.env, EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none' };
	const n8n = await boot({ version: '2.x', folder, env });
	try {
		const credentials = await createCredentials(n8n);
		const full = await deployOurs(n8n, credentials, onlyNew());
		await deliverCount(full, calls, FILLING_CONNECTIONS);
		return { folder, full, credentials };
	} finally {
		await n8n.stop();
	}
}

/** The full history against an empty one, which is a new workflow in each round. */
export async function raceHistory(
	{ folder, full, credentials }: FilledHistory,
	engine: Engine,
	length: RaceLength,
): Promise<Race> {
	const n8n = await boot({ version: '2.x', folder, port: full.n8n.port, env: { ...ENGINES[engine].env } });
	try {
		await n8n.workflows.registered(full.workflowId);
		const empty = async () => await deployOurs(n8n, credentials, onlyNew());
		return await race(async () => ({ ...full, n8n }), empty, length);
	} finally {
		await n8n.stop();
	}
}

export async function dropHistory({ folder }: FilledHistory): Promise<void> {
	await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
