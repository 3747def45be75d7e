/** CHANGELOG.md at a release, in the form of Keep a Changelog. */

const UNRELEASED = '## [Unreleased]';

/**
 * What is unreleased becomes the section of this version, with its day (YYYY-MM-DD); where nothing was written, the subjects
 * of the commits since the last one do. A section of the version that has no day yet, as that of the first one, gets it.
 */
export function released(changelog: string, version: string, day: string, subjects: readonly string[]): string {
	const heading = `## [${version}]`;
	if (changelog.includes(`${heading} - `)) throw new Error(`CHANGELOG.md has ${version} already.`);
	if (changelog.includes(`${heading}\n`)) return changelog.replace(`${heading}\n`, `${heading} - ${day}\n`);

	const start = changelog.indexOf(UNRELEASED);
	const firstSection = changelog.search(/^## /m);
	if (firstSection < 0) throw new Error('CHANGELOG.md has no section.');
	const next = start < 0 ? firstSection : changelog.slice(start + 1).search(/^## /m) + start + 1;
	const end = next > start ? next : changelog.length;
	const written = start < 0 ? '' : changelog.slice(start + UNRELEASED.length, end).trim();
	const changes = written || ['### Changed', '', ...subjects.map((subject) => `- ${subject}`)].join('\n');
	if (written === '' && subjects.length === 0) throw new Error('Nothing has changed since the last release.');
	const before = changelog.slice(0, start < 0 ? firstSection : start);
	return `${before}${UNRELEASED}\n\n${heading} - ${day}\n\n${changes}\n\n${changelog.slice(end)}`.trimEnd() + '\n';
}
