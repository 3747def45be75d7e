import type { Engine } from '../engines';
import { RACES, type RaceName } from '../measures';
import type { Race } from '../results';

/** Ratios are shown with two decimals, and judged as they are shown. */
export function shown(ratio: number): string {
	return ratio.toFixed(2);
}

export function boundOf(name: RaceName, engine: Engine): number {
	return RACES[name].bound[engine];
}

export function isMet(ratio: number, bound: number): boolean {
	return Number(shown(ratio)) >= bound;
}

export function isRaceMet(name: RaceName, engine: Engine, { ratio }: Race): boolean {
	return isMet(ratio, boundOf(name, engine));
}
