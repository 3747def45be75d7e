import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../lib/paths';

const sources = ['nodes', 'credentials', 'docs', 'scripts', 'test'].flatMap((folder) =>
	readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.map((name) => {
			const text = readFileSync(join(ROOT, folder, name), 'utf8');
			return { file: `${folder}/${name}`, text, words: new Set(text.match(/\w+/g)) };
		}),
);

const EXPORT = /^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm;

it('nodes/ exports nothing that no other file names', () => {
	const exported = sources
		.filter(({ file }) => file.startsWith('nodes/'))
		.flatMap(({ file, text }) => [...text.matchAll(EXPORT)].map(([, name = '']) => ({ file, name })));
	expect(exported.length).toBeGreaterThan(200);
	const needless = exported.filter(
		({ file, name }) => !sources.some((other) => other.file !== file && other.words.has(name)),
	);
	expect(needless).toEqual([]);
});
