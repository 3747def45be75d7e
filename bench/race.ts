import { median } from 'simple-statistics';

import type { Contender } from './contenders';
import { amountFor, type Lap, runLap, warmUp } from './load';
import type { Length } from './options';
import type { Race } from './results';

/** The first deliveries of a workflow build what n8n keeps of it, and wake up what n8n has not used for a while. */
const BEFORE_EACH_LAP = 24;

/** What each runs with: the same workflow in each round, or a new one. */
interface Contenders {
	ours: () => Promise<Contender>;
	peer: () => Promise<Contender>;
}
const SIDES = ['ours', 'peer'] as const;

/**
 * Both contenders on one n8n, in turn: within a round one follows the other, and each round begins with the other one.
 * What else happens on the machine meets both alike, so the ratio means something where the rates do not.
 */
export async function race(contenders: Contenders, { rounds, seconds, warmUpSeconds }: Length): Promise<Race> {
	// A program that has just started is not yet compiled, and the more so the longer it is.
	const rate = {
		ours: await warmUp(await contenders.ours(), warmUpSeconds),
		peer: await warmUp(await contenders.peer(), warmUpSeconds),
	};
	const laps: Record<keyof Contenders, Lap[]> = { ours: [], peer: [] };
	for (let round = 0; round < rounds; round++) {
		for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
			const contender = await contenders[side]();
			await runLap(contender, BEFORE_EACH_LAP);
			const lap = await runLap(contender, amountFor(rate[side], seconds));
			rate[side] = lap.perSecond;
			laps[side].push(lap);
		}
	}
	const each = (side: keyof Contenders, of: 'perSecond' | 'cpuPerDelivery') => laps[side].map((lap) => lap[of]);
	const over = (some: number[], others: number[]) => some.map((one, round) => one / (others[round] ?? NaN));
	const summary = (side: keyof Contenders) => ({
		perSecond: median(each(side, 'perSecond')),
		cpuPerDelivery: median(each(side, 'cpuPerDelivery')),
	});
	const ratios = over(each('ours', 'perSecond'), each('peer', 'perSecond'));
	const cpuRatios = over(each('peer', 'cpuPerDelivery'), each('ours', 'cpuPerDelivery'));
	return { ours: summary('ours'), peer: summary('peer'), ratio: median(ratios), ratios, cpuRatio: median(cpuRatios) };
}
