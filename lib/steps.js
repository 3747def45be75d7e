'use strict';

/**
 * Long steps of an installation, shown as they go. Plain JavaScript with no package behind it, because
 * `npm start` in a fresh clone runs it before anything is installed, on whatever Node the machine has.
 */

const { spawn } = require('child_process');
const { createHash } = require('crypto');
const fs = require('fs');
const path = require('path');

const HEARTBEAT_IN_SECONDS = 10;
const LOCK_POLL_IN_MILLISECONDS = 500;
const OUTPUT_LINES_SHOWN = 25;

/** What a failed command's output says about its cause, in words that tell what to do. */
const KNOWN_CAUSES = [
	{
		pattern:
			/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network request .* failed/,
		advice:
			'The npm registry could not be reached. Check the network (and proxy or registry settings: npm config list), then run the same command again.',
	},
	{
		pattern: /ENOSPC|no space left on device/i,
		advice:
			'The disk is full. The project and the n8n that its tests run need about 5 GB. Make room, then run the same command again.',
	},
	{
		pattern: /EACCES|EPERM/,
		advice: 'A file could not be written. Check who owns this folder, then run the same command again.',
	},
	{
		pattern: /gyp ERR! find Python|not found: make|make: command not found|g\+\+: (command )?not found/i,
		advice:
			'A native module must be compiled here, which needs python3, make and a C++ compiler (on Debian: apt-get install python3 make g++). Install them, then run the same command again.',
	},
];

class StepError extends Error {
	constructor(message) {
		super(message);
		this.name = 'StepError';
	}
}

function secondsSince(start) {
	return Math.round((Date.now() - start) / 1000);
}

function say(line) {
	process.stdout.write(`${line}\n`);
}

function explain(output) {
	const known = KNOWN_CAUSES.find(({ pattern }) => pattern.test(output));
	return known ? known.advice : undefined;
}

function failureMessage(label, how, output) {
	const tail = output.trimEnd().split('\n').slice(-OUTPUT_LINES_SHOWN).join('\n');
	const advice = explain(output);
	return [`${label}: failed (${how}).`, tail, advice].filter(Boolean).join('\n\n');
}

/** Some work with a line when it starts, a sign of life while it goes on, and a line when it is done. */
async function showProgress(label, work) {
	const start = Date.now();
	say(`> ${label}`);
	const heartbeat = setInterval(
		() => say(`  ... still at it, ${secondsSince(start)} s: ${label}`),
		HEARTBEAT_IN_SECONDS * 1000,
	);
	try {
		const result = await work();
		say(`  done in ${secondsSince(start)} s`);
		return result;
	} finally {
		clearInterval(heartbeat);
	}
}

const ENDING_SIGNALS = { SIGINT: 2, SIGHUP: 1, SIGTERM: 15 };

/**
 * Takes the child along when this process is told to end; returns how to stop caring. Killed outright: npm goes on
 * installing after a SIGTERM. What it leaves half-done has no stamp, so the next run begins it again.
 */
function endTogether(child) {
	const listeners = Object.entries(ENDING_SIGNALS).map(([signal, number]) => {
		const listener = () => {
			child.kill('SIGKILL');
			process.exit(128 + number);
		};
		process.on(signal, listener);
		return [signal, listener];
	});
	return () => listeners.forEach(([signal, listener]) => process.removeListener(signal, listener));
}

function runToItsEnd(label, command, args, options) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd: options.cwd,
			env: options.env || process.env,
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: process.platform === 'win32' && /\.cmd$/.test(command),
		});
		heldLocks.forEach((lockFile) => fs.appendFileSync(lockFile, `\n${child.pid}`));
		const stopCaring = endTogether(child);
		let output = '';
		const collect = (chunk) => {
			output += chunk;
		};
		child.stdout.on('data', collect);
		child.stderr.on('data', collect);
		child.on('error', (error) => {
			stopCaring();
			reject(new StepError(`${label}: could not start "${command}" (${error.message}).`));
		});
		child.on('close', (code, signal) => {
			stopCaring();
			if (code === 0) {
				resolve(output);
			} else if (signal) {
				reject(new StepError(`${label}: interrupted (${signal}). The next run starts this step again.`));
			} else {
				reject(new StepError(failureMessage(label, `exit code ${code}`, output)));
			}
		});
	});
}

/** Runs one command to its end, with its output shown only when it fails. */
async function runStep(label, command, args, options = {}) {
	return await showProgress(label, () => runToItsEnd(label, command, args, options));
}

/** Ended, but kept by the system because nobody asked how: so it is for ever in a container without an init. */
function isZombie(pid) {
	try {
		return /^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch (error) {
		return false;
	}
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return error.code === 'EPERM';
	}
	return !isZombie(pid);
}

// The locks of this process. Each file names the process that installs and what it started: an installation
// goes on in npm when only its parent was killed.
const heldLocks = new Set();

function tryLock(lockFile) {
	try {
		fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
		heldLocks.add(lockFile);
		return true;
	} catch (error) {
		if (error.code !== 'EEXIST') throw error;
	}
	const owners = fs.readFileSync(lockFile, 'utf8').split('\n').map(Number);
	if (!owners.some((owner) => owner > 0 && isAlive(owner))) fs.unlinkSync(lockFile);
	return false;
}

/** Two commands of one checkout must not install into the same folder at the same time. */
async function withInstallLock(folder, work) {
	const lockFile = path.join(folder, '.install.lock');
	let told = false;
	while (!tryLock(lockFile)) {
		if (!told) say(`  waiting for another installation in ${path.basename(folder)} to end`);
		told = true;
		await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_IN_MILLISECONDS));
	}
	try {
		return await work();
	} finally {
		heldLocks.delete(lockFile);
		fs.unlinkSync(lockFile);
	}
}

/** Runs an npm command to its end, by the Node that is given; shows its output only when it fails. */
async function runNpm(label, args, options = {}, node = process.execPath) {
	const npm = npmCommand(args, node);
	return await runStep(label, npm.command, npm.args, options);
}

/** How to run npm from here: by the npm that runs us, if one does, else by the one on the PATH. */
function npmCommand(args, nodePath) {
	const npmCli = process.env.npm_execpath;
	if (npmCli && /npm-cli\.[cm]?js$/.test(npmCli)) return { command: nodePath, args: [npmCli, ...args] };
	return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args };
}

/** By which files was installed, on which system: the stamp that a complete installation leaves. */
function fingerprintOf(...files) {
	const hash = createHash('sha256');
	files.forEach((file) => hash.update(fs.readFileSync(file)));
	return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

module.exports = { StepError, fingerprintOf, isAlive, npmCommand, runNpm, runStep, say, showProgress, withInstallLock };
