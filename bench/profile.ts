import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openProbe, type Profile } from '../host/probe';
import { BUILD } from '../lib/paths';
import { type Course, deployOurs, deployPeer, onCourse } from './contenders';
import { onlyExcluded, onlyNew } from './feeds';
import { amountFor, type Lap, runLap, warmUp } from './load';
import { type Engine, ENGINES } from './measures';
import type { Length } from './options';

const PROFILED = {
	'the trigger, accepted': async (course: Course) => await deployOurs(course, onlyNew()),
	'the same without Deduplicate': async (course: Course) => await deployOurs(course, onlyNew(), { deduplicate: false }),
	'a trigger that accepts': async (course: Course) => await deployPeer(course, 'accept', onlyNew()),
	'the trigger, ignored': async (course: Course) => await deployOurs(course, onlyExcluded()),
	'a trigger that drops': async (course: Course) => await deployPeer(course, 'drop', onlyExcluded()),
};

/** To be opened in the developer tools of a browser, which show every function with what it calls. */
const PROFILES = join(BUILD, 'profiles');
const LONGEST = 25;
/** What is none of n8n's work: waiting, and the profiler itself. */
const NO_WORK = /^\(idle\)|^\(root\)|node:inspector$/;

/** The file of a function, from its package on; garbage collection, idling and the like have none. */
const placeOf = (functionName: string, url: string) =>
	[functionName || '(anonymous)', url.replace(/^.*\/node_modules\//, '')].join(' ').trim();

/** What n8n's main thread spent in each function itself, and in those of this package with all that they call. */
function table({ nodes, samples, timeDeltas }: Profile, { deliveries, cpuPerDelivery }: Lap): string {
	const spent = new Map<number, number>();
	samples.forEach((id, at) => spent.set(id, (spent.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1000 / deliveries));
	const byFunction = new Map<string, number>();
	const within = new Set<number>();
	let ours = 0;
	// Whoever calls stands before those that are called.
	for (const { id, callFrame, children } of nodes) {
		const place = placeOf(callFrame.functionName, callFrame.url);
		const ms = spent.get(id) ?? 0;
		byFunction.set(place, (byFunction.get(place) ?? 0) + ms);
		if (!within.has(id) && !callFrame.url.includes('/n8n-nodes-post-call/')) continue;
		ours += ms;
		for (const child of children) within.add(child);
	}
	const work = [...byFunction].filter(([place]) => !NO_WORK.test(place));
	const rows = work.sort(([, a], [, b]) => b - a).slice(0, LONGEST);
	rows.unshift(
		['all of the process, as the system counts it', cpuPerDelivery],
		['this package, with all it calls', ours],
	);
	const lines = rows.map(([name, ms]) => `| ${name} | ${ms.toFixed(3)} |`);
	return ['| spent in | ms per delivery |', '| --- | --- |', ...lines].join('\n');
}

/** Where n8n's time goes, for deliveries that are accepted and for deliveries that are ignored. */
export async function profile(engine: Engine, { warmUpSeconds, seconds }: Length): Promise<string> {
	const probe = await openProbe();
	mkdirSync(PROFILES, { recursive: true });
	const sections = [`### Expression engine: ${ENGINES[engine].shownAs}`];
	await onCourse({ ...ENGINES[engine].env, ...probe.env }, async (course) => {
		for (const [name, deployOne] of Object.entries(PROFILED)) {
			const contender = await deployOne(course);
			const amount = amountFor(await warmUp(contender, warmUpSeconds), seconds);
			const profiled = await probe.profile(async () => await runLap(contender, amount));
			writeFileSync(join(PROFILES, `${engine}, ${name}.cpuprofile`), JSON.stringify(profiled.profile));
			sections.push(`#### ${name}\n\n${table(profiled.profile, profiled.result)}`);
		}
	});
	return sections.join('\n\n');
}
