/**
 * Installs the real n8n that the tests and `npm start` run: `npm run install:host -- 2.x` (or 1.x).
 * It has a package.json of its own below test/, because a community node may have no dependencies.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { HOSTS, INSTALLED_HOSTS } from './lib/paths';
import { runMain } from './lib/run-main';
import { npmCommand, runStep, withInstallLock } from './lib/steps';

export const HOST_VERSIONS = ['2.x', '1.x'] as const;
export type HostVersion = (typeof HOST_VERSIONS)[number];

/** What n8n needs compiled or fetched. All other install scripts stay off. */
const NATIVE_MODULES: Record<HostVersion, string[]> = {
	'2.x': ['sqlite3'],
	'1.x': ['sqlite3', 'isolated-vm'],
};

export function hostFolder(version: HostVersion): string {
	return join(INSTALLED_HOSTS, version);
}

export function n8nBinary(version: HostVersion): string {
	return join(hostFolder(version), 'node_modules', 'n8n', 'bin', 'n8n');
}

export function isHostVersion(text: string): text is HostVersion {
	return HOST_VERSIONS.some((version) => version === text);
}

function stampFile(version: HostVersion): string {
	return join(hostFolder(version), 'node_modules', '.install-stamp');
}

function fingerprint(version: HostVersion): string {
	return createHash('sha256')
		.update(readFileSync(join(HOSTS, version, 'package-lock.json')))
		.update(`${process.platform}-${process.arch}`)
		.digest('hex');
}

function isInstalled(version: HostVersion): boolean {
	const stamp = stampFile(version);
	return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(version);
}

/**
 * Where a machine without access to nodejs.org has Node's headers, for the native modules whose prebuilt
 * binary cannot be fetched: beside the Node that runs, beside the machine's own, or where Debian puts them.
 */
function findNodeHeaders(): string | undefined {
	const machineNode = process.env.npm_node_execpath ?? process.execPath;
	const prefixes = [process.execPath, machineNode].map((node) => dirname(dirname(node))).concat('/usr/local', '/usr');
	return prefixes.find((prefix) => existsSync(join(prefix, 'include', 'node', 'node_api.h')));
}

function environmentForNativeModules(): NodeJS.ProcessEnv {
	const headers = findNodeHeaders();
	// Set only where the user has not: npm hands its own "nodedir" setting to node-gyp under this name.
	if (!headers || process.env.npm_config_nodedir) return process.env;
	return { ...process.env, npm_config_nodedir: headers };
}

async function npm(label: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<void> {
	const command = npmCommand(args, process.execPath);
	await runStep(label, command.command, command.args, { cwd, env });
}

export async function installHost(version: HostVersion): Promise<void> {
	if (isInstalled(version)) return;
	const folder = hostFolder(version);
	mkdirSync(folder, { recursive: true });
	await withInstallLock(folder, async () => {
		if (isInstalled(version)) return;
		const isWanted = (file: string) => basename(file) !== 'node_modules';
		cpSync(join(HOSTS, version), folder, { recursive: true, filter: isWanted });
		// Without the stamp an interrupted installation is seen as such and done again from the start.
		rmSync(stampFile(version), { force: true });
		await npm(`Installing n8n ${version} for the tests (about 3 GB, some minutes)`, ['ci', '--ignore-scripts'], folder);
		await npm(
			`Preparing its native modules: ${NATIVE_MODULES[version].join(', ')} (about a minute where they are compiled)`,
			['rebuild', '--ignore-scripts=false', ...NATIVE_MODULES[version]],
			folder,
			environmentForNativeModules(),
		);
		writeFileSync(stampFile(version), fingerprint(version));
	});
}

if (require.main === module) {
	runMain(async () => {
		const wanted = process.argv.slice(2);
		const versions = wanted.length > 0 ? wanted : ['2.x'];
		for (const version of versions) {
			if (!isHostVersion(version)) {
				throw new Error(`"${version}" is not one of ${HOST_VERSIONS.join(', ')}.`);
			}
			await installHost(version);
		}
	});
}
