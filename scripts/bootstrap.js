'use strict';

/**
 * Makes the project's own node_modules, with Node 24 in it, when they are missing or out of date. Every npm
 * script after it then finds that Node first on its PATH, whatever the machine has.
 *
 * Runs on any Node since 14, before anything is installed.
 */

const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const { StepError, fingerprintOf, npmCommand, runNpm, say, withInstallLock } = require('../lib/steps');

const ROOT = path.resolve(__dirname, '..');
const MODULES = path.join(ROOT, 'node_modules');
const BIN = path.join(MODULES, '.bin');
// Inside node_modules, so that whoever deletes that folder deletes it too. Written last: an installation that
// was interrupted leaves none, and is done again.
const STAMP = path.join(MODULES, '.bootstrap-stamp');
const NODE_MAJOR = 24;
const NPM_MAJOR_AT_LEAST = 7;

const fingerprint = () => fingerprintOf(path.join(ROOT, 'package-lock.json'));

function readStamp() {
	try {
		return fs.readFileSync(STAMP, 'utf8');
	} catch (error) {
		return undefined;
	}
}

function pathWithoutOwnBin() {
	return (process.env.PATH || '')
		.split(path.delimiter)
		.filter((folder) => path.resolve(folder) !== BIN)
		.join(path.delimiter);
}

/** The machine's own Node: ours cannot run an installation that replaces it. */
function machineNode() {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	const onPath = pathWithoutOwnBin()
		.split(path.delimiter)
		.map((folder) => path.join(folder, name));
	const outside = [process.env.npm_node_execpath, ...onPath].find(
		(file) => file && !path.resolve(file).startsWith(MODULES) && fs.existsSync(file),
	);
	return outside || process.execPath;
}

function checkNpm(node, env) {
	const npm = npmCommand(['--version'], node);
	let version;
	try {
		version = execFileSync(npm.command, npm.args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
	} catch (error) {
		throw new StepError(`npm was not found (${error.message}). It comes with Node: https://nodejs.org`);
	}
	if (parseInt(version, 10) < NPM_MAJOR_AT_LEAST) {
		throw new StepError(
			`npm ${version.trim()} is too old for this project's lock file: npm ${NPM_MAJOR_AT_LEAST} or later is needed (npm install -g npm).`,
		);
	}
}

function checkNode() {
	const file = path.join(MODULES, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
	let version = 'none';
	try {
		version = execFileSync(file, ['--version'], { encoding: 'utf8' }).trim();
	} catch (error) {
		// Told below, with what was expected.
	}
	if (!version.startsWith(`v${NODE_MAJOR}.`)) {
		throw new StepError(
			`Node ${NODE_MAJOR} did not arrive in node_modules (found: ${version}). Run the same command again.`,
		);
	}
}

async function install(previousStamp) {
	const node = machineNode();
	const env = Object.assign({}, process.env, { PATH: pathWithoutOwnBin() });
	checkNpm(node, env);
	if (previousStamp) fs.unlinkSync(STAMP);

	// After a complete installation only what changed in the lock file is fetched; otherwise all of it, afresh.
	const step = previousStamp
		? { label: "Bringing the project's packages up to date", args: ['install', '--no-save'] }
		: { label: "Installing the project's packages (about 1 GB, a minute or two)", args: ['ci'] };
	await runNpm(step.label, step.args, { cwd: ROOT, env }, node);

	// The project runs no install scripts (.npmrc), but for this one, which brings the Node binary.
	const args = ['rebuild', '--ignore-scripts=false', 'node'];
	await runNpm(`Fetching Node ${NODE_MAJOR}`, args, { cwd: ROOT, env }, node);
	checkNode();
	fs.writeFileSync(STAMP, fingerprint());
}

async function bootstrap() {
	if (readStamp() === fingerprint()) return;
	await withInstallLock(ROOT, async () => {
		// Another command may have done it while this one waited.
		const stamp = readStamp();
		if (stamp !== fingerprint()) await install(stamp);
	});
}

bootstrap().catch((error) => {
	say(`\n${error instanceof StepError ? error.message : error.stack}\n`);
	process.exitCode = 1;
});
