import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { BUILD } from '../scripts/lib/paths';
import { openProbe, type Profile } from '../test/n8n/probe';
import { type BenchCredentials, type Contender, deployOurs, deployPeer } from './contenders';
import { type Engine, ENGINES } from './engines';
import { onlyExcluded, onlyNew } from './feeds';
import { deliverCount, type Lap, runLap } from './lap';
import type { Options } from './options';
import { withN8n } from './with-n8n';
import type { N8n } from '../test/n8n/harness';

/** What a sample of n8n's main thread is put down to: the first of these that a frame of its stack is in. */
const OWNERS: ReadonlyArray<{ name: string; pattern: RegExp }> = [
	{ name: 'this package', pattern: /\/n8n-nodes-post-call\// },
	{ name: "n8n's list of processed entries", pattern: /\/n8n\/dist\/deduplication\// },
	{ name: 'the expression engine', pattern: /\/(@n8n\/expression-runtime|isolated-vm)\// },
	{ name: 'the database', pattern: /\/(@n8n\/typeorm|@n8n\/db|sqlite3|flatted)\// },
	{ name: 'n8n and its libraries', pattern: /\/node_modules\// },
];
const GARBAGE = '(garbage collector)';
const IDLE = '(idle)';
const ELSE = 'Node.js itself';

const PROFILED: Record<string, (n8n: N8n, credentials: BenchCredentials) => Promise<Contender>> = {
	'the trigger, accepted': async (n8n, credentials) => await deployOurs(n8n, credentials, onlyNew()),
	'the same without Deduplicate': async (n8n, credentials) =>
		await deployOurs(n8n, credentials, onlyNew(), { deduplicate: false }),
	'a trigger that accepts': async (n8n, credentials) => await deployPeer(n8n, credentials, 'accept', onlyNew()),
	'the trigger, ignored': async (n8n, credentials) => await deployOurs(n8n, credentials, onlyExcluded()),
	'a trigger that drops': async (n8n, credentials) => await deployPeer(n8n, credentials, 'drop', onlyExcluded()),
};

/** Milliseconds by owner. */
function spent({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
	const parents = new Map(nodes.flatMap((node) => node.children.map((child) => [child, node.id] as const)));
	const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
	const stackOf = (id: number) => {
		const stack = [];
		for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) stack.push(frames.get(at));
		return stack;
	};
	const ownerOf = (id: number): string => {
		const name = frames.get(id)?.functionName ?? '';
		if (name === GARBAGE || name === IDLE) return name;
		const stack = stackOf(id);
		const owner = OWNERS.find(({ pattern }) => stack.some((frame) => pattern.test(frame?.url ?? '')));
		return owner?.name ?? ELSE;
	};
	const owners = new Map(nodes.map(({ id }) => [id, ownerOf(id)]));
	const times = new Map<string, number>();
	samples.forEach((id, index) => {
		const owner = owners.get(id) ?? ELSE;
		times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
	});
	times.delete(IDLE);
	return times;
}

function describe(name: string, lap: Lap, times: Map<string, number>): string {
	const total = [...times.values()].reduce((sum, time) => sum + time, 0);
	const line = (owner: string, time: number) =>
		`| ${owner} | ${((100 * time) / total).toFixed(1)} % | ${(time / lap.deliveries).toFixed(2)} |`;
	return [
		`#### ${name}`,
		'',
		'| spent in | share | ms per delivery |',
		'| --- | --- | --- |',
		...[...times].sort(([, a], [, b]) => b - a).map(([owner, time]) => line(owner, time)),
		line('all of the main thread', total),
		`| all of the process, as the system counts it | | ${lap.cpuPerDelivery?.toFixed(2) ?? 'not told'} |`,
	].join('\n');
}

/** To be opened in the developer tools of a browser, which show every function. */
const PROFILES = join(BUILD, 'profiles');

/** Where n8n's time goes, for deliveries that are accepted and for deliveries that are ignored. */
export async function profile(engine: Engine, peers: string, options: Options): Promise<string> {
	const probe = await openProbe();
	mkdirSync(PROFILES, { recursive: true });
	const sections: string[] = [`### Expression engine: ${ENGINES[engine].shownAs}`];
	await withN8n({ ...ENGINES[engine].env, ...probe.env }, peers, async (n8n, credentials) => {
		for (const [name, deployOne] of Object.entries(PROFILED)) {
			const contender = await deployOne(n8n, credentials);
			await deliverCount(contender, options.warmUpDeliveries);
			const lap = async () => await runLap(contender, options.secondsPerLap);
			const profiled = await probe.profile(lap);
			const file = join(PROFILES, `${engine}, ${name}.cpuprofile`);
			writeFileSync(file, JSON.stringify(profiled.profile));
			sections.push(describe(name, profiled.result, spent(profiled.profile)));
		}
	});
	return sections.join('\n\n');
}
