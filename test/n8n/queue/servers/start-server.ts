import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from '../../../../host';
import { waitUntil } from '../../../../lib/wait-until';

/** A server of the tests' own, in a folder of its own. */
export interface Server {
	port: number;
	/** All that it wrote. */
	log: () => string;
	/** Ends it, and leaves what it kept. */
	end: () => Promise<void>;
	/** Ends it at once; nothing that it kept is needed any more. */
	stop: () => Promise<void>;
}

export async function freshFolder(name: string): Promise<string> {
	return await mkdtemp(join(tmpdir(), `n8n-post-call-${name}-`));
}

interface ServerToStart {
	name: string;
	command: string;
	args: string[];
	folder: string;
	port: number;
	isReady: () => boolean | Promise<boolean>;
	/** The signal that ends it at once but in order. */
	endWith: NodeJS.Signals;
}

export async function startServer(options: ServerToStart): Promise<Server> {
	const { name, command, args, folder, port, isReady, endWith } = options;
	let output = '';
	const running = await startProcess({
		command,
		args,
		cwd: folder,
		env: process.env,
		logFile: `${folder}.log`,
		onOutput: (text) => {
			output += text;
		},
	});
	await waitUntil(`${name} is ready`, async () => {
		if (running.hasEnded()) throw new Error(`${name} did not start:\n${output}`);
		return await isReady();
	});
	const end = async () => {
		if (!running.hasEnded()) process.kill(running.pid, endWith);
		await running.end;
	};
	return {
		port,
		log: () => output,
		end,
		stop: async () => {
			await end();
			await rm(folder, { recursive: true, force: true });
			await rm(`${folder}.log`, { force: true });
		},
	};
}
