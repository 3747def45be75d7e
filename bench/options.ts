import { parseArgs } from 'node:util';

import { StepError } from '../lib/steps';
import { ENGINE_NAMES, FLOORS, MEASURE_NAMES } from './measures';

/** How often and how long; the calls in a full history, the deliveries whose executions are counted, those to webhook(). */
const FULL = { rounds: 5, seconds: 3, warmUpSeconds: 4, history: 1_000, counted: 1_000, webhookRuns: 10_000 };
const QUICK: Length = { ...FULL, seconds: 1 };
export type Length = typeof FULL;

/** Those that were named, several with commas between them. */
function chosen<Name extends string>(names: readonly Name[], wanted: string): Name[] {
	const words: readonly string[] = wanted.split(',');
	for (const word of words) {
		if (!names.some((name) => name === word)) throw new StepError(`${word} is none of ${names.join(', ')}.`);
	}
	return names.filter((name) => words.includes(name));
}

/** What is measured unless something is named: minutes, where all of it takes an hour. */
const USUAL = {
	engine: 'lazy',
	measure: ['accepted', 'ignored', 'duplicate', 'mixed', 'history', 'executions', 'webhook', 'profile'].join(),
};
const QUICKLY = { ...USUAL, measure: Object.keys(FLOORS).join() };
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
		length: quick ? QUICK : FULL,
	};
}

export type Options = ReturnType<typeof readOptions>;
