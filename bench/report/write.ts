import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { withGeneratedBlock } from '../../scripts/lib/generated-block';
import { ROOT } from '../../scripts/lib/paths';
import type { Results } from '../results';
import { pictureOf } from './picture';
import { tablesOf } from './table';

const DOCS = join(ROOT, 'docs');
/** The figures themselves, so that a part that is measured anew joins the others. */
export const FIGURES = join(DOCS, 'bench.json');
const PAGE = join(DOCS, 'bench.md');
const PICTURE = join(DOCS, 'bench.svg');

async function writeFormatted(file: string, text: string, parser: 'markdown' | 'json'): Promise<void> {
	writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser }));
}

/** Writes docs/bench.json, the tables of docs/bench.md and docs/bench.svg. What people wrote around the tables stays. */
export async function writeReport(results: Results): Promise<void> {
	await writeFormatted(FIGURES, JSON.stringify(results), 'json');
	await writeFormatted(PAGE, withGeneratedBlock(readFileSync(PAGE, 'utf8'), 'figures', tablesOf(results)), 'markdown');
	writeFileSync(PICTURE, pictureOf(results));
}
