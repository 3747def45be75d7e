/**
 * Installs the real n8n that the tests, the bench and `npm start` run. Each has a package.json of its own in versions/, because a
 * community node may have no dependencies.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

import { ROOT } from '../../lib/paths';
import { fingerprintOf, runStep, withInstallLock } from '../../lib/steps';

/** Which n8n, as package.json and lock file of each. */
export const HOSTS = join(__dirname, '..', 'versions');
/** Where they are installed: n8n looks for nodes in all folders of a checkout that is linked into it, but for those with a dot. */
const INSTALLED_HOSTS = join(__dirname, '..', '.installed');

export const HOST_VERSIONS = ['2.x', '1.x'] as const;
export type HostVersion = (typeof HOST_VERSIONS)[number];

/** It unpacks n8n in a quarter of the time that npm takes, and what both hosts have only once. */
const PNPM = join(ROOT, 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');

/** What n8n needs compiled or fetched, as pnpm-workspace.yaml allows. All other install scripts stay off. */
const NATIVE_MODULES: Record<HostVersion, string[]> = {
	'2.x': ['sqlite3'],
	'1.x': ['sqlite3', 'isolated-vm'],
};

/** npm tells them to its scripts, wherever they are set; pnpm reads those of the user's .npmrc alone, and its own environment. */
const NETWORK_SETTINGS = ['registry', 'proxy', 'https_proxy', 'noproxy', 'cafile', 'ca', 'strict_ssl'];

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

const fingerprint = (version: HostVersion) =>
	fingerprintOf(...['pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((name) => join(HOSTS, version, name)));

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
	// node-gyp compiles one file at a time unless told otherwise.
	const environment = { JOBS: 'max', ...process.env };
	// Set only where the user has not: npm hands its own "nodedir" setting to node-gyp under this name.
	if (!headers || process.env.npm_config_nodedir) return environment;
	return { ...environment, npm_config_nodedir: headers };
}

function networkSettings(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		NETWORK_SETTINGS.flatMap((name) => {
			const value = process.env[`npm_config_${name}`];
			return value === undefined ? [] : [[`pnpm_config_${name}`, value]];
		}),
	);
}

const packageJson = z.object({ version: z.string() });

const moduleFolder = (version: HostVersion, name: string) => join(hostFolder(version), 'node_modules', name);

function versionIn(folder: string): string {
	const { version } = packageJson.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
	return version;
}

/** To compile a module takes both cores for a minute, and all hosts run on the same Node. */
function isCopiedFromAnother(version: HostVersion, name: string): boolean {
	const folder = moduleFolder(version, name);
	const another = HOST_VERSIONS.filter((other) => other !== version && isInstalled(other))
		.map((other) => moduleFolder(other, name))
		.find((other) => existsSync(join(other, 'build')) && versionIn(other) === versionIn(folder));
	if (another === undefined) return false;
	cpSync(join(another, 'build'), join(folder, 'build'), { recursive: true });
	return true;
}

export async function installHost(version: HostVersion): Promise<void> {
	if (isInstalled(version)) return;
	const folder = hostFolder(version);
	mkdirSync(folder, { recursive: true });
	await withInstallLock(folder, async () => {
		if (isInstalled(version)) return;
		const isWanted = (file: string) => basename(file) !== 'node_modules';
		cpSync(join(HOSTS, version), folder, { recursive: true, filter: isWanted });
		// What is left of another installation, or of one that was interrupted, goes first.
		rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
		const pnpm = async (label: string, args: string[], env: NodeJS.ProcessEnv) =>
			await runStep(label, process.execPath, [PNPM, ...args], { cwd: folder, env });
		const env = { ...environmentForNativeModules(), ...networkSettings() };
		const install = ['install', '--frozen-lockfile', '--ignore-scripts'];
		await pnpm(`Installing n8n ${version} (about 3 GB, a minute or two)`, install, env);
		const native = NATIVE_MODULES[version].filter((name) => !isCopiedFromAnother(version, name));
		if (native.length > 0) {
			const label = `Preparing its native modules: ${native.join(', ')} (about a minute where they are compiled)`;
			await pnpm(label, ['rebuild', ...native], env);
		}
		writeFileSync(stampFile(version), fingerprint(version));
	});
}
