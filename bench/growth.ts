import { createHash } from 'node:crypto';
import pidusage from 'pidusage';

import { withDatabase } from '../host/database';
import { type Contender, type Course, deployMany, deployOurs, deployPeer, openCourse } from './contenders';
import { onlyLong, onlyNew } from './feeds';
import { amountFor, runLap, warmUp } from './load';
import { ENGINES, GROWING, type GrowthName, GROWTHS } from './measures';
import type { Length } from './options';
import type { Growth, Load } from './results';

const ENV = ENGINES[GROWING].env;
/** Enough of a lap where one delivery takes a second. */
const AT_LEAST = 16;
/** Each call is in n8n's list so often. */
const ENTRIES_OF_A_CALL = 3;

type DeployAt = (course: Course, step: number) => Promise<Contender>;

const deployTriggers =
	(deployOne: (course: Course) => Promise<Contender>): DeployAt =>
	async (course, step) =>
		await deployMany(step, async () => await deployOne(course));

/** Whoever grows by what is sent or deployed, beside a peer that grows alike. */
const BOTH: Record<'triggers' | 'bytes', { ours: DeployAt; peer: DeployAt }> = {
	triggers: {
		ours: deployTriggers(async (course) => await deployOurs(course, onlyNew())),
		peer: deployTriggers(async (course) => await deployPeer(course, 'accept', onlyNew())),
	},
	bytes: {
		ours: async (course, bytes) => await deployOurs(course, onlyLong(bytes)),
		peer: async (course, bytes) => await deployPeer(course, 'accept', onlyLong(bytes)),
	},
};

/** What a delivery costs step by step as more is asked of it, and how much memory n8n's process has then. */
export async function measureGrowth(name: GrowthName, length: Length): Promise<Growth> {
	if (name === 'history') return await growHistory(length);
	const { ours, peer } = BOTH[name];
	const loads = { ours: await growFresh(name, ours, length), peer: await growFresh(name, peer, length) };
	return GROWTHS[name].steps.flatMap((step, at) => {
		const ofOurs = loads.ours[at];
		return ofOurs ? [{ step, ours: ofOurs, peer: loads.peer[at] }] : [];
	});
}

/** Each step in an n8n of its own: what a step has left in memory is none of the next one's. */
async function growFresh(name: GrowthName, deployAt: DeployAt, length: Length): Promise<Load[]> {
	const loads: Load[] = [];
	for (const step of GROWTHS[name].steps) {
		const course = await openCourse(ENV);
		try {
			loads.push(await loadOf(await deployAt(course, step), length));
		} finally {
			await course.n8n.stop();
		}
	}
	return loads;
}

async function growHistory(length: Length): Promise<Growth> {
	const course = await openCourse(ENV);
	const { n8n } = course;
	try {
		const { steps } = GROWTHS.history;
		const options = { dedupeHistory: Math.max(...steps) };
		const contender = await deployOurs(course, onlyNew(), { options });
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
	} finally {
		await n8n.stop();
	}
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
