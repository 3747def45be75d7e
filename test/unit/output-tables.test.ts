import { readFileSync } from 'node:fs';

import { documentedFields as callScalerFields } from '../../nodes/CallScaler/payload';
import { UNIFIED_KEYS } from '../../nodes/provider/unified';
import { documentedFields as qCallFields } from '../../nodes/QCall/payload';
import { OUTPUT_FIELDS, withOutputTables } from '../../docs/output-tables';

/** A table's cells are the same however they are padded. */
function unpadded(markdown: string): string {
	return markdown
		.replace(/ *\| */g, '|')
		.replace(/-{3,}/g, '---')
		.replace(/\n{2,}/g, '\n');
}

test('the tables of docs/output-fields.md are those of the schemas (npm run docs writes them)', () => {
	const page = readFileSync(OUTPUT_FIELDS, 'utf8');
	expect(unpadded(page)).toBe(unpadded(withOutputTables(page)));
});

test('each documented field has a row with its type', () => {
	const empty = ['QCall', 'CallScaler', 'simplified', 'unified']
		.map((name) => `<!-- output fields: ${name} --><!-- end -->`)
		.join('');
	const rows = withOutputTables(empty)
		.split('\n')
		.flatMap((line) => /^\| `(\w+)` \| ([\w/]+) \| \S/.exec(line)?.slice(1, 3).join(' ') ?? []);
	const names = [...Object.keys(qCallFields), ...Object.keys(callScalerFields)];
	expect(rows.map((row) => row.split(' ')[0])).toEqual(names);
	expect(rows).toEqual(expect.arrayContaining(['call_duration number', 'qualified_ai true/false', 'summary text']));
});

test('the unified table says what each key is made of, and leaves out none', () => {
	const unified =
		withOutputTables(readFileSync(OUTPUT_FIELDS, 'utf8')).split('<!-- output fields: unified -->')[1] ?? '';
	expect(unified.match(/^\| `\w+`/gm)).toHaveLength(UNIFIED_KEYS.length);
	expect(unpadded(unified)).toContain('|`source`||`source`, else `utm_source`|');
	expect(unpadded(unified)).toContain('|`caller_name`|`first_name`, `last_name`|`caller_name`|');
});

test('a page without the markers is told so', () => {
	expect(() => withOutputTables('# Nothing')).toThrow(
		'There is no place for this block: <!-- output fields: CallScaler -->',
	);
});
