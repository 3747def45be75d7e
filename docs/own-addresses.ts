/** The addresses of this repository in README.md: package.json is the one place that says where it is. */
import { join } from 'node:path';

import { ROOT } from '../lib/paths';
import { repository } from '../package.json';

export const README = join(ROOT, 'README.md');

/** `owner/name` of a repository at GitHub. */
function nameOf(url: string): string {
	const name = /github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url)?.[1];
	if (name === undefined) throw new Error(`This is no repository at GitHub: ${url}`);
	return name;
}

/** What is read there, and copied into n8n: the file itself, not a page about it. */
export const RAW_FILES = `https://raw.githubusercontent.com/${nameOf(repository.url)}/main/`;
export const ISSUES = `https://github.com/${nameOf(repository.url)}/issues`;

/** The README with the addresses of whatever repository it was in replaced by those of this one. */
export function withOwnAddresses(readme: string): string {
	return readme
		.replace(/https:\/\/raw\.githubusercontent\.com\/[\w.-]+\/[\w.-]+\/main\//g, RAW_FILES)
		.replace(/https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/issues/g, ISSUES);
}
