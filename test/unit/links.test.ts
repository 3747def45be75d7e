import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../lib/paths';

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
	heading
		.toLowerCase()
		.replace(/[^\w -]/g, '')
		.replaceAll(' ', '-');

describe.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'])('%s', (name) => {
	const text = readFileSync(join(ROOT, name), 'utf8');
	const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');

	test('links to headings that are there', () => {
		const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
		const anchors = targets.filter((target) => target.startsWith('#')).map((target) => target.slice(1));
		expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
	});

	test('links to files that are there', () => {
		const files = targets.filter((target) => !/^(#|https?:)/.test(target)).map((target) => target.split('#')[0] ?? '');
		expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
	});
});
