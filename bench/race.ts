import type { Contender } from './contenders';
import { deliverCount, type Lap, runLap } from './lap';
import type { Race, Side } from './results';
import { median } from './statistics';

export interface RaceLength {
	rounds: number;
	secondsPerLap: number;
	/** Before the first round. */
	warmUpSeconds: number;
	/** Before each lap. */
	warmUpDeliveries: number;
}

/** What one contender of a race runs with: the same workflow in each round, or a new one. */
export type ContenderOfRound = () => Promise<Contender>;

interface Round {
	ours: Lap;
	peer: Lap;
}

function sideOf(laps: readonly Lap[]): Side {
	return {
		perSecond: median(laps.map(({ perSecond }) => perSecond)),
		cpuPerDelivery: medianOfAll(laps.map(({ cpuPerDelivery }) => cpuPerDelivery)),
	};
}

function medianOfAll(values: ReadonlyArray<number | undefined>): number | undefined {
	const known = values.flatMap((value) => value ?? []);
	return known.length === values.length ? median(known) : undefined;
}

async function lapOf(contenderOf: ContenderOfRound, { secondsPerLap, warmUpDeliveries }: RaceLength): Promise<Lap> {
	const contender = await contenderOf();
	// The first deliveries of a workflow build what n8n keeps of it, and wake up what n8n has not used for a while.
	await deliverCount(contender, warmUpDeliveries);
	return await runLap(contender, secondsPerLap);
}

/**
 * Both contenders on one n8n, in turn: within a round one follows the other, and each round begins with the other one.
 * What else happens on the machine meets both alike, so the ratio means something where the rates do not.
 */
export async function race(ours: ContenderOfRound, peer: ContenderOfRound, length: RaceLength): Promise<Race> {
	// A program that has just started is not yet compiled, and the more so the longer it is.
	for (const contenderOf of [ours, peer]) await runLap(await contenderOf(), length.warmUpSeconds);
	const rounds: Round[] = [];
	while (rounds.length < length.rounds) {
		if (rounds.length % 2 === 0) {
			const first = await lapOf(ours, length);
			rounds.push({ ours: first, peer: await lapOf(peer, length) });
		} else {
			const first = await lapOf(peer, length);
			rounds.push({ peer: first, ours: await lapOf(ours, length) });
		}
	}
	const ratios = rounds.map((round) => round.ours.perSecond / round.peer.perSecond);
	const cpuRatios = rounds.map(({ ours: { cpuPerDelivery: our }, peer: { cpuPerDelivery: their } }) =>
		our === undefined || their === undefined ? undefined : their / our,
	);
	return {
		rounds: rounds.length,
		ours: sideOf(rounds.map((round) => round.ours)),
		peer: sideOf(rounds.map((round) => round.peer)),
		ratio: median(ratios),
		ratios,
		cpuRatio: medianOfAll(cpuRatios),
	};
}
