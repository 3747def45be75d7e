import { z } from 'zod';

import type { N8n } from '../../../host';
import { openDatabase, withDatabase } from '../../../host/database';

const list = z.object({ data: z.array(z.string()) });

/** Another process writes to n8n's database for so long that n8n cannot, until the returned function is called. */
export function lockDatabase(n8n: N8n): () => void {
	const database = openDatabase(n8n);
	database.exec('BEGIN EXCLUSIVE');
	return () => {
		database.exec('ROLLBACK');
		database.close();
	};
}

/** `INSERT ON execution_entity`, for one. */
export type Writing = `${'INSERT' | 'UPDATE'} ON ${'execution_entity' | 'processed_data'}`;

/** The database refuses what n8n wants to write, as one that is full or read-only, until the returned function is called. */
export function refuseWrites(n8n: N8n, writing: Writing): () => void {
	const name = `refuse_${writing.replaceAll(' ', '_')}`;
	const refusal = `SELECT RAISE(ABORT, 'attempt to write a readonly database');`;
	withDatabase(n8n, (database) => database.exec(`CREATE TRIGGER ${name} BEFORE ${writing} BEGIN ${refusal} END`));
	return () => withDatabase(n8n, (database) => database.exec(`DROP TRIGGER ${name}`));
}

/**
 * Makes n8n start an execution a second time: the execution that runs now is stored once more, as one that n8n has
 * accepted and not begun. n8n runs such executions when it starts.
 */
export function enqueueAgain(n8n: N8n, executionId: string): string {
	return withDatabase(n8n, (database) => {
		const copyRow = (table: string, key: string, change: Record<string, string | number>) => {
			const row = database.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`).get(executionId);
			const copy = { ...row, ...change };
			const columns = Object.keys(copy);
			const places = columns.map(() => '?').join(', ');
			const names = columns.map((column) => `"${column}"`).join(', ');
			return database.prepare(`INSERT INTO ${table} (${names}) VALUES (${places})`).run(...Object.values(copy));
		};
		const newest = database.prepare('SELECT max(id) AS id FROM execution_entity').get();
		const id = Number(newest?.id) + 1;
		copyRow('execution_entity', 'id', { id, status: 'new' });
		copyRow('execution_data', 'executionId', { executionId: id });
		return String(id);
	});
}

/** How many entries n8n's list of processed entries holds for a node. */
export function entriesOf(n8n: N8n, nodeId: string): number {
	return withDatabase(n8n, (database) => {
		const rows = database.prepare('SELECT value FROM processed_data WHERE context = ?').all(`n:${nodeId}`);
		return rows.reduce((sum, { value }) => sum + list.parse(JSON.parse(String(value))).data.length, 0);
	});
}

/** What n8n has stored of an execution's state. */
export function storedStatus(n8n: N8n, executionId: string): string | undefined {
	return withDatabase(n8n, (database) => {
		const row = database.prepare('SELECT status FROM execution_entity WHERE id = ?').get(executionId);
		return row && String(row.status);
	});
}
