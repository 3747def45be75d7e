import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, ROOT } from '../../lib/paths';
import { runNpm, StepError } from '../../lib/steps';

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
	await runNpm('Building the package', ['run', 'build'], { cwd: ROOT });
	for (const old of tarballs()) rmSync(old);
	await runNpm('Packing it', ['pack', '--ignore-scripts', '--pack-destination', BUILD], { cwd: ROOT });
	return packedTarball();
}
