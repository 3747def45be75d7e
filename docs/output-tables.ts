/** The tables of docs/output-fields.md, made from the schemas. */
import { join } from 'node:path';
import { z } from 'zod/v4';

import { withGeneratedBlock } from '../lib/generated-block';
import { ROOT } from '../lib/paths';
import { documentedFields as callScalerFields } from '../nodes/CallScaler/payload';
import { callScaler } from '../nodes/CallScaler/provider';
import { UNIFIED_KEYS } from '../nodes/provider/unified';
import { documentedFields as qCallFields } from '../nodes/QCall/payload';
import { qCall } from '../nodes/QCall/provider';

export const OUTPUT_FIELDS = join(ROOT, 'docs', 'output-fields.md');

/** What stands in the page after the marker of each name. */
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

/** What zod says of the values that come out of a field, as JSON schema. */
const outputOf = z.object({
	type: z.tuple([z.enum(['string', 'number', 'boolean']), z.literal('null')]),
	description: z.string(),
	notation: z.string().optional(),
	examples: z.array(z.string()).optional(),
});

const TYPE_NAMES = { string: 'text', number: 'number', boolean: 'true/false' };

const code = (name: string | undefined) => (name === undefined ? '' : `\`${name}\``);

function table(heads: string[], rows: string[][]): string {
	return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What a key of the unified output is made of, where the provider has anything for it. */
function sourceOf(unified: { from: readonly string[]; value?: unknown } | undefined): string {
	if (unified === undefined) return '';
	const { from, value } = unified;
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

function tableOf(fields: Record<string, z.ZodType>): string {
	const rows = Object.entries(fields).map(([name, field]) => {
		const output = outputOf.parse(z.toJSONSchema(field, { io: 'output', unrepresentable: 'any' }));
		const [type] = output.type;
		const meaning = [output.description, output.notation ?? output.examples?.join(', ')].filter(Boolean).join('. ');
		return [code(name), TYPE_NAMES[type], meaning.replaceAll('|', '\\|')];
	});
	return table(['Field', 'Type', 'Meaning'], rows);
}

/** The page with a fresh table between `<!-- output fields: … -->` and the next `<!-- end -->`. */
export function withOutputTables(page: string): string {
	return Object.entries(TABLES).reduce(
		(text, [name, written]) => withGeneratedBlock(text, `output fields: ${name}`, written()),
		page,
	);
}
