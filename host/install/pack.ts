import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD, ROOT } from '../../lib/paths';
import { runNpm, StepError } from '../../lib/steps';
import manifest from '../../package.json';

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

/** Lays out what is published, without scripts and tools: these are for whoever develops it. Gives the folder. */
function stage(): string {
	const folder = join(BUILD, 'packages', manifest.name);
	rmSync(folder, { recursive: true, force: true });
	for (const file of [...manifest.files, 'README.md', 'LICENSE'])
		cpSync(join(ROOT, file), join(folder, file), { recursive: true });
	const published = { ...manifest, scripts: undefined, devDependencies: undefined };
	writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
	return folder;
}

/** Builds and packs. Of several versions only the newest stays, so that there is one to find. */
export async function pack(): Promise<string> {
	await runNpm('Building the package', ['run', 'build'], { cwd: ROOT });
	for (const old of tarballs()) rmSync(old);
	await runNpm('Packing it', ['pack', '--ignore-scripts', '--pack-destination', BUILD], { cwd: stage() });
	return packedTarball();
}
