import { median } from 'simple-statistics';

import type { Contender } from './contenders';
import { amountFor, type Lap, runLap, warmUp } from './load';
import { ROUNDS } from './measures';
import type { Race } from './results';

/** The first deliveries of a workflow build what n8n keeps of it, and wake up what n8n has not used for a while. */
const BEFORE_EACH_LAP = 24;

const SIDES = ['ours', 'peer'] as const;
type Side = (typeof SIDES)[number];
/** What each runs with: the same workflow in each round, or a new one. */
type Contenders = Record<Side, () => Promise<Contender>>;

/**
 * Both contenders on one n8n, in turn: within a round one follows the other, and each round begins with the other one.
 * What else happens on the machine meets both alike, so the ratio means something where the rates do not.
 */
export async function race(contenders: Contenders, seconds: number): Promise<Race> {
	// A program that has just started is not yet compiled, and the more so the longer it is.
	const last = { ours: await warmUp(await contenders.ours()), peer: await warmUp(await contenders.peer()) };
	const rounds: Array<Record<Side, Lap>> = [];
	for (let round = 0; round < ROUNDS; round++) {
		for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
			const contender = await contenders[side]();
			await runLap(contender, BEFORE_EACH_LAP);
			last[side] = await runLap(contender, amountFor(last[side], seconds));
		}
		rounds.push({ ...last });
	}
	const summary = (side: Side) => ({
		perSecond: median(rounds.map((laps) => laps[side].perSecond)),
		cpuPerDelivery: median(rounds.map((laps) => laps[side].cpuPerDelivery)),
	});
	const ratios = rounds.map(({ ours, peer }) => ours.perSecond / peer.perSecond);
	const cpuRatios = rounds.map(({ ours, peer }) => peer.cpuPerDelivery / ours.cpuPerDelivery);
	return { ours: summary('ours'), peer: summary('peer'), ratio: median(ratios), ratios, cpuRatio: median(cpuRatios) };
}
