import { parseArgs } from 'node:util';

import { StepError } from '../lib/steps';
import { ENGINE_NAMES, FLOORS, MEASURE_NAMES } from './measures';

/** How often and how long; the calls in a full history, the deliveries whose executions are counted, those to webhook(). */
const FULL = { rounds: 5, seconds: 3, warmUpSeconds: 4, history: 1_000, counted: 1_000, webhookRuns: 10_000 };
const QUICK: Length = { ...FULL, seconds: 1 };
export type Length = typeof FULL;

/** Those that were named, several with commas between them; all of them where none was. */
function chosen<Name extends string>(names: readonly Name[], wanted: string | undefined): Name[] {
	const words: readonly string[] = wanted?.split(',') ?? names;
	for (const word of words) {
		if (!names.some((name) => name === word)) throw new StepError(`${word} is none of ${names.join(', ')}.`);
	}
	return names.filter((name) => words.includes(name));
}

export function readOptions() {
	const flag = { type: 'boolean', default: false } as const;
	const text = { type: 'string' } as const;
	const options = { quick: flag, packed: flag, profile: flag, tables: flag, engine: text, measure: text };
	const { engine, measure, ...values } = parseArgs({ options }).values;
	return {
		...values,
		engines: chosen(ENGINE_NAMES, engine ?? (values.quick ? 'lazy' : undefined)),
		measures: new Set(chosen(MEASURE_NAMES, measure ?? (values.quick ? Object.keys(FLOORS).join() : undefined))),
		length: values.quick ? QUICK : FULL,
	};
}

export type Options = ReturnType<typeof readOptions>;
