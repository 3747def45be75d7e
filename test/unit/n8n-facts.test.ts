import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ROOT } from '../../lib/paths';

const page = readFileSync(join(ROOT, 'docs', 'n8n.md'), 'utf8');

/** Each point as its number, and what it says of its test. */
const points = page
	.split(/^\*\*(?=\d+\. )/m)
	.slice(1)
	.map((text) => ({
		number: parseInt(text, 10),
		test: /^_Test:_ (.*?)(?:\n\n|$)/ms.exec(text)?.[1]?.replace(/\s+/g, ' '),
	}));

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();

/** A path below test/; one that ends in `/*` is a folder. */
const PATH = /^`([a-z][\w.-]*\/[\w./*-]+)`/;

/** The files and names of tests that a text names and that are not there. A name belongs to the file that is named before it. */
function lostIn(text: string): string[] {
	return text.split(/(?=`[a-z])/).flatMap((part) => {
		const path = PATH.exec(part)?.[1];
		if (path === undefined) return [];
		const file = join(ROOT, 'test', path);
		if (path.endsWith('/*')) return existsSync(dirname(file)) ? [] : [path];
		if (!isFile(file)) return [path];
		const source = readFileSync(file, 'utf8');
		const names = [...part.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name.replace(/ …$/, ''));
		return names.filter((name) => !source.includes(name)).map((name) => `${path}: ${name}`);
	});
}

test('docs/n8n.md says of each point what tests it, or that nothing does', () => {
	expect(points.length).toBeGreaterThan(40);
	expect(points.filter(({ test }) => test === undefined)).toEqual([]);
	expect(points.map(({ number }) => number).sort((one, other) => one - other)).toEqual(
		points.map((_, index) => index + 1),
	);
});

test.each(points)('the tests that point $number names are there', ({ test = '' }) => {
	expect(lostIn(test)).toEqual([]);
});
