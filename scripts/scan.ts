/**
 * `npm run scan`: after n8n's own linter, what its registry checks before it lists a package, over the source and over the
 * tarballs, with every rule on and inline exceptions off.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { packedTarball } from '../host';
import { ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';
import { say, StepError } from '../lib/steps';
import { SERVICE_PACKAGES } from '../packages/packages';
import { tarballOf } from '../packages/stage';

interface Verdict {
	passed: boolean;
	message?: string;
	details?: string;
}

interface Scanner {
	analyzePackage: (folder: string, patterns: string[]) => Promise<Verdict>;
	SOURCE_FILE_PATTERNS: string[];
}

/** What the scanner itself looks at in a tarball: the compiled code and the published package.json. */
const TARBALL_FILE_PATTERNS = ['**/*.js', 'package.json'];

async function loadScanner(): Promise<Scanner> {
	// The package exports only its command, which looks packages up in the registry; this is what it runs then.
	const scanner: Scanner = await import(
		join(ROOT, 'node_modules', '@n8n', 'scan-community-package', 'scanner', 'scanner.mjs')
	);
	return scanner;
}

function judge(what: string, { passed, message, details }: Verdict): void {
	// "No files found" passes too, and would hide that nothing was looked at.
	if (passed && message === undefined) return say(`The scan passes on ${what}.`);
	throw new StepError(`The scan of ${what} fails: ${message ?? 'no reason given'}\n${details ?? ''}`);
}

async function scanTarball(scanner: Scanner, tarball: string): Promise<void> {
	const unpacked = mkdtempSync(join(tmpdir(), 'post-call-scan-'));
	try {
		execFileSync('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
		judge(basename(tarball), await scanner.analyzePackage(unpacked, TARBALL_FILE_PATTERNS));
	} finally {
		rmSync(unpacked, { recursive: true, force: true });
	}
}

runMain(async () => {
	const scanner = await loadScanner();
	judge('the source', await scanner.analyzePackage(ROOT, scanner.SOURCE_FILE_PATTERNS));
	for (const tarball of [packedTarball(), ...SERVICE_PACKAGES.map(tarballOf)]) await scanTarball(scanner, tarball);
});
