import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseJsonConfigFileContent, readConfigFile, resolveModuleName, sys } from 'typescript';
import { parse } from 'yaml';
import { z } from 'zod/v4';
import { version as oldest } from 'zod-oldest/package.json';
import { z as oldestZod } from 'zod-oldest/v4';

import { HOSTS, type HostVersion } from '../../host';
import { ROOT } from '../../lib/paths';
import { qCall } from '../../nodes/QCall/provider';

const ownLock = z.object({ packages: z.object({ 'node_modules/zod': z.object({ version: z.string() }) }) });
const hostLock = z.object({
	snapshots: z.record(z.string(), z.object({ dependencies: z.record(z.string(), z.string()).optional() })),
});

/** At run time zod is the one that n8n brings: its version is that of n8n's own lock file. */
function zodOfHost(version: HostVersion): string | undefined {
	const { snapshots } = hostLock.parse(parse(readFileSync(join(HOSTS, version, 'pnpm-lock.yaml'), 'utf8')));
	const [, n8n] = Object.entries(snapshots).find(([name]) => name.startsWith('n8n@')) ?? [];
	return n8n?.dependencies?.zod;
}

function zodHere(): string {
	const lock = ownLock.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
	return lock.packages['node_modules/zod'].version;
}

it('is the oldest that n8n ships, and all other tests run with the newest', () => {
	expect(oldest).toBe(zodOfHost('1.x'));
	expect(zodHere()).toBe(zodOfHost('2.x'));
});

it('is what the schemas of the nodes are made with here', () => {
	expect(qCall.schema).toBeInstanceOf(oldestZod.ZodObject);
	expect(z.ZodObject).toBe(oldestZod.ZodObject);
});

it('is what the types are checked against here', () => {
	const config = join(__dirname, 'tsconfig.json');
	const { options } = parseJsonConfigFileContent(readConfigFile(config, sys.readFile).config, sys, __dirname);
	const importer = join(ROOT, 'nodes', 'QCall', 'payload.ts');
	const { resolvedModule } = resolveModuleName('zod/v4', importer, options, sys);
	expect(relative(ROOT, resolvedModule?.resolvedFileName ?? '')).toMatch(/^node_modules\/zod-oldest\//);
});
