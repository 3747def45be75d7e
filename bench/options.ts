import { parseArgs } from 'node:util';

import { StepError } from '../scripts/lib/steps';
import { type Engine, ENGINE_NAMES } from './engines';
import { MEASURE_NAMES, type MeasureName } from './measures';

export interface Options {
	quick: boolean;
	profile: boolean;
	engines: readonly Engine[];
	measures: readonly MeasureName[];
	rounds: number;
	secondsPerLap: number;
	warmUpSeconds: number;
	warmUpDeliveries: number;
	/** Calls in a full history. */
	history: number;
	/** Deliveries whose executions are counted. */
	counted: number;
	/** Calls of webhook() itself. */
	webhookRuns: number;
}

const LENGTHS = {
	full: {
		rounds: 5,
		secondsPerLap: 3,
		warmUpSeconds: 4,
		warmUpDeliveries: 24,
		history: 10_000,
		counted: 1_000,
		webhookRuns: 10_000,
	},
	quick: {
		rounds: 1,
		secondsPerLap: 0.5,
		warmUpSeconds: 0.2,
		warmUpDeliveries: 8,
		history: 100,
		counted: 50,
		webhookRuns: 200,
	},
};

/** Those that were named, several with commas between them; all of them where none was. */
function chosen<Name extends string>(
	option: string,
	names: readonly Name[],
	wanted: string | undefined,
): readonly Name[] {
	if (wanted === undefined) return names;
	return wanted.split(',').map((word) => {
		const known = names.find((name) => name === word);
		if (known === undefined) throw new StepError(`--${option} ${word} is none of ${names.join(', ')}.`);
		return known;
	});
}

export function readOptions(): Options {
	const { values } = parseArgs({
		options: {
			quick: { type: 'boolean', default: false },
			profile: { type: 'boolean', default: false },
			engine: { type: 'string' },
			measure: { type: 'string' },
			rounds: { type: 'string' },
			seconds: { type: 'string' },
		},
	});
	const { quick, profile } = values;
	const length = quick ? LENGTHS.quick : LENGTHS.full;
	return {
		...length,
		quick,
		profile,
		engines: chosen('engine', ENGINE_NAMES, values.engine ?? (quick ? 'lazy' : undefined)),
		measures: chosen('measure', MEASURE_NAMES, values.measure),
		rounds: atLeast('rounds', 1, values.rounds) ?? length.rounds,
		secondsPerLap: atLeast('seconds', 0.1, values.seconds) ?? length.secondsPerLap,
	};
}

function atLeast(option: string, least: number, wanted: string | undefined): number | undefined {
	if (wanted === undefined) return undefined;
	const number = Number(wanted);
	if (!(number >= least)) throw new StepError(`--${option} ${wanted}: give a number of at least ${least}.`);
	return number;
}
