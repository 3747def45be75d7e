import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { type HostVersion, hostFolder } from '../install/install-n8n';

/** Among n8n's own packages, so that whoever installs another n8n removes it too. */
const modulesOf = (version: HostVersion) => join(hostFolder(version), 'node_modules');

/**
 * Copies into `folder` what an n8n has that was started once, without any package: its tables, its keys, its owner. To make
 * them is a third of what a start takes. `startIn` starts and stops one in a folder, where there is none to copy yet.
 */
export async function copyStartedBefore(
	version: HostVersion,
	folder: string,
	startIn: (folder: string) => Promise<void>,
): Promise<void> {
	const kept = join(modulesOf(version), '.started-before');
	if (!existsSync(kept)) {
		const made = await mkdtemp(`${kept}-`);
		await startIn(made);
		try {
			await rename(made, kept);
		} catch (error) {
			// Another process was first.
			await rm(made, { recursive: true });
			if (!existsSync(kept)) throw error;
		}
	}
	await cp(join(kept, '.n8n'), join(folder, '.n8n'), { recursive: true });
}
