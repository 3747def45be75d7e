import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

import { packedTarball } from '../../host';
import { runNpm } from '../../lib/steps';

/**
 * A library that got in with it would take more than is left. Of this the second door, with its words for all that can go wrong
 * at two APIs, has about 75 KB, and what is held, kept, told and shown 45.
 */
const MAX_BYTES_BUT_FOR_ICONS = 340_000;
/** The folders of dist hold what was compiled, the codex files and the icons, and nothing else. */
const PUBLISHED = [
	/^package\.json$/,
	/^README\.md$/,
	/^LICENSE$/,
	/^index\.js$/,
	/^dist\/(nodes|credentials)\/.*\.js$/,
	/^dist\/nodes\/.*\.node\.json$/,
	/^dist\/nodes\/\w+\/__schema__\/v[\d.]+\/output\.json$/,
	/^dist\/nodes\/.*\.svg$/,
];
/** What n8n itself provides at run time. */
const PROVIDED_BY_N8N = ['luxon', 'n8n-workflow', 'node:crypto', 'zod/v4'];

const manifest = z
	.object({ n8n: z.object({ nodes: z.array(z.string()), credentials: z.array(z.string()) }) })
	.passthrough();

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name));
}

describe('the package as it is published', () => {
	let folder: string;
	let files: string[];

	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'post-call-package-'));
		execFileSync('tar', ['-xzf', packedTarball(), '-C', folder, '--strip-components=1']);
		files = filesBelow(folder).map((file) => relative(folder, file));
	});
	afterAll(() => {
		rmSync(folder, { recursive: true, force: true });
	});

	const read = (file: string) => readFileSync(join(folder, file), 'utf8');
	const code = () => files.filter((file) => file.startsWith('dist/') && file.endsWith('.js'));

	it('has what n8n loads, README and LICENSE, and nothing else: no tests, no sources, no maps', () => {
		expect(files.filter((file) => !PUBLISHED.some((pattern) => pattern.test(file)))).toEqual([]);
		expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'index.js']));
		for (const file of code()) expect(read(file)).not.toContain('sourceMappingURL');
	});

	it('has the schema of what each node puts out beside it', () => {
		const { nodes } = manifest.parse(JSON.parse(read('package.json'))).n8n;
		const schemas = nodes.map((node) => join(dirname(node), '__schema__', 'v2.0.0', 'output.json'));
		expect(files).toEqual(expect.arrayContaining(schemas));
	});

	it('has every node, credential, codex file and icon that it names', () => {
		const { nodes, credentials } = manifest.parse(JSON.parse(read('package.json'))).n8n;
		expect(nodes.length).toBeGreaterThan(0);
		expect(files).toEqual(expect.arrayContaining([...nodes, ...credentials]));
		expect(files).toEqual(expect.arrayContaining(nodes.map((node) => node.replace(/\.js$/, '.json'))));
		for (const file of [...nodes, ...credentials]) {
			const icons = [...read(file).matchAll(/'file:([^']+)'/g)].map(([, icon = '']) => icon);
			expect(icons.length).toBeGreaterThanOrEqual(2);
			for (const icon of icons) expect(existsSync(join(folder, dirname(file), icon))).toBe(true);
		}
	});

	it('is under 340 KB but for icons', () => {
		const sizes = files.filter((file) => !file.endsWith('.svg')).map((file) => statSync(join(folder, file)).size);
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_BYTES_BUT_FOR_ICONS);
	});

	it('bundles nothing, zod included: it requires only its own files and what n8n provides', () => {
		const required = code().flatMap((file) =>
			[...read(file).matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name]) => name),
		);
		const foreign = new Set(required.filter((name) => name !== undefined && !name.startsWith('.')));
		expect([...foreign].sort()).toEqual(PROVIDED_BY_N8N);
		for (const file of code()) expect(read(file)).not.toMatch(/class Zod\w+ extends|ZodFirstPartyTypeKind\s*=/);
	});

	it('comes alone where somebody installs it by hand: with an n8n-workflow of its own it would know another n8n', async () => {
		const nodes = mkdtempSync(join(tmpdir(), 'post-call-by-hand-'));
		try {
			await runNpm('Installing it by hand', ['install', '--offline', '--no-audit', '--no-fund', packedTarball()], {
				cwd: nodes,
			});
			expect(readdirSync(join(nodes, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
				'n8n-nodes-post-call',
			]);
		} finally {
			rmSync(nodes, { recursive: true, force: true });
		}
	});

	it('asks n8n for n8n-workflow, and installs nothing', () => {
		const published = manifest.parse(JSON.parse(read('package.json')));
		expect(published).toMatchObject({ peerDependencies: { 'n8n-workflow': '*' } });
		expect(Object.keys(Object(published.peerDependencies))).toEqual(['n8n-workflow']);
		for (const absent of ['dependencies', 'optionalDependencies', 'bundledDependencies', 'overrides']) {
			expect(published).not.toHaveProperty(absent);
		}
		for (const hook of ['preinstall', 'install', 'postinstall', 'prepare']) {
			expect(published).not.toHaveProperty(['scripts', hook]);
		}
	});
});
