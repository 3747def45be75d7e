/** Called by `npm run release` between the new version in package.json and its commit: writes CHANGELOG.md. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';
import { say } from '../lib/steps';
import { version } from '../package.json';
import { released } from '../packages/changelog';

const CHANGELOG = join(ROOT, 'CHANGELOG.md');

const git = (...args: string[]) =>
	execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** The subjects of the commits since the last release, newest first; all of them where there is none. */
function subjects(): string[] {
	const tags = git('tag', '--list', 'v*', '--sort=-v:refname', '--merged');
	const last = tags.split('\n')[0];
	return git('log', '--no-merges', '--format=%s', last ? `${last}..HEAD` : 'HEAD')
		.split('\n')
		.filter(Boolean);
}

runMain(async () => {
	const day = new Date().toISOString().slice(0, 10);
	const text = released(readFileSync(CHANGELOG, 'utf8'), version, day, subjects());
	writeFileSync(CHANGELOG, await format(text, { ...(await resolveConfig(CHANGELOG)), parser: 'markdown' }));
	say(`CHANGELOG.md has ${version}.`);
});
