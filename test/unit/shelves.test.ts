import { readdirSync, readFileSync } from 'node:fs';
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

const example = z.object({
	nodes: z.array(z.object({ type: z.string(), parameters: z.object({ content: z.string().optional() }) })),
});

it.each(readdirSync(join(ROOT, 'examples')))('%s has a note with a plain heading, and on pinned data', (file) => {
	const notes = example
		.parse(readJson('examples', file))
		.nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
		.map(({ parameters }) => parameters.content ?? '');
	const [note = ''] = notes;
	expect(notes).toHaveLength(1);
	// What it does, as one would say it, rather than which node leads to which.
	expect(note).toMatch(/^## (?:Add|Answer|Look up|Post|Save|Send|Update) [^\n]+\n/);
	expect(note).toMatch(/pinned example (?:call|alert) does not affect production/);
});
