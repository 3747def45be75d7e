/**
 * `npm run dev`: a real n8n with the nodes of this checkout, compiled again and loaded again on each change.
 *   --port 5679   another port than n8n's usual one
 *
 * n8n's own `n8n-node dev` fetches the latest n8n first, and there the nodes have other names than in a workflow that users have.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { boot, installHost } from '../host';
import { ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';
import { say, showProgress } from '../lib/steps';
import { choosePort } from './start/choose-port';
import { claimFolder } from './start/claim-folder';
import { prepareFirstLooks } from './start/first-look';
import { tellWhere, untilEnd } from './start/running';

const COMMAND = 'npm run dev';
const FOLDER = join(ROOT, '.n8n-post-call', 'dev');
/** Where n8n looks for installed packages: what is compiled goes straight there. */
const PACKAGE = join(FOLDER, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-post-call');
const DIST = join(PACKAGE, 'dist');
const COMPILED_ONCE = /Found \d+ errors?\. Watching for file changes/;

/** A tool of the project that goes on until this process ends. */
function startTool(path: string[], args: string[]) {
	const tool = spawn(process.execPath, [join(ROOT, 'node_modules', ...path), ...args], {
		cwd: ROOT,
		env: { ...process.env, DIST },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	process.once('exit', () => tool.kill());
	return tool;
}

/** Keeps on compiling; resolves when it has done so once, whether or not the code has errors. */
async function compileOnChange(): Promise<void> {
	const watching = ['--watch', '--preserveWatchOutput', '--pretty', '--outDir', DIST];
	const compiler = startTool(['typescript', 'bin', 'tsc'], watching);
	await new Promise<void>((resolve) => {
		compiler.stdout.on('data', (chunk: Buffer) => {
			const text = chunk.toString('utf8');
			process.stdout.write(text);
			if (COMPILED_ONCE.test(text)) resolve();
		});
	});
}

async function dev(): Promise<void> {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '5678' } } });
	const port = await choosePort(values.port, COMMAND);
	claimFolder(FOLDER, COMMAND);
	await installHost('2.x');

	rmSync(PACKAGE, { recursive: true, force: true });
	mkdirSync(PACKAGE, { recursive: true });
	for (const file of ['package.json', 'index.js']) cpSync(join(ROOT, file), join(PACKAGE, file));
	startTool(['gulp', 'bin', 'gulp.js'], ['watch', '--silent']);
	await compileOnChange();

	const n8n = await showProgress(
		'Starting n8n',
		async () =>
			await boot({
				folder: FOLDER,
				port,
				version: '2.x',
				tarball: false,
				editor: true,
				env: { N8N_DEV_RELOAD: 'true' },
			}),
	);
	try {
		await prepareFirstLooks(n8n);
		tellWhere(n8n, FOLDER);
		say('A change below nodes/ or credentials/ is compiled and loaded within seconds; reload the editor to see it.');
		await untilEnd(n8n);
	} finally {
		await n8n.stop();
	}
	process.exit();
}

runMain(dev);
