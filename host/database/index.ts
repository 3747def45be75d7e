import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { N8n } from '../boot/boot';

/** n8n's own database, where that is SQLite, opened beside it. */
export function openDatabase({ folder }: N8n): DatabaseSync {
	return new DatabaseSync(join(folder, '.n8n', 'database.sqlite'), { timeout: 10_000 });
}

/** The same for as long as `use` takes. */
export function withDatabase<Result>(n8n: N8n, use: (database: DatabaseSync) => Result): Result {
	const database = openDatabase(n8n);
	try {
		return use(database);
	} finally {
		database.close();
	}
}
