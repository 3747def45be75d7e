import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

import { type N8n, packedTarball } from '../../../../host';
import { NODE_24 } from '../../../../lib/paths';

const run = promisify(execFile);
const PATH_IN_N8N = '/rest/community-packages';
const PACKAGE = 'n8n-nodes-post-call';

const packageJson = z.object({ version: z.string() }).passthrough();
const installed = z.object({ installedVersion: z.string() });

/** What n8n asks npm: which version there is, for its tarball, and to install what the package depends on, which is nothing. */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
case "$1" in
	view) cat "$here/version.json" ;;
	pack) cp "$here/package.tgz" . && echo package.tgz ;;
esac
`;

/** Stands for npm where n8n runs it: it has this package, in the version that is wanted. */
export class Npm {
	private constructor(private readonly folder: string) {}

	static async open(): Promise<Npm> {
		const npm = new Npm(await mkdtemp(join(tmpdir(), 'npm-')));
		const script = join(npm.folder, 'npm');
		await writeFile(script, SCRIPT);
		await chmod(script, 0o755);
		return npm;
	}

	/** Goes to boot(). n8n asks the registry first, which is not reached. */
	get env(): Record<string, string> {
		return {
			PATH: [this.folder, dirname(NODE_24), process.env.PATH].join(delimiter),
			HTTPS_PROXY: 'http://127.0.0.1:9',
			NO_PROXY: '127.0.0.1,localhost',
		};
	}

	/** As the button in Settings > Community nodes. */
	async install(n8n: N8n, version: string): Promise<void> {
		await this.become('POST', n8n, version);
	}

	/** As the button in Settings > Community nodes. */
	async update(n8n: N8n, version: string): Promise<void> {
		await this.become('PATCH', n8n, version);
	}

	async close(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}

	private async become(method: string, n8n: N8n, version: string): Promise<void> {
		await this.has(version);
		const { installedVersion } = installed.parse(await n8n.request(method, PATH_IN_N8N, { name: PACKAGE }));
		if (installedVersion !== version) throw new Error(`n8n has installed ${installedVersion} for ${version}.`);
	}

	private async has(version: string): Promise<void> {
		await run('tar', ['-xzf', packedTarball(), '-C', this.folder]);
		const file = join(this.folder, 'package', 'package.json');
		const contents = packageJson.parse(JSON.parse(await readFile(file, 'utf8')));
		await writeFile(file, JSON.stringify({ ...contents, version }));
		await run('tar', ['-czf', join(this.folder, 'package.tgz'), '-C', this.folder, 'package']);
		await writeFile(join(this.folder, 'version.json'), JSON.stringify(version));
	}
}
