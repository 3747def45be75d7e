import { parseArgs } from 'node:util';

import { StepError } from '../lib/steps';
import { ENGINE_NAMES, RACE_NAMES, RACES } from './measures';

/** All that `--measure` can choose: races, the executions stored for a mixed load, webhook() itself, growth, latency (on one core too), profile. */
const MEASURE_NAMES = [...RACE_NAMES, 'executions', 'webhook', 'growth', 'latency', 'one-core', 'profile'] as const;

/** Those that were named, several with commas between them. */
function chosen<Name extends string>(names: readonly Name[], wanted: string): Name[] {
	const words: readonly string[] = wanted.split(',');
	for (const word of words) {
		if (!names.some((name) => name === word)) throw new StepError(`${word} is none of ${names.join(', ')}.`);
	}
	return names.filter((name) => words.includes(name));
}

/** What is measured unless something is named: minutes, where all of it takes an hour. */
const USUAL = { engine: 'lazy', measure: [...RACE_NAMES, 'executions', 'webhook', 'profile'].join() };
const QUICKLY = { ...USUAL, measure: RACE_NAMES.filter((name) => RACES[name].floor !== undefined).join() };
const ALL = { engine: ENGINE_NAMES.join(), measure: MEASURE_NAMES.join() };

export function readOptions() {
	const flag = { type: 'boolean', default: false } as const;
	const text = { type: 'string' } as const;
	const options = { quick: flag, all: flag, packed: flag, tables: flag, engine: text, measure: text };
	const { engine, measure, quick, all, packed, tables } = parseArgs({ options }).values;
	if (quick && (all || engine !== undefined || measure !== undefined))
		throw new StepError('--quick measures what it has a floor for, and nothing else.');
	const otherwise = quick ? QUICKLY : all ? ALL : USUAL;
	return {
		...{ quick, packed, tables },
		engines: chosen(ENGINE_NAMES, engine ?? otherwise.engine),
		measures: new Set(chosen(MEASURE_NAMES, measure ?? otherwise.measure)),
		/** How long each lap is. */
		seconds: quick ? 1 : 3,
	};
}

export type Options = ReturnType<typeof readOptions>;
