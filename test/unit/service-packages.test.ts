import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { anchorsOf } from '../../lib/anchors';
import { ROOT } from '../../lib/paths';
import { n8n } from '../../package.json';
import { manifestOf, SERVICE_PACKAGES } from '../../packages/packages';
import { readmeOf } from '../../packages/readme';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const ROWS = '| Only of one (QCall) | [A](a.md) |\n| Only of the other (CallScaler) | [B](b.md) |\n';
const PLACE = { pages: 'https://pages.test/', raw: 'https://raw.test/', examples: 'https://examples.test/' };

test('each node and each credential is in exactly one of them', () => {
	const manifests = SERVICE_PACKAGES.map(manifestOf);
	expect(manifests.flatMap((each) => each.n8n.nodes).sort()).toEqual([...n8n.nodes].sort());
	expect(manifests.flatMap((each) => each.n8n.credentials).sort()).toEqual([...n8n.credentials].sort());
});

describe.each(SERVICE_PACKAGES.map((each) => [each.name, each] as const))('the README of %s', (name, each) => {
	const readme = readmeOf(each, README, ['qcall-to-slack', 'callscaler-to-slack'], PLACE);
	const [other] = SERVICE_PACKAGES.filter(({ service }) => service !== each.service);

	test('is about its service, and about no other', () => {
		expect(readme).toMatch(new RegExp(`^# ${name}\n`));
		expect(readme).toContain(`### Set up ${each.service}`);
		expect(readme).toContain(`enter \`${name}\``);
		expect(readme).not.toContain(`Set up ${other?.service}`);
		expect(readme).not.toContain('<!--');
	});

	test('names the other service only where it says which package is for whom', () => {
		const own = readmeOf(each, README, [`${each.service.toLowerCase()}-to-slack`], PLACE);
		const aboutPackages = /^## n8n Cloud\n[\s\S]*?(?=^## )/m;
		expect(own).toMatch(aboutPackages);
		expect(own.replace(aboutPackages, '')).not.toContain(other?.service);
	});

	test('has the rows of a table that are about its service', () => {
		const rows = readmeOf(each, ROWS, [], PLACE);
		expect(rows).toContain(`(${each.service})`);
		expect(rows).not.toContain(`(${other?.service})`);
	});

	test('says to install one package only', () => {
		expect(readme).toContain('**Install only one package for a service**');
		expect(README).toContain('**Install only one package for a service**');
	});

	test('has no link that leads nowhere from npm', () => {
		const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
		expect(targets.filter((target) => !/^(https:|#)/.test(target))).toEqual([]);
		expect(targets).toContain('https://pages.test/docs/troubleshooting.md');
		expect(targets.some((target) => target.startsWith('https://raw.test/docs/images/'))).toBe(true);
	});

	test('leads to files and headings that are there', () => {
		const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
		const own = targets.filter((target) => target.startsWith('#') || /^https:\/\/(pages|raw)\.test\//.test(target));
		expect(own.length).toBeGreaterThan(20);
		const lost = own.filter((target) => {
			const [address = '', anchor] = target.split('#');
			const file = join(ROOT, address.replace(/^https:\/\/\w+\.test\//, ''));
			if (address !== '' && !existsSync(file)) return true;
			return anchor !== undefined && !anchorsOf(address === '' ? readme : readFileSync(file, 'utf8')).includes(anchor);
		});
		expect(lost).toEqual([]);
	});

	test('has the headings that the editor, the recipes and the README of the other package lead to', () => {
		expect(anchorsOf(readme)).toEqual(expect.arrayContaining([`set-up-${each.service.toLowerCase()}`, 'recipes']));
	});

	test('has the workflows that the package can run, and no others', () => {
		expect(readme).toContain('][qcall-to-slack]');
		expect(readme).toMatch(/^\[qcall-to-slack\]:\s+https:\/\/examples\.test\/qcall-to-slack\.json$/m);
		expect(readme).not.toContain('both-to-one-crm');
		expect(readme).not.toContain('raw.githubusercontent.com');
	});
});
