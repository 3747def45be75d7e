import type { Row } from './deliveries';

const HEADINGS = ['trigger', 'delivery', 'answer', ''];

function cells(row: Row): string[] {
	return [row.trigger, row.delivery, row.actual, row.problem ? `WRONG: ${row.problem}` : 'as it should be'];
}

/** Columns as wide as their widest cell; below each row, in full, what the answer said. */
export function tableOf(rows: Row[]): string {
	const lines = [HEADINGS, ...rows.map(cells)];
	const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
	const draw = (line: string[]) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
	const rule = draw(widths.map((width) => '-'.repeat(width)));
	const drawn = rows.map((row) => `${draw(cells(row))}\n    ${row.message}`);
	return [draw(HEADINGS), rule, ...drawn].join('\n');
}
