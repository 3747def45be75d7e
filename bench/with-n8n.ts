import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { boot, type N8n } from '../test/n8n/harness';
import { installPackage } from '../test/n8n/harness/install-package';
import { type BenchCredentials, createCredentials } from './contenders';

/** A fresh n8n with this package and the peers in it, for as long as the work takes. */
export async function withN8n(
	env: Record<string, string>,
	peers: string,
	work: (n8n: N8n, credentials: BenchCredentials) => Promise<void>,
): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-post-call-bench-'));
	await installPackage(peers, folder);
	const n8n = await boot({ version: '2.x', folder, env });
	try {
		await work(n8n, await createCredentials(n8n));
	} finally {
		await n8n.stop();
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	}
}
