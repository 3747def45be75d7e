/** The text with a fresh block between `<!-- name -->` and the next `<!-- end -->`; what stands around it is kept. */
export function withGeneratedBlock(text: string, name: string, block: string): string {
	const start = `<!-- ${name} -->`;
	const end = '<!-- end -->';
	const from = text.indexOf(start);
	const to = text.indexOf(end, from);
	if (from < 0 || to < 0) throw new Error(`There is no place for this block: ${start} ${end}`);
	return `${text.slice(0, from)}${start}\n\n${block}\n\n${text.slice(to)}`;
}
