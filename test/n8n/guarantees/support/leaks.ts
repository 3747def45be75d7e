import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import type { N8n } from '../../../../host';
import { withDatabase } from '../../../../host/database';

/** Every place below n8n's folder, and every value in its database, that holds one of the texts. */
export function leaksOf(n8n: N8n, texts: readonly string[]): string[] {
	return [...filesWith(n8n, texts), ...rowsWith(n8n, texts)];
}

function filesWith(n8n: N8n, texts: readonly string[]): string[] {
	return filesBelow(n8n.folder)
		.filter((file) => {
			const contents = readFileSync(file);
			return texts.some((text) => contents.includes(text));
		})
		.map((file) => relative(n8n.folder, file));
}

/** The package itself is installed there; what n8n writes is beside it. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
		return entry.isFile() ? [path] : [];
	});
}

/** A long value lies in pieces over the pages of the file, so the file alone does not show it. */
function rowsWith(n8n: N8n, texts: readonly string[]): string[] {
	return withDatabase(n8n, (database) =>
		database
			.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`)
			.all()
			.map(({ name }) => String(name))
			.flatMap((table) =>
				database
					.prepare(`SELECT * FROM "${table}"`)
					.all()
					.flatMap((row) => Object.entries(row))
					.filter(([, value]) => texts.some((text) => String(value).includes(text)))
					.map(([column]) => `${table}.${column}`),
			),
	);
}
