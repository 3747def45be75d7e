import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const GUARD = join(__dirname, 'guard.js');
const STOP_GIVE_UP_AFTER_IN_MILLISECONDS = 45_000;

const started = z.object({ pid: z.number() });

export interface ProcessToStart {
	/** What runs it, e.g. Node 24. */
	command: string;
	args: string[];
	env: NodeJS.ProcessEnv;
	cwd: string;
	logFile: string;
	onOutput: (text: string) => void;
}

export interface StartedProcess {
	pid: number;
	hasEnded: () => boolean;
	/** Resolves when it has ended, for whatever reason. */
	end: Promise<void>;
	/** SIGTERM, and wait for the end. */
	stop: () => Promise<void>;
	/** SIGKILL to it and its children, and wait for the end. */
	kill: () => Promise<void>;
}

/** A negative pid stands for the process's whole group. */
function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch {
		// It has ended by itself.
	}
}

/** Starts a process that cannot outlive this one. */
export async function startProcess(options: ProcessToStart): Promise<StartedProcess> {
	const guard = spawn(process.execPath, [GUARD, options.command, ...options.args], {
		cwd: options.cwd,
		env: options.env,
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		detached: true,
	});
	const log = createWriteStream(options.logFile, { flags: 'a' });
	const collect = (chunk: Buffer) => {
		log.write(chunk);
		options.onOutput(chunk.toString('utf8'));
	};
	guard.stdout?.on('data', collect);
	guard.stderr?.on('data', collect);

	let ended = false;
	const end = new Promise<void>((resolve) => {
		guard.once('close', () => {
			ended = true;
			log.end(resolve);
		});
	});
	const pid = await new Promise<number>((resolve, reject) => {
		guard.once('message', (message) => resolve(started.parse(message).pid));
		guard.once('error', reject);
		guard.once('exit', () => reject(new Error(`${options.args.join(' ')} did not start.`)));
	});

	const kill = async () => {
		if (!ended) signal(-pid, 'SIGKILL');
		await end;
	};
	const stop = async () => {
		if (ended) return;
		signal(pid, 'SIGTERM');
		const timer = setTimeout(() => signal(-pid, 'SIGKILL'), STOP_GIVE_UP_AFTER_IN_MILLISECONDS);
		await end;
		clearTimeout(timer);
	};
	return { pid, hasEnded: () => ended, end, stop, kill };
}
