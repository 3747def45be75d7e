import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openProbe } from '../host/probe';
import { BUILD } from '../lib/paths';
import { deploy, onCourse } from './contenders';
import { amountFor, runLap, warmUp } from './load';
import { CHEAP, ENGINES, namesOf, PARTS, PROFILED, ROUNDS } from './measures';
import type { Profiled, Results } from './results';
import { addSpent, type Spent } from './spent';

/** To be opened in the developer tools of a browser, which show every function with what it calls. */
const FOLDER = join(BUILD, 'profiles');
const FUNCTIONS_KEPT = 12;

/** Where n8n's time goes, for each kind of delivery. The profiler makes all of it slower, ours and the peer's. */
export async function profile(seconds: number): Promise<Results['profiles']> {
	const probe = await openProbe();
	mkdirSync(FOLDER, { recursive: true });
	return await onCourse({ ...ENGINES[CHEAP].env, ...probe.env }, async (course) => {
		// All are warm before the first is profiled: what they share would else be compiled at the cost of the first.
		const runners = [];
		for (const name of namesOf(PROFILED)) {
			const { who, feed, parameters } = PROFILED[name];
			const contender = await deploy(course, who, feed(), parameters);
			const amount = amountFor(await warmUp(contender), seconds);
			const spent: Spent = { parts: new Map(), functions: new Map() };
			runners.push({ name, contender, amount, spent, cpu: 0 });
		}
		for (let round = 0; round < ROUNDS; round++) {
			for (const runner of round % 2 === 0 ? runners : runners.toReversed()) {
				const { name, contender, amount, spent } = runner;
				const { result, profile } = await probe.profile(async () => await runLap(contender, amount));
				writeFileSync(join(FOLDER, `${name} ${round + 1}.cpuprofile`), JSON.stringify(profile));
				addSpent(spent, profile);
				runner.cpu += result.cpuPerDelivery * amount;
			}
		}
		return Object.fromEntries(
			runners.map(({ name, amount, spent, cpu }) => [name, perDelivery(ROUNDS * amount, spent, cpu)]),
		);
	});
}

function perDelivery(deliveries: number, { parts, functions }: Spent, cpu: number): Profiled {
	const longest = [...functions].sort(([, one], [, other]) => other - one).slice(0, FUNCTIONS_KEPT);
	return {
		cpu: cpu / deliveries,
		parts: Object.fromEntries(namesOf(PARTS).map((name) => [name, (parts.get(name) ?? 0) / deliveries])),
		functions: longest.map(([name, ms]) => ({ name, ms: ms / deliveries })),
	};
}
