import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from '../../../../host';
import { NODE_24, ROOT, TSX } from '../../../../lib/paths';
import { freePort } from '../../../../lib/ports';
import { waitUntil } from '../../../../lib/wait-until';
import type { SetupName } from '../setups';

export interface Way {
	urlOf: (setup: SetupName) => string;
	secret: string;
	log: () => string;
	stop: () => Promise<void>;
}

/** Starts n8n's way from a request to an item, in a process of its own. */
export async function startWay(): Promise<Way> {
	const folder = await mkdtemp(join(tmpdir(), 'n8n-post-call-way-'));
	const port = await freePort();
	const secret = randomBytes(24).toString('hex');
	let output = '';
	const running = await startProcess({
		command: NODE_24,
		args: [TSX, join(__dirname, 'serve.ts')],
		env: { PATH: process.env.PATH, HOME: folder, N8N_USER_FOLDER: folder, PORT: String(port), SECRET: secret },
		cwd: ROOT,
		logFile: join(folder, 'way.log'),
		onOutput: (text) => {
			output += text;
		},
	});
	await waitUntil("n8n's way is ready", () => {
		if (running.hasEnded()) throw new Error(`n8n's way did not start:\n${output}`);
		return output.includes('ready\n');
	});
	return {
		urlOf: (setup) => `http://127.0.0.1:${port}/${setup}`,
		secret,
		log: () => output,
		stop: async () => {
			await running.kill();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
