import type { Engine } from './engines';

interface Measure {
	/** As the table and the picture show it. */
	title: string;
	/** The contender that ours is compared with. */
	peer: string;
	/** The least that ours over the peer should be. */
	bound: Record<Engine, number>;
}

const everywhere = (bound: number): Record<Engine, number> => ({ default: bound, lazy: bound, legacy: bound });

const ACCEPTING_TRIGGER = 'a trigger that loads its credential and accepts';
const DROPPING_TRIGGER = 'a trigger that loads its credential and drops';
export const CORE_NODES = 'Webhook (header auth) + If + Remove Duplicates';

/** What is compared by deliveries per second and by CPU per delivery. */
export const RACES = {
	accepted: { title: 'Accepted deliveries', peer: ACCEPTING_TRIGGER, bound: everywhere(0.95) },
	ignored: { title: 'Ignored deliveries', peer: DROPPING_TRIGGER, bound: everywhere(0.95) },
	duplicate: { title: 'Duplicate deliveries', peer: DROPPING_TRIGGER, bound: everywhere(0.95) },
	mixed: { title: 'Mixed load', peer: CORE_NODES, bound: { default: 1, lazy: 2.5, legacy: 3 } },
	history: {
		title: 'Accepted, with a full history',
		peer: 'the same trigger with an empty history',
		bound: everywhere(0.95),
	},
} as const satisfies Record<string, Measure>;

export const RACE_NAMES = ['accepted', 'ignored', 'duplicate', 'mixed', 'history'] as const;

export type RaceName = (typeof RACE_NAMES)[number];

/** All that `--measure` can choose: the races, the executions stored for a mixed load, the CPU of webhook() itself. */
export const MEASURE_NAMES = [...RACE_NAMES, 'executions', 'webhook'] as const;

export type MeasureName = (typeof MEASURE_NAMES)[number];

/** The most milliseconds that webhook() itself may take at the median, by the call it is given. */
export const WEBHOOK_CALLS = {
	accepted: { title: 'A call of 38 fields, accepted', bound: 0.1 },
	ignored: { title: 'A call of 38 fields, ignored', bound: 0.1 },
	long: { title: 'A call with a transcription of 100 KB, accepted', bound: 0.3 },
} as const;

export const WEBHOOK_CALL_NAMES = ['accepted', 'ignored', 'long'] as const;
