/** Lays out a package of one service in a folder of its own, from what was built for the repository's package. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, normalize, relative } from 'node:path';

import manifest from '../package.json';
import { BUILD, ROOT } from '../lib/paths';
import { runNpm, StepError } from '../lib/steps';
import { manifestOf, SERVICE_PACKAGES, type ServicePackage } from './packages';
import { readmeOf } from './readme';

const EXAMPLES = join(ROOT, 'examples');
/** What it has of the repository's package.json as it is; scripts and tools are for whoever develops it. */
const { version, license, author, repository, main, files, peerDependencies, peerDependenciesMeta } = manifest;

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** The files that a compiled file names: what it requires of ours, and its icons. */
function namedIn(file: string): string[] {
	const text = read(file);
	const required = [...text.matchAll(/\brequire\(["'](\.[^"']+)["']\)/g)].map(([, path]) => `${path}.js`);
	const icons = [...text.matchAll(/'file:([^']+)'/g)].map(([, path]) => path ?? '');
	return [...required, ...icons].map((path) => normalize(join(dirname(file), path)));
}

/** What n8n looks for beside a node: its codex and the schema of its items. */
function besideNode(node: string): string[] {
	const schemas = join(dirname(node), '__schema__');
	const found = readdirSync(join(ROOT, schemas), { recursive: true, withFileTypes: true }).filter((entry) =>
		entry.isFile(),
	);
	return [node.replace(/\.js$/, '.json'), ...found.map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))];
}

/** All that these entries need, themselves included. */
function closureOf(entries: string[]): string[] {
	const closure = new Set(entries);
	// A set goes on to what is added to it on the way.
	for (const file of closure) {
		if (file.endsWith('.js')) for (const named of namedIn(file)) closure.add(named);
		if (file.endsWith('.node.js')) for (const beside of besideNode(file)) closure.add(beside);
	}
	return [...closure];
}

function write(file: string, text: string): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, text);
}

/** The workflows of examples/ that have triggers of this package alone, with the types that they have in it. */
function examplesOf(each: ServicePackage, own: string[]): Map<string, string> {
	const types = own.map((node) => basename(node, '.node.js')).map((name) => name[0]?.toLowerCase() + name.slice(1));
	const workflows = readdirSync(EXAMPLES).map((file) => [file, read(join('examples', file))] as const);
	return new Map(
		workflows
			.filter(([, text]) =>
				[...text.matchAll(/"n8n-nodes-post-call\.(\w+)"/g)].every(([, type = '']) => types.includes(type)),
			)
			.map(([file, text]) => [file, named(each, text)]),
	);
}

/** The package's own name, where the repository's stands. */
const named = ({ name }: ServicePackage, text: string) => text.replaceAll(manifest.name, name);

function placeOf({ name }: ServicePackage) {
	const repositoryName = /github\.com\/(.+?)(?:\.git)?$/.exec(repository.url)?.[1] ?? '';
	return {
		pages: `https://github.com/${repositoryName}/blob/v${version}/`,
		raw: `https://raw.githubusercontent.com/${repositoryName}/v${version}/`,
		examples: `https://unpkg.com/${name}@${version}/examples/`,
	};
}

/** Gives the folder. */
export function stage(each: ServicePackage): string {
	if (!existsSync(join(ROOT, 'dist'))) throw new StepError('There is nothing built yet: npm run build does it.');
	const folder = join(BUILD, 'packages', each.name);
	rmSync(folder, { recursive: true, force: true });
	const own = manifestOf(each);

	for (const file of closureOf([...own.n8n.nodes, ...own.n8n.credentials])) {
		if (/\.(js|json)$/.test(file)) write(join(folder, file), named(each, read(file)));
		else cpSync(join(ROOT, file), join(folder, file));
	}
	const examples = examplesOf(each, own.n8n.nodes);
	for (const [file, text] of examples) write(join(folder, 'examples', file), text);

	const published = {
		version,
		license,
		author,
		repository,
		main,
		files: [...files, 'examples'],
		peerDependencies,
		peerDependenciesMeta,
	};
	write(join(folder, 'package.json'), `${JSON.stringify({ ...own, ...published }, null, 2)}\n`);
	const names = [...examples.keys()].map((file) => basename(file, '.json'));
	write(join(folder, 'README.md'), readmeOf(each, read('README.md'), names, placeOf(each)));
	for (const file of ['LICENSE', main]) cpSync(join(ROOT, file), join(folder, file));
	return folder;
}

/** The tarball of the last `npm run pack`. */
export function tarballOf({ name }: ServicePackage): string {
	const tarball = join(BUILD, `${name}-${version}.tgz`);
	if (!existsSync(tarball))
		throw new StepError(`There is no ${basename(tarball)} in build/ yet: npm run pack makes it.`);
	return tarball;
}

/** Packs what was built as the packages of one service each, into build/. */
export async function packServices(): Promise<string[]> {
	for (const old of readdirSync(BUILD).filter((file) => /\.tgz$/.test(file))) {
		if (SERVICE_PACKAGES.some(({ name }) => old.startsWith(`${name}-`))) rmSync(join(BUILD, old));
	}
	const tarballs: string[] = [];
	for (const each of SERVICE_PACKAGES) {
		const cwd = stage(each);
		await runNpm(`Packing ${each.name}`, ['pack', '--ignore-scripts', '--pack-destination', BUILD], { cwd });
		tarballs.push(tarballOf(each));
	}
	return tarballs;
}
