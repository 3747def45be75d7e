import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { freePort } from '../../../../lib/ports';
import type { Programs } from './programs';
import { freshFolder, type Server, startServer } from './start-server';

const run = promisify(execFile);

/** PostgreSQL refuses to run as root; Debian's package brings a user for it. */
const USER_INSTEAD_OF_ROOT = 'postgres';

function isRoot(): boolean {
	return process.getuid?.() === 0;
}

function asAllowedUser(command: string, args: string[]): { command: string; args: string[] } {
	if (!isRoot()) return { command, args };
	const user = [`--reuid=${USER_INSTEAD_OF_ROOT}`, `--regid=${USER_INSTEAD_OF_ROOT}`, '--clear-groups'];
	return { command: 'setpriv', args: [...user, command, ...args] };
}

export const DATABASE = { user: 'n8n', name: 'postgres' };

/** A PostgreSQL with one empty database, open to whoever is on this machine. */
export async function startPostgres({ initdb, pgIsReady, postgres }: Programs): Promise<Server> {
	const folder = await freshFolder('postgres');
	if (isRoot()) await run('chown', [USER_INSTEAD_OF_ROOT, folder]);
	const data = join(folder, 'data');
	const init = asAllowedUser(initdb, [
		...['--pgdata', data, '--username', DATABASE.user, '--auth', 'trust'],
		...['--encoding', 'UTF8', '--no-locale', '--no-sync'],
	]);
	await run(init.command, init.args, { cwd: folder });

	const port = await freePort();
	const settings = {
		listen_addresses: '127.0.0.1',
		port: String(port),
		unix_socket_directories: folder,
		// Only a power cut could tell the difference; processes of n8n are killed here, never the machine.
		fsync: 'off',
	};
	const server = asAllowedUser(postgres, [
		...['-D', data],
		...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
	]);
	return await startServer({
		name: 'PostgreSQL',
		...server,
		folder,
		port,
		isReady: async () => await answers(pgIsReady, port),
		// Its "fast shutdown": open connections are closed, nothing is left behind.
		endWith: 'SIGINT',
	});
}

async function answers(pgIsReady: string, port: number): Promise<boolean> {
	try {
		await run(pgIsReady, ['--host', '127.0.0.1', '--port', String(port)]);
		return true;
	} catch {
		return false;
	}
}
