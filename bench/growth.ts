import { createHash } from 'node:crypto';
import pidusage from 'pidusage';

import { withDatabase } from '../host/database';
import { type Contender, type Course, deployMany, deployOurs, deployPeer, onCourse } from './contenders';
import { onlyLong, onlyNew } from './feeds';
import { amountFor, runLap, warmUp } from './load';
import { CHEAP, ENGINES, type GrowthName, GROWTHS } from './measures';
import type { Length } from './options';
import type { Growth, Load } from './results';

const ENV = ENGINES[CHEAP].env;
/** Enough of a lap where one delivery takes a second. */
const AT_LEAST = 16;
/** Each call is in n8n's list so often. */
const ENTRIES_OF_A_CALL = 3;

type DeployAt = (course: Course, step: number) => Promise<Contender>;

/** Whoever grows by what is sent or deployed, beside a peer that grows alike. */
const BOTH: Record<'triggers' | 'bytes', { ours: DeployAt; peer: DeployAt }> = {
	triggers: {
		ours: async (course, step) => await deployMany(step, async () => await deployOurs(course, onlyNew())),
		peer: async (course, step) => await deployMany(step, async () => await deployPeer(course, 'accept', onlyNew())),
	},
	bytes: {
		ours: async (course, bytes) => await deployOurs(course, onlyLong(bytes)),
		peer: async (course, bytes) => await deployPeer(course, 'accept', onlyLong(bytes)),
	},
};

/** What a delivery costs step by step as more is asked of it, and how much memory n8n's process has then. */
export async function measureGrowth(name: GrowthName, length: Length): Promise<Growth> {
	if (name === 'history') return await onCourse(ENV, async (course) => await growHistory(course, length));
	// In an n8n of its own each: what one has left in memory is none of the next one's.
	const loadAt = async (deployAt: DeployAt, step: number) =>
		await onCourse(ENV, async (course) => await loadOf(await deployAt(course, step), length));
	const { ours, peer } = BOTH[name];
	const growth: Growth = [];
	for (const step of GROWTHS[name].steps) {
		growth.push({ step, ours: await loadAt(ours, step), peer: await loadAt(peer, step) });
	}
	return growth;
}

async function growHistory(course: Course, length: Length): Promise<Growth> {
	const { n8n } = course;
	const { steps } = GROWTHS.history;
	const contender = await deployOurs(course, onlyNew(), { options: { dedupeHistory: Math.max(...steps) } });
	await runLap(contender, 1);
	const growth: Growth = [];
	for (const step of steps) {
		await n8n.stopAndKeep();
		remember(contender, step);
		await n8n.bootAgain();
		await n8n.workflows.registered(contender.workflowId);
		growth.push({ step, ours: await loadOf(contender, length) });
	}
	return growth;
}

async function loadOf(contender: Contender, { warmUpSeconds, seconds }: Length): Promise<Load> {
	const amount = Math.max(AT_LEAST, amountFor(await warmUp(contender, warmUpSeconds), seconds));
	const { cpuPerDelivery } = await runLap(contender, amount);
	return { cpuPerDelivery, megabytes: (await pidusage(contender.n8n.pid)).memory / 1e6 };
}

/** As if the trigger had taken so many calls: n8n's list of a trigger is one value, and to deliver them would take an hour. */
function remember({ n8n }: Contender, calls: number): void {
	const data = Array.from({ length: calls * ENTRIES_OF_A_CALL }, (_, at) =>
		createHash('md5').update(String(at)).digest('base64'),
	);
	const value = JSON.stringify({ mode: 'entries', data });
	const { changes } = withDatabase(n8n, (database) =>
		database.prepare('UPDATE processed_data SET value = ?').run(value),
	);
	if (changes !== 1) throw new Error(`n8n has ${changes} lists of processed entries where it should have one.`);
}
