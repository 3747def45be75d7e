import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { anchorsOf } from '../../lib/anchors';
import { ROOT } from '../../lib/paths';
import { CallScalerWebhookApi } from '../../credentials/CallScalerWebhookApi.credentials';
import { QCallWebhookApi } from '../../credentials/QCallWebhookApi.credentials';

const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8'));

const headings = anchorsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));

const links = z.array(z.object({ url: z.string() }));
const codex = z.object({
	alias: z.array(z.string()),
	resources: z.object({ primaryDocumentation: links, credentialDocumentation: links }),
});

describe.each([
	['QCall', new QCallWebhookApi()],
	['CallScaler', new CallScalerWebhookApi()],
])("what n8n's shelves say of %s", (provider, credential) => {
	const { alias, resources } = codex.parse(readJson('nodes', provider, `${provider}Trigger.node.json`));

	it('links to the section that sets it up', () => {
		const documentation = [...resources.primaryDocumentation, ...resources.credentialDocumentation];
		const urls = [...documentation.map(({ url }) => url), credential.documentationUrl];
		for (const url of urls) {
			const { origin, pathname, hash } = new URL(url);
			expect(origin + pathname).toBe('https://www.npmjs.com/package/n8n-nodes-post-call');
			expect(hash).toBe(`#set-up-${provider.toLowerCase()}`);
			expect(headings).toContain(hash.slice(1));
		}
	});

	it('is found by what people call it', () => {
		expect(alias).toEqual(expect.arrayContaining(['Post Call', 'Phone Call', 'Webhook']));
		expect(alias).toEqual([...alias].sort());
	});
});
