import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../lib/paths';

/**
 * A screen of a page at GitHub or npm, in lines of text, and how many characters a line of it has. The count below is by
 * the text alone: it said 189 lines where a browser, with GitHub's widths and sizes, needed 188.
 */
const LINES_OF_A_SCREEN = 45;
const CHARACTERS_OF_A_LINE = 120;
const SCREENS = 6;
/** A picture of 16:9, as wide as the text: its height in lines. */
const LINES_OF_A_PICTURE = 20;

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What a reader sees of a text: of a link its words, of a comment nothing. */
const seen = (markdown: string) =>
	markdown
		.replace(/<!--.*?-->/gs, '')
		.replace(/\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])/g, '$1')
		.replace(/[*_`]/g, '');

const wrapped = (text: string, width: number) => Math.max(1, Math.ceil(text.length / width));

/** A table's columns share the width by the longest word or text of each; here simply by their texts. */
function linesOfTable(rows: string[]): number {
	const cells = rows.map((row) =>
		seen(row)
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
	const widest = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
	const total = widest.reduce((sum, width) => sum + width, 0);
	const share = widest.map((width) => Math.max(10, Math.floor((width / total) * CHARACTERS_OF_A_LINE)));
	// Each row has a frame and space around its text.
	return cells
		.filter((row) => !row.every((cell) => /^-+$/.test(cell)))
		.reduce((sum, row) => sum + 0.6 + Math.max(...row.map((cell, column) => wrapped(cell, share[column] ?? 1))), 0);
}

/** How many lines a page takes, block by block; between blocks there is about half a line more. */
function linesOf(markdown: string): number {
	return markdown
		.replace(/^\[[^\]]+\]:\s+\S+$/gm, '')
		.replace(/<!--.*?-->/gs, '')
		.split(/\n{2,}/)
		.map((block) => block.trim())
		.filter((block) => block !== '')
		.reduce((sum, block) => {
			if (block.startsWith('![')) return sum + LINES_OF_A_PICTURE;
			if (block.startsWith('#')) return sum + 3;
			if (block.startsWith('|')) return sum + linesOfTable(block.split('\n')) + 0.7;
			const items = block.split(/\n(?=- |\d+\. )/).map((item) => item.replace(/\s+/g, ' '));
			return sum + 0.7 + items.reduce((lines, item) => lines + wrapped(seen(item), CHARACTERS_OF_A_LINE), 0);
		}, 0);
}

test(`README.md has at most ${SCREENS} screens`, () => {
	expect(linesOf(readme)).toBeLessThanOrEqual(SCREENS * LINES_OF_A_SCREEN);
});

test('its first screen says what it is for, shows it, and has three steps to it', () => {
	const firstScreen = readme.slice(0, readme.indexOf('## Recipes'));
	expect(firstScreen).toMatch(/^# n8n-nodes-post-call\n\n\*\*When a phone call ends/);
	expect(firstScreen).toContain('](docs/images/first-call.gif)');
	expect(firstScreen).toMatch(/\n1\. .*\n2\. .*\n3\. /s);
	const untilThirdStep = readme.slice(0, readme.indexOf('\n\n', readme.indexOf('\n3. ')));
	expect(linesOf(untilThirdStep)).toBeLessThanOrEqual(LINES_OF_A_SCREEN);
});

test('n8n Cloud, privacy, support and uninstalling have headings', () => {
	const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
	expect(headings).toEqual(expect.arrayContaining(['n8n Cloud', 'Privacy', 'Support', 'Update and uninstall']));
});

test('the animated picture is there at once on a slow line', () => {
	expect(statSync(join(ROOT, 'docs/images/first-call.gif')).size).toBeLessThan(1_500_000);
});
