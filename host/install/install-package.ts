import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
const packageJson = z.object({ name: z.string(), version: z.string() });

/**
 * Installs a packed tarball in n8n's folder as n8n itself does it: unpacked below `.n8n/nodes/node_modules`,
 * and noted in the package.json there. The package has no dependencies, so nothing is fetched.
 */
export async function installPackage(tarball: string, userFolder: string): Promise<void> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
	const { name, version } = packageJson.parse(JSON.parse(stdout));
	const packageFolder = join(nodesFolder, 'node_modules', name);
	await rm(packageFolder, { recursive: true, force: true });
	await mkdir(packageFolder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', packageFolder, '--strip-components=1']);
	await noteDependency(join(nodesFolder, 'package.json'), name, version);
}

const ledger = z.object({ dependencies: z.record(z.string()).default({}) }).passthrough();

async function readLedger(file: string): Promise<z.infer<typeof ledger>> {
	try {
		return ledger.parse(JSON.parse(await readFile(file, 'utf8')));
	} catch {
		return { name: 'installed-nodes', private: true, dependencies: {} };
	}
}

async function noteDependency(file: string, name: string, version: string): Promise<void> {
	const contents = await readLedger(file);
	contents.dependencies[name] = version;
	await writeFile(file, JSON.stringify(contents, null, 2));
}
