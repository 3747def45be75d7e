import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

import { hostFolder } from '../host';
import { ROOT } from '../lib/paths';
import { say } from '../lib/steps';
import { ENGINE_NAMES, GROWTHS, PARTS, PROFILED, RACE_NAMES } from './measures';

/** One of the names of a table. */
const nameIn = <Table extends object>(table: Table) =>
	z.custom<keyof Table>((name) => typeof name === 'string' && Object.hasOwn(table, name));

/** What one of both does at the median; the CPU is n8n's, in milliseconds. */
const side = z.object({ perSecond: z.number(), cpuPerDelivery: z.number() });

/** Of deliveries per second ours over the peer's, of CPU per delivery the peer's over ours: more is better in both. */
const race = z.object({ ours: side, peer: side, ratio: z.number(), ratios: z.array(z.number()), cpuRatio: z.number() });
export type Race = z.infer<typeof race>;

const executions = z.object({ deliveries: z.number(), newCalls: z.number(), ours: z.number(), peer: z.number() });
export type StoredExecutions = z.infer<typeof executions>;

/** Milliseconds from a delivery to its answer, at so many new calls a second; how many n8n refused, since it had too much to do. */
const pace = z.object({
	perSecond: z.number(),
	median: z.number(),
	p99: z.number(),
	longest: z.number(),
	refused: z.number(),
});
export type Pace = z.infer<typeof pace>;
/** At each pace, and of the first delivery after a start and of the one after it. */
const latency = z.object({ paces: z.array(pace), first: z.number(), second: z.number() });
const latencies = z.object({ ours: latency, peer: latency });
export type Latencies = z.infer<typeof latencies>;

const ofEngine = z.object({
	races: z.record(z.enum(RACE_NAMES), race),
	executions: executions.optional(),
	latencies: latencies.optional(),
	onOneCore: z.array(pace).optional(),
});
export type OfEngine = z.infer<typeof ofEngine>;

/** Median milliseconds. */
const call = z.object({ jsonParse: z.number(), webhook: z.number() });
export const webhookAlone = z.object({ accepted: call, ignored: call, long: call });

/** Milliseconds of CPU for each accepted delivery, and the megabytes that n8n's process has then. */
const load = z.object({ cpuPerDelivery: z.number(), megabytes: z.number() });
export type Load = z.infer<typeof load>;
/** At each step of what grows; without a peer where the peer has nothing of the kind. */
const growth = z.array(z.object({ step: z.number(), ours: load, peer: load.optional() }));
export type Growth = z.infer<typeof growth>;

/** Of one delivery: the CPU of the whole process, and what its main thread spent, in milliseconds. */
const profiled = z.object({
	cpu: z.number(),
	parts: z.record(nameIn(PARTS), z.number()),
	/** Those that took the longest themselves. */
	functions: z.array(z.object({ name: z.string(), ms: z.number() })),
});
export type Profiled = z.infer<typeof profiled>;

const results = z.object({
	machine: z.object({ cores: z.number(), node: z.string(), n8n: z.string() }),
	/** The day of each part, as in 2026-11-28. */
	measuredOn: z.record(z.string(), z.string()),
	engines: z.record(z.enum(ENGINE_NAMES), ofEngine),
	webhookAlone: webhookAlone.optional(),
	growths: z.record(nameIn(GROWTHS), growth).optional(),
	profiles: z.record(nameIn(PROFILED), profiled).optional(),
});
export type Results = z.infer<typeof results>;

/** The figures themselves, so that a part that is measured anew joins the others. */
export const FIGURES = join(ROOT, 'docs', 'bench.json');

export function readResults(): Results {
	return results.parse(JSON.parse(readFileSync(FIGURES, 'utf8')));
}

function versionOf(packageFolder: string): string {
	const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
	return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** None yet, or what was measured on a machine like this one: other figures cannot stand in one table with new ones. */
export function resultsHere(before?: Results): Results {
	const node = versionOf(join(ROOT, 'node_modules', 'node'));
	const n8n = versionOf(join(hostFolder('2.x'), 'node_modules', 'n8n'));
	const machine = { cores: availableParallelism(), node, n8n };
	if (before && isDeepStrictEqual(before.machine, machine)) return before;
	if (before) say('Another machine, Node.js or n8n than that of the figures so far: they are left out from now on.');
	return { machine, measuredOn: {}, engines: {} };
}
