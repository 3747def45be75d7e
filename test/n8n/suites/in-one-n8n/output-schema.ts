import { readFileSync } from 'node:fs';

import { type N8n } from '../../../../host';
import { NODE_VERSION, OUTPUT_SCHEMAS } from '../../../../docs/output-schemas';
import { oneN8n } from '../support/one-n8n';

let n8n: N8n;

beforeAll(async () => {
	n8n = await oneN8n();
});

/** What the AI assistant is given to know the fields of a call before there is one (docs/n8n.md, 29). */
test.each([
	['n8n-nodes-post-call.qCallTrigger', OUTPUT_SCHEMAS.QCall],
	['n8n-nodes-post-call.callScalerTrigger', OUTPUT_SCHEMAS.CallScaler],
])('n8n serves the schema of what %s puts out', async (type, { file }) => {
	const served = await fetch(`${n8n.url}/schemas/${type}/${NODE_VERSION}.0.0/output.json`);
	expect(served.status).toBe(200);
	expect(await served.json()).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
