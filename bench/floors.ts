import { StepError } from '../lib/steps';
import { RACE_NAMES, RACES } from './measures';
import type { Results } from './results';

/** Throws where a race was lost by more than noise can make of it, or was not run. */
export function failBelowFloors({ engines }: Results): void {
	const tooLow = Object.values(engines).flatMap(({ races }) =>
		RACE_NAMES.flatMap((name) => {
			const { title, floor } = RACES[name];
			if (floor === undefined) return [];
			const ratio = races[name]?.cpuRatio ?? 0;
			// One that is no number is too low as well.
			return ratio >= floor ? [] : [`${title}: ${ratio.toFixed(2)} by CPU, at least ${floor} wanted.`];
		}),
	);
	if (tooLow.length > 0) throw new StepError(tooLow.join('\n'));
}
