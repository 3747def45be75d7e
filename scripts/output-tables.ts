/** `npm run docs:fields`: writes the tables of output fields in README.md anew, from the schemas. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { documentedFields as callScalerFields } from '../nodes/CallScaler/payload';
import { documentedFields as qCallFields } from '../nodes/QCall/payload';
import { ROOT } from './lib/paths';
import { runMain } from './lib/run-main';

export const README = join(ROOT, 'README.md');

const TABLES: Record<string, Record<string, z.ZodTypeAny>> = { CallScaler: callScalerFields, QCall: qCallFields };

/** What comes out of a field: each takes whatever arrives and gives its type or null. */
function outputOf(field: z.ZodTypeAny): z.ZodTypeAny {
	if (field instanceof z.ZodPipeline) return outputOf(field._def.out);
	return field instanceof z.ZodNullable ? outputOf(field.unwrap()) : field;
}

function typeName(field: z.ZodTypeAny): string {
	if (field instanceof z.ZodString) return 'text';
	if (field instanceof z.ZodNumber) return 'number';
	if (field instanceof z.ZodBoolean) return 'true/false';
	throw new Error(`There is no word for a field of type ${field.constructor.name} yet.`);
}

function tableOf(fields: Record<string, z.ZodTypeAny>): string {
	const rows = Object.entries(fields).map(([name, field]) => {
		const output = outputOf(field);
		const meaning = [field.description, output.description].filter((text) => text !== undefined).join('. ');
		if (meaning === '') throw new Error(`The field ${name} is not described.`);
		return `| \`${name}\` | ${typeName(output)} | ${meaning.replaceAll('|', '\\|')} |`;
	});
	return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The README with a fresh table between `<!-- output fields: … -->` and the next `<!-- end -->`. */
export function withOutputTables(readme: string): string {
	return Object.entries(TABLES).reduce((text, [provider, fields]) => {
		const start = `<!-- output fields: ${provider} -->`;
		const end = '<!-- end -->';
		const from = text.indexOf(start);
		const to = text.indexOf(end, from);
		if (from < 0 || to < 0) throw new Error(`README.md has no place for the fields of ${provider}: ${start} ${end}`);
		return `${text.slice(0, from)}${start}\n\n${tableOf(fields)}\n\n${text.slice(to)}`;
	}, readme);
}

if (require.main === module) {
	runMain(async () => {
		const { format, resolveConfig } = await import('prettier');
		const options = await resolveConfig(README);
		writeFileSync(
			README,
			await format(withOutputTables(readFileSync(README, 'utf8')), { ...options, parser: 'markdown' }),
		);
	});
}
