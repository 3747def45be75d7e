import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD } from '../scripts/lib/paths';
import { npmCommand, runStep } from '../scripts/lib/steps';

const PEERS = join(__dirname, 'peers');

/** Packs the peers as a community package of their own; n8n loads it beside ours. */
export async function packPeers(): Promise<string> {
	const folder = join(BUILD, 'bench-peers');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const npm = npmCommand(['pack', '--ignore-scripts', '--pack-destination', folder], process.execPath);
	await runStep('Packing the triggers it is compared with', npm.command, npm.args, { cwd: PEERS });
	const [tarball = ''] = readdirSync(folder);
	return join(folder, tarball);
}
