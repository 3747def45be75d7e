import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const PACKAGES = 'postgresql redis-server nginx';

const POSTGRES_VERSIONS = '/usr/lib/postgresql';

export interface Programs {
	initdb: string;
	pgIsReady: string;
	postgres: string;
	redisServer: string;
	nginx: string;
}

/** Where Debian puts programs, whatever the PATH of the caller. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(delimiter)];

/** Debian keeps PostgreSQL's own programs off the PATH, a folder for each major version. */
function postgresFolders(): string[] {
	if (!existsSync(POSTGRES_VERSIONS)) return [];
	return readdirSync(POSTGRES_VERSIONS)
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
}

function isProgram(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** The programs of queue mode. Throws with what is missing, and what installs it. */
export function findPrograms(): Programs {
	const missing: string[] = [];
	const find = (name: string, folders: string[]): string => {
		const found = folders.map((folder) => join(folder, name)).find(isProgram);
		if (found === undefined) missing.push(name);
		return found ?? name;
	};
	const programs = {
		initdb: find('initdb', [...postgresFolders(), ...FOLDERS]),
		pgIsReady: find('pg_isready', [...postgresFolders(), ...FOLDERS]),
		postgres: find('postgres', [...postgresFolders(), ...FOLDERS]),
		redisServer: find('redis-server', FOLDERS),
		nginx: find('nginx', FOLDERS),
	};
	if (missing.length > 0) {
		throw new Error(
			`Queue mode needs PostgreSQL, Redis and nginx, and ${missing.join(', ')} cannot be found. On Debian: apt-get install ${PACKAGES}. They need not run: the tests start their own.`,
		);
	}
	return programs;
}
