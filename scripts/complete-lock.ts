/**
 * `npx tsx scripts/complete-lock.ts`: adds to package-lock.json the binaries for other platforms that npm left out
 * when it wrote the file. It does so when the registry in use does not serve them, and `npm ci` then refuses
 * the file on every machine. What is added is only what the parent's optionalDependencies already say.
 * Run it after each change of dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';

const LOCK_FILE = join(ROOT, 'package-lock.json');

interface LockedPackage {
	version?: string;
	dev?: boolean;
	peer?: boolean;
	optional?: boolean;
	os?: string[];
	cpu?: string[];
	optionalDependencies?: Record<string, string>;
}

interface LockFile {
	packages: Record<string, LockedPackage>;
}

// Checked, not rebuilt: the file's own order of keys is kept.
const lockFile = z.custom<LockFile>(
	(file) => z.object({ packages: z.record(z.object({}).passthrough()) }).safeParse(file).success,
);

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** Whether Node, asking from `parent` outwards, would find the package in the lock file. */
function isLocked(packages: Record<string, LockedPackage>, parent: string, name: string): boolean {
	for (let folder = parent; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
		const separator = folder === '' ? '' : '/';
		if (packages[`${folder}${separator}node_modules/${name}`]) return true;
		if (folder === '') return false;
	}
}

function describePlatformPackage(name: string, version: string, parent: LockedPackage): LockedPackage {
	const words = name.split('-');
	return {
		version,
		...(parent.dev ? { dev: true } : {}),
		...(parent.peer ? { peer: true } : {}),
		optional: true,
		os: words.filter((word) => SYSTEMS.includes(word)),
		cpu: words.filter((word) => PROCESSORS.includes(word)),
	};
}

function missingPackages(packages: Record<string, LockedPackage>): Record<string, LockedPackage> {
	const missing: Record<string, LockedPackage> = {};
	for (const [parentPath, parent] of Object.entries(packages)) {
		for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
			if (isLocked(packages, parentPath, name)) continue;
			const added = describePlatformPackage(name.split('/').pop() ?? name, version, parent);
			if (!EXACT_VERSION.test(version) || added.os?.length !== 1 || added.cpu?.length !== 1) {
				throw new Error(`${name}@${version} (of ${parentPath}) cannot be completed by its name.`);
			}
			missing[`node_modules/${name}`] = added;
		}
	}
	return missing;
}

function completeLock(): number {
	const lock = lockFile.parse(JSON.parse(readFileSync(LOCK_FILE, 'utf8')));
	const missing = missingPackages(lock.packages);
	const packages = Object.entries({ ...lock.packages, ...missing });
	packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
	lock.packages = Object.fromEntries(packages);
	if (Object.keys(missing).length > 0) writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
	return Object.keys(missing).length;
}

runMain(async () => {
	process.stdout.write(`${completeLock()} added\n`);
});
