/** What is measured: in which n8n, against whom, and how much is wanted. */

export const ENGINE_NAMES = ['default', 'lazy', 'legacy'] as const;
export type Engine = (typeof ENGINE_NAMES)[number];

/** The ways n8n 2.41 can evaluate expressions. Most of what a delivery costs is decided by this. */
export const ENGINES: Record<Engine, { env: Record<string, string>; shownAs: string }> = {
	default: { env: {}, shownAs: 'default' },
	lazy: { env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' }, shownAs: 'N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true' },
	legacy: { env: { N8N_EXPRESSION_ENGINE: 'legacy' }, shownAs: 'N8N_EXPRESSION_ENGINE=legacy' },
};

/** The races of two fresh workflows on one n8n; that with a full history has an n8n of its own. */
export const FRESH_RACE_NAMES = ['accepted', 'ignored', 'duplicate', 'mixed'] as const;
export const RACE_NAMES = [...FRESH_RACE_NAMES, 'history'] as const;
export type RaceName = (typeof RACE_NAMES)[number];

export const CORE_NODES = 'Webhook (header auth) + If + Remove Duplicates';
const ACCEPTING = 'a trigger that loads its credential and accepts';
const DROPPING = 'a trigger that loads its credential and drops';
const ITSELF = 'the same trigger with an empty history';

const everywhere = (bound: number): Record<Engine, number> => ({ default: bound, lazy: bound, legacy: bound });

/** As the tables show it: title, whom ours is compared with, and the least that ours over the peer should be. */
export const RACES: Record<RaceName, { title: string; peer: string; bound: Record<Engine, number> }> = {
	accepted: { title: 'Accepted deliveries', peer: ACCEPTING, bound: everywhere(0.95) },
	ignored: { title: 'Ignored deliveries', peer: DROPPING, bound: everywhere(0.95) },
	duplicate: { title: 'Duplicate deliveries', peer: DROPPING, bound: everywhere(0.95) },
	mixed: { title: 'Mixed load', peer: CORE_NODES, bound: { default: 1, lazy: 2.5, legacy: 3 } },
	history: { title: 'Accepted, with a full history', peer: ITSELF, bound: everywhere(0.95) },
};

/** The most milliseconds that webhook() itself may take at the median, by the call it is given. */
export const WEBHOOK_CALLS = [
	{ name: 'accepted', title: 'A call of 38 fields, accepted', bound: 0.1 },
	{ name: 'ignored', title: 'A call of 38 fields, ignored', bound: 0.1 },
	{ name: 'long', title: 'A call with a transcription of 100 KB, accepted', bound: 0.3 },
] as const;

/** All that `--measure` can choose: the races, the executions stored for a mixed load, the CPU of webhook() itself. */
export const MEASURE_NAMES = [...RACE_NAMES, 'executions', 'webhook'] as const;
