/**
 * `npm run docs`               writes the tables of docs/output-fields.md anew, from the schemas, and the addresses of this
 *                              repository in README.md, from package.json
 * `npm run docs -- pictures`   takes the pictures anew instead, in the editor of a real n8n
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

import { OUTPUT_FIELDS, withOutputTables } from '../docs/output-tables';
import { README, withOwnAddresses } from '../docs/own-addresses';
import { runMain } from '../lib/run-main';
import { takePictures } from './docs/pictures';

async function rewrite(file: string, write: (text: string) => string): Promise<void> {
	const text = write(readFileSync(file, 'utf8'));
	writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
}

runMain(async () => {
	if (process.argv.includes('pictures')) return await takePictures();
	await rewrite(OUTPUT_FIELDS, withOutputTables);
	await rewrite(README, withOwnAddresses);
});
