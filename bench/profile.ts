import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sum } from 'simple-statistics';

import { openProbe } from '../host/probe';
import { BUILD } from '../lib/paths';
import { type Contender, type Course, deployOurs, deployPeer, onCourse } from './contenders';
import { onlyExcluded, onlyNew } from './feeds';
import { amountFor, type Lap, runLap, warmUp } from './load';
import { CHEAP, ENGINES, PART_NAMES, PROFILED_NAMES, type ProfiledName } from './measures';
import type { Length } from './options';
import type { Profiled, Profiles } from './results';
import { type Spent, spentIn } from './spent';

const DEPLOYED: Record<ProfiledName, (course: Course) => Promise<Contender>> = {
	accepted: async (course) => await deployOurs(course, onlyNew()),
	undeduplicated: async (course) => await deployOurs(course, onlyNew(), { deduplicate: false }),
	accepting: async (course) => await deployPeer(course, 'accept', onlyNew()),
	ignored: async (course) => await deployOurs(course, onlyExcluded()),
	dropping: async (course) => await deployPeer(course, 'drop', onlyExcluded()),
};

/** To be opened in the developer tools of a browser, which show every function with what it calls. */
const FOLDER = join(BUILD, 'profiles');
const FUNCTIONS_KEPT = 12;

interface Sample {
	lap: Lap;
	spent: Spent;
}

/** Where n8n's time goes, for each kind of delivery. The profiler makes all of it slower, ours and the peer's. */
export async function profile({ rounds, seconds, warmUpSeconds }: Length): Promise<Profiles> {
	const probe = await openProbe();
	mkdirSync(FOLDER, { recursive: true });
	return await onCourse({ ...ENGINES[CHEAP].env, ...probe.env }, async (course) => {
		// All are warm before the first is profiled: what they share would else be compiled at the cost of the first.
		const warm = async (name: ProfiledName) => {
			const contender = await DEPLOYED[name](course);
			const amount = amountFor(await warmUp(contender, warmUpSeconds), seconds);
			const samples: Sample[] = [];
			return { name, contender, amount, samples };
		};
		const runners = [];
		for (const name of PROFILED_NAMES) runners.push(await warm(name));
		for (let round = 0; round < rounds; round++) {
			for (const { name, contender, amount, samples } of round % 2 === 0 ? runners : runners.toReversed()) {
				const { result, profile } = await probe.profile(async () => await runLap(contender, amount));
				writeFileSync(join(FOLDER, `${name} ${round + 1}.cpuprofile`), JSON.stringify(profile));
				samples.push({ lap: result, spent: spentIn(profile) });
			}
		}
		return Object.fromEntries(runners.map(({ name, samples }) => [name, perDelivery(samples)]));
	});
}

function perDelivery(samples: Sample[]): Profiled {
	const deliveries = sum(samples.map(({ lap }) => lap.deliveries));
	const each = (of: (sample: Sample) => number) => sum(samples.map(of)) / deliveries;
	const functions = new Set(samples.flatMap(({ spent }) => [...spent.functions.keys()]));
	const longest = [...functions]
		.map((name) => ({ name, ms: each(({ spent }) => spent.functions.get(name) ?? 0) }))
		.sort((one, other) => other.ms - one.ms);
	return {
		cpu: each(({ lap }) => lap.cpuPerDelivery * lap.deliveries),
		parts: Object.fromEntries(PART_NAMES.map((name) => [name, each(({ spent }) => spent.parts.get(name) ?? 0)])),
		functions: longest.slice(0, FUNCTIONS_KEPT),
	};
}
