import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HOST_VERSIONS } from '../../host';
import { ROOT } from '../../lib/paths';
import { released } from '../../packages/changelog';

const sourceOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const HEAD = '# Changelog\n\nAll notable changes.\n\n';
const FIRST = '## [0.1.0] - 2026-11-01\n\n### Added\n\n- Two triggers.\n';
const DAY = '2026-12-24';

describe('CHANGELOG.md at a release', () => {
	test('has what was written as unreleased under the version and its day', () => {
		const written = `${HEAD}## [Unreleased]\n\n### Fixed\n\n- A date.\n\n${FIRST}`;
		expect(released(written, '0.1.1', DAY, ['a commit'])).toBe(
			`${HEAD}## [Unreleased]\n\n## [0.1.1] - ${DAY}\n\n### Fixed\n\n- A date.\n\n${FIRST}`,
		);
	});

	test.each([
		['', 'nothing of it'],
		['## [Unreleased]\n\n', 'an empty section'],
	])('has the commits where nothing was written (%j)', (unreleased) => {
		expect(released(`${HEAD}${unreleased}${FIRST}`, '0.2.0', DAY, ['One thing', 'Another'])).toBe(
			`${HEAD}## [Unreleased]\n\n## [0.2.0] - ${DAY}\n\n### Changed\n\n- One thing\n- Another\n\n${FIRST}`,
		);
	});

	test('has the day of the first release', () => {
		const first = FIRST.replace(' - 2026-11-01', '');
		expect(released(`${HEAD}${first}`, '0.1.0', '2026-11-01', [])).toBe(`${HEAD}${FIRST}`);
	});

	test('is not made twice for one version, nor of nothing', () => {
		expect(() => released(`${HEAD}${FIRST}`, '0.1.0', DAY, ['a'])).toThrow('has 0.1.0 already');
		expect(() => released(`${HEAD}${FIRST}`, '0.1.1', DAY, [])).toThrow('Nothing has changed');
	});

	test('that of this repository can be released', () => {
		const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8');
		expect(released(changelog, '99.0.0', DAY, ['a'])).toContain(`## [99.0.0] - ${DAY}`);
	});
});

describe('the workflows', () => {
	const folder = join(ROOT, '.github', 'workflows');
	const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);

	const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

	test.each(workflows)('%s names each action by its commit, and knows no secret', (_name, text) => {
		const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? '');
		expect(actions.length).toBeGreaterThan(0);
		const ofOthers = actions.filter((action) => !action.startsWith('./'));
		expect(ofOthers.filter((action) => !/@[\da-f]{40}$/.test(action))).toEqual([]);
		expect(text).not.toContain('secrets.');
	});

	test('test.yml has each stage of npm test in one of its shards, and the servers where a stage needs them', () => {
		const [, table = ''] = /const STAGES: [^{]*\{\n([\s\S]*?)\n\};/.exec(sourceOf('scripts/test.ts')) ?? [];
		const stages = [...table.matchAll(/^\t'?([\w.-]+)'?: /gm)].map(([, name]) => name ?? '');
		expect(stages.length).toBeGreaterThan(20);
		const [, check = ''] = /check: \[([^\]]*)\]/.exec(sourceOf('scripts/test.ts')) ?? [];
		const [pack = '', matrix = ''] = textOf('test.yml').split(/^ {2}stages:$/m);
		expect(pack).toContain('npm test -- pack');
		const shards = [...matrix.matchAll(/- stages: (.*)\n( +debian: .*)?/g)];
		const inShards = shards.flatMap(([, names = '']) => names.split(' '));
		const run = inShards.flatMap((name) =>
			name === 'check' ? [...check.matchAll(/'([^']+)'/g)].map(([, each]) => each ?? '') : name,
		);
		// Where one is needed, npm test installs an n8n by itself.
		expect([...run, 'pack'].sort()).toEqual(stages.filter((name) => !name.startsWith('install-')).sort());
		for (const [shard, names = '', debian = ''] of shards)
			expect({ shard, hasServers: debian.includes('postgresql redis-server nginx') }).toEqual({
				shard,
				hasServers: /queue/.test(names),
			});
	});

	test('the night has the figures that the table of stages.md names', () => {
		const figuresIn = (text: string) => [...text.matchAll(/\b[A-Z_]+=\d+/g)].map(([figure]) => figure);
		const atNight = figuresIn(textOf('test.yml')).filter((figure) => !figure.startsWith('STAGE_MINUTES='));
		const [table = ''] = /^\| stage [\s\S]*?\n\n/m.exec(sourceOf('docs/contributing/stages.md')) ?? [];
		expect(atNight.sort()).toEqual([...new Set(figuresIn(table))].sort());
	});

	test('what is published is packed once, and all shards test that', () => {
		const jobs = [...`${textOf('test.yml')}${textOf('publish.yml')}`.split(/^ {2}(?=[\w-]+:$)/m)];
		const having = (text: string) => jobs.filter((job) => job.includes(text)).map((job) => /^[\w-]+/.exec(job)?.[0]);
		expect(having('actions/upload-artifact')).toEqual(['pack']);
		expect(having('actions/download-artifact')).toEqual(['stages', 'publish']);
		expect(having('PACKED_BEFORE: true')).toEqual(['stages']);
		expect(having('IN_FULL: true')).toEqual(['stages']);
	});

	test.each(['ci.yml', 'nightly.yml', 'publish.yml'])('%s runs all of them', (name) => {
		expect(textOf(name)).toContain('uses: ./.github/workflows/test.yml');
		expect(textOf(name).includes('long: true')).toBe(name !== 'ci.yml');
	});

	test('dependabot looks at the actions, and at each folder with a lock file', () => {
		const looksAt = [...sourceOf('.github/dependabot.yml').matchAll(/ecosystem: (.*)\n +directory: (.*)/g)];
		expect(looksAt.map(([, ecosystem, folder]) => `${ecosystem} ${folder}`).sort()).toEqual(
			['github-actions /', 'npm /', ...HOST_VERSIONS.map((version) => `npm /host/versions/${version}`)].sort(),
		);
	});

	test('the newest n8n is tried at night, and a night is not red for it', () => {
		const [, newest = ''] = textOf('nightly.yml').split(/^ {2}newest-n8n:$/m);
		expect(newest).toContain('continue-on-error: true');
		expect(newest).toMatch(/npx pnpm -C host\/versions\/2\.x add .* n8n@2\n/);
	});

	describe('publish.yml', () => {
		const text = textOf('publish.yml');
		const [others = '', publish = ''] = text.split(/^ {2}publish:$/m);

		test('publishes as who it is (OIDC), with provenance, each tarball', () => {
			expect(publish).toMatch(/for tarball in .*build\/\*\.tgz/);
			expect(publish).toContain('npm publish "$tarball" --provenance');
			expect(text).not.toMatch(/token(?!:)/i);
		});

		test('run again after one of them failed, publishes what is not there yet', () => {
			const [, indented = ''] = /run: \|\n([\s\S]*)$/.exec(publish) ?? [];
			const folder = mkdtempSync(join(tmpdir(), 'publish-'));
			const names = ['n8n-nodes-callscaler', 'n8n-nodes-post-call', 'n8n-nodes-qcall'];
			mkdirSync(join(folder, 'build'));
			for (const name of names) writeFileSync(join(folder, 'build', `${name}-0.2.0.tgz`), '');
			// A registry that has the first one. As npm does, it gives nothing for a version that it does not know.
			const npm = '#!/bin/sh\n[ "$1" = publish ] && echo "$2" || case "$2" in *callscaler@0.2.0) echo 0.2.0 ;; esac\n';
			writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
			const env = { PATH: `${folder}:${process.env.PATH}`, GITHUB_REF_NAME: 'v0.2.0' };
			const said = execFileSync('bash', ['-e', '-c', indented], {
				cwd: folder,
				env,
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			rmSync(folder, { recursive: true });
			expect(said.trim().split('\n')).toEqual(names.slice(1).map((name) => `./build/${name}-0.2.0.tgz`));
		});

		test('gives the right to publish to one job alone, which a person approves and which waits for all others', () => {
			expect(publish).toMatch(/permissions:\n(\s+#.*\n)*\s+id-token: write\n/);
			expect(publish).toContain('environment: npm');
			expect(publish).toContain('needs: [tests, tag]');
			expect(text.match(/write/g)).toHaveLength(1);
			expect(others).toContain('--is-ancestor "$GITHUB_SHA" origin/main');
		});

		test('installs nothing there but npm itself, and runs nothing of the repository', () => {
			const commands = [...publish.matchAll(/\b(?:npm|npx|node|git) .*/g)].map(([command]) => command);
			expect(commands).toEqual([
				expect.stringMatching(/^npm install --global --ignore-scripts npm@\d+\.\d+\.\d+$/),
				expect.stringMatching(/^npm view "\$package" version\)/),
				expect.stringMatching(/^npm publish .* --ignore-scripts$/),
			]);
			const actions = [...publish.matchAll(/uses: ([^@]+)/g)].map(([, action]) => action);
			expect(actions).toEqual(['actions/setup-node', 'actions/download-artifact']);
		});
	});
});
