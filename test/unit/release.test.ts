import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../lib/paths';
import { released } from '../../packages/changelog';

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

	test.each(workflows)('%s names each action by its commit, and knows no secret', (_name, text) => {
		const actions = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action ?? '');
		expect(actions.length).toBeGreaterThan(0);
		expect(actions.filter((action) => !/@[\da-f]{40}$/.test(action))).toEqual([]);
		expect(text).not.toContain('secrets.');
	});

	test('publish.yml publishes as who it is (OIDC), with provenance, each tarball', () => {
		const text = readFileSync(join(folder, 'publish.yml'), 'utf8');
		expect(text).toMatch(/permissions:\n\s+contents: read\n(\s+#.*\n)*\s+id-token: write/);
		expect(text).toMatch(/for tarball in .*build\/\*\.tgz/);
		expect(text).toContain('npm publish "$tarball" --provenance');
		expect(text).not.toMatch(/token(?!:)/i);
	});
});
