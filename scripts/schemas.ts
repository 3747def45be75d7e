/**
 * Writes `__schema__/v<version>/output.json` beside each trigger, from the zod schema of its provider: the JSON schema of
 * an item with the default output. n8n serves it (docs/n8n.md, 29). `npm run build` calls this before it compiles.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { OUTPUT_SCHEMAS, outputSchemaOf } from '../docs/output-schemas';
import { runMain } from '../lib/run-main';

runMain(async () => {
	for (const { file, payload } of Object.values(OUTPUT_SCHEMAS)) {
		mkdirSync(dirname(file), { recursive: true });
		const json = JSON.stringify(outputSchemaOf(payload));
		writeFileSync(file, await format(json, { ...(await resolveConfig(file)), parser: 'json' }));
	}
});
