/** `npm run docs:fields`: writes the tables of output fields in README.md anew, from the schemas. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { documentedFields as callScalerFields } from '../nodes/CallScaler/payload';
import { callScaler } from '../nodes/CallScaler/provider';
import { UNIFIED_KEYS } from '../nodes/delivery/provider';
import { documentedFields as qCallFields } from '../nodes/QCall/payload';
import { qCall } from '../nodes/QCall/provider';
import { withGeneratedBlock } from './lib/generated-block';
import { ROOT } from './lib/paths';
import { runMain } from './lib/run-main';

export const README = join(ROOT, 'README.md');

/** What stands in README.md after the marker of each name. */
const TABLES: Record<string, () => string> = {
	CallScaler: () => tableOf(callScalerFields),
	QCall: () => tableOf(qCallFields),
	simplified: () =>
		table(
			['QCall', 'CallScaler'],
			qCall.simplified.map((name, row) => [code(name), code(callScaler.simplified[row])]),
		),
	unified: unifiedTable,
};

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

const code = (name: string | undefined) => (name === undefined ? '' : `\`${name}\``);

function table(heads: string[], rows: string[][]): string {
	return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What a key of the unified output is made of, where the provider has anything for it. */
function sourceOf({ from, value }: { from: readonly string[]; value?: unknown }): string {
	if (from.length === 0) return value === undefined ? '' : "from the trigger's settings";
	return from.map(code).join(value === undefined ? ', else ' : ', ');
}

function unifiedTable(): string {
	const rows = UNIFIED_KEYS.map((key) => {
		if (key === 'provider') return [code(key), code(qCall.name), code(callScaler.name)];
		if (key === 'custom') return [code(key), 'all other fields', 'all other fields'];
		return [code(key), sourceOf(qCall.unified[key]), sourceOf(callScaler.unified[key])];
	});
	return table(['Key', 'QCall', 'CallScaler'], rows);
}

function tableOf(fields: Record<string, z.ZodTypeAny>): string {
	const rows = Object.entries(fields).map(([name, field]) => {
		const output = outputOf(field);
		const meaning = [field.description, output.description].filter((text) => text !== undefined).join('. ');
		if (meaning === '') throw new Error(`The field ${name} is not described.`);
		return [code(name), typeName(output), meaning.replaceAll('|', '\\|')];
	});
	return table(['Field', 'Type', 'Meaning'], rows);
}

/** The README with a fresh table between `<!-- output fields: … -->` and the next `<!-- end -->`. */
export function withOutputTables(readme: string): string {
	return Object.entries(TABLES).reduce(
		(text, [name, written]) => withGeneratedBlock(text, `output fields: ${name}`, written()),
		readme,
	);
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
