/**
 * `npm run docs`               writes the tables of output fields in README.md anew, from the schemas
 * `npm run docs -- pictures`   takes its pictures anew instead, in the editor of a real n8n
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

import { README, withOutputTables } from '../docs/output-tables';
import { runMain } from '../lib/run-main';
import { takePictures } from './docs/pictures';

runMain(async () => {
	if (process.argv.includes('pictures')) return await takePictures();
	const tables = withOutputTables(readFileSync(README, 'utf8'));
	writeFileSync(README, await format(tables, { ...(await resolveConfig(README)), parser: 'markdown' }));
});
