import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

import { hostFolder } from '../scripts/install-host';
import { ROOT } from '../scripts/lib/paths';
import { type Engine, ENGINE_NAMES } from './engines';
import { RACE_NAMES, type RaceName, WEBHOOK_CALL_NAMES } from './measures';

const side = z.object({
	perSecond: z.number(),
	/** Milliseconds of n8n's CPU. */
	cpuPerDelivery: z.number().optional(),
});
export type Side = z.infer<typeof side>;

const race = z.object({
	rounds: z.number(),
	ours: side,
	peer: side,
	/** Deliveries per second, ours over the peer's: the median of what each round gave. */
	ratio: z.number(),
	ratios: z.array(z.number()),
	/** CPU per delivery, the peer's over ours, so that more is better here too. */
	cpuRatio: z.number().optional(),
});
export type Race = z.infer<typeof race>;

const executions = z.object({ deliveries: z.number(), newCalls: z.number(), ours: z.number(), peer: z.number() });
export type StoredExecutions = z.infer<typeof executions>;

const ofEngine = z.object({ races: z.record(z.enum(RACE_NAMES), race).default({}), executions: executions.optional() });
export type OfEngine = z.infer<typeof ofEngine>;

/** Median milliseconds. */
export const webhookCpu = z.record(
	z.enum(WEBHOOK_CALL_NAMES),
	z.object({ jsonParse: z.number(), webhook: z.number() }),
);
export type WebhookCpu = z.infer<typeof webhookCpu>;

const results = z.object({
	machine: z.object({ cores: z.number(), node: z.string(), n8n: z.string() }),
	/** When the newest part was measured. */
	date: z.string(),
	engines: z.record(z.enum(ENGINE_NAMES), ofEngine).default({}),
	webhookCpu: webhookCpu.optional(),
});
export type Results = z.infer<typeof results>;

function versionOf(packageFolder: string): string {
	const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
	return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

function thisMachine(): Results['machine'] {
	return {
		cores: availableParallelism(),
		node: versionOf(join(ROOT, 'node_modules', 'node')),
		n8n: versionOf(join(hostFolder('2.x'), 'node_modules', 'n8n')),
	};
}

export function today(): string {
	return new Date().toISOString().slice(0, 10);
}

export function newResults(): Results {
	return { machine: thisMachine(), date: today(), engines: {} };
}

/** What was measured before on a machine like this one: other figures cannot stand in one table with new ones. */
export function readResults(file: string): Results | undefined {
	if (!existsSync(file)) return undefined;
	const before = results.parse(JSON.parse(readFileSync(file, 'utf8')));
	const isLikeThis = JSON.stringify(before.machine) === JSON.stringify(thisMachine());
	return isLikeThis ? before : undefined;
}

function change(all: Results, engine: Engine, how: (known: OfEngine) => OfEngine): Results {
	return { ...all, engines: { ...all.engines, [engine]: how(all.engines[engine] ?? { races: {} }) } };
}

export function withRace(all: Results, engine: Engine, name: RaceName, measured: Race): Results {
	return change(all, engine, (known) => ({ ...known, races: { ...known.races, [name]: measured } }));
}

export function withExecutions(all: Results, engine: Engine, stored: StoredExecutions): Results {
	return change(all, engine, (known) => ({ ...known, executions: stored }));
}
