import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ISSUES, RAW_FILES, withOwnAddresses } from '../../docs/own-addresses';
import { anchorsOf } from '../../lib/anchors';
import { ROOT } from '../../lib/paths';

const PAGES = [
	...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
	...['docs', 'docs/contributing'].flatMap((folder) =>
		readdirSync(join(ROOT, folder))
			.filter((name) => name.endsWith('.md'))
			.map((name) => `${folder}/${name}`),
	),
	'host/README.md',
	'nodes/catch-up/ARCHITECTURE.md',
	'nodes/memory/ARCHITECTURE.md',
];

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** The targets of all links, those written in line and those defined below. */
const targetsOf = (page: string) =>
	[...textOf(page).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]:\s+(\S+)$/gm)].map(
		([, inline, defined]) => inline ?? defined ?? '',
	);

describe.each(PAGES)('%s', (page) => {
	const targets = targetsOf(page).filter((target) => !/^https?:/.test(target));
	const fileOf = (target: string) => join(dirname(page), target.split('#')[0] ?? '');

	test('links to files that are there', () => {
		const files = targets.filter((target) => !target.startsWith('#')).map(fileOf);
		expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
	});

	test('links to headings that are there', () => {
		const lost = targets.filter((target) => {
			const [file, anchor] = target.split('#');
			if (anchor === undefined) return false;
			return !anchorsOf(textOf(file === '' ? page : fileOf(target))).includes(anchor);
		});
		expect(lost).toEqual([]);
	});
});

test('every page of docs is one jump away from README.md', () => {
	const linked = new Set(targetsOf('README.md').map((target) => target.split('#')[0]));
	// Those are for developers, and CONTRIBUTING.md leads there.
	const pages = PAGES.filter((page) => page.startsWith('docs/') && !/(n8n|bench)\.md$|contributing/.test(page));
	expect(pages.filter((page) => !linked.has(page))).toEqual([]);
});

test('CONTRIBUTING.md is two screens, and leads to what else a developer reads', () => {
	const linked = targetsOf('CONTRIBUTING.md');
	expect(PAGES.filter((page) => page.startsWith('docs/contributing/') && !linked.includes(page))).toEqual([]);
	expect(Buffer.byteLength(textOf('CONTRIBUTING.md'))).toBeLessThanOrEqual(6 * 1024);
});

test('README.md says where this repository is as package.json does (npm run docs writes it)', () => {
	const readme = textOf('README.md');
	expect(readme).toBe(withOwnAddresses(readme));
	expect(readme).toContain(`](${ISSUES})`);
});

test('README.md links each workflow of examples/ as a file that n8n can import', () => {
	const files = targetsOf('README.md')
		.filter((target) => target.startsWith(RAW_FILES))
		.map((target) => target.slice(RAW_FILES.length));
	expect(files.sort()).toEqual(readdirSync(join(ROOT, 'examples')).map((name) => `examples/${name}`));
});

/** The anchors of README.md that the editor leads to: they are its addresses at npm. */
test('what the editor and the notes of the recipes link to is there', () => {
	const sources = ['nodes', 'credentials', 'examples'].flatMap((folder) =>
		readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
			.filter((name) => /\.(ts|json)$/.test(name))
			.map((name) => join(folder, name)),
	);
	const linked = sources.flatMap((file) =>
		[...textOf(file).matchAll(/npmjs\.com\/package\/n8n-nodes-post-call(?:#([\w-]+))?/g)].map(([, anchor]) => anchor),
	);
	expect(linked.length).toBeGreaterThan(4);
	const anchors = anchorsOf(textOf('README.md'));
	expect(linked.filter((anchor) => anchor !== undefined && !anchors.includes(anchor))).toEqual([]);
});
