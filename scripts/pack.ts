/** `npm run pack`: packs the built package as it would be published, into build/. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, ROOT } from './lib/paths';
import { runMain } from './lib/run-main';
import { npmCommand, runStep, StepError } from './lib/steps';

const TARBALL = /^n8n-nodes-post-call-.*\.tgz$/;

function tarballs(): string[] {
	mkdirSync(BUILD, { recursive: true });
	return readdirSync(BUILD)
		.filter((file) => TARBALL.test(file))
		.map((file) => join(BUILD, file));
}

/** The tarball of the last `npm run pack`. */
export function packedTarball(): string {
	const [tarball] = tarballs();
	if (!tarball) throw new StepError('There is no tarball in build/ yet: npm run pack makes it.');
	return tarball;
}

/** Builds and packs. Of several versions only the newest stays, so that there is one to find. */
export async function pack(): Promise<string> {
	const build = npmCommand(['run', 'build'], process.execPath);
	await runStep('Building the package', build.command, build.args, { cwd: ROOT });
	for (const old of tarballs()) rmSync(old);
	const packing = npmCommand(['pack', '--ignore-scripts', '--pack-destination', BUILD], process.execPath);
	await runStep('Packing it', packing.command, packing.args, { cwd: ROOT });
	return packedTarball();
}

if (require.main === module) {
	runMain(async () => {
		process.stdout.write(`${await pack()}\n`);
	});
}
