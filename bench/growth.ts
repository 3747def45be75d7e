import { createHash } from 'node:crypto';
import pidusage from 'pidusage';

import { withDatabase } from '../host/database';
import { type Contender, type Course, deploy, onCourse } from './contenders';
import { onlyLong, onlyNew } from './feeds';
import { amountFor, runLap, warmUp } from './load';
import { CHEAP, type ContenderName, ENGINES, type GrowthName, GROWTHS } from './measures';
import type { Growth, Load } from './results';

const ENV = ENGINES[CHEAP].env;
/** Enough of a lap where one delivery takes a second. */
const AT_LEAST = 16;
/** Each call is in n8n's list so often. */
const ENTRIES_OF_A_CALL = 2;

/** Whoever grows by what is sent or deployed: this package, and a peer that grows alike. */
const DEPLOY_AT = {
	triggers: async (course: Course, name: ContenderName, amount: number) => {
		const many = await deploy(course, name, onlyNew());
		while (many.urls.length < amount) many.urls.push(...(await deploy(course, name, onlyNew())).urls);
		return many;
	},
	bytes: async (course: Course, name: ContenderName, bytes: number) => await deploy(course, name, onlyLong(bytes)),
};

/** What a delivery costs step by step as more is asked of it, and how much memory n8n's process has then. */
export async function measureGrowth(name: GrowthName, seconds: number): Promise<Growth> {
	if (name === 'history') return await onCourse(ENV, async (course) => await growHistory(course, seconds));
	const deployAt = DEPLOY_AT[name];
	// In an n8n of its own each: what one has left in memory is none of the next one's.
	const loadAt = async (step: number, contender: ContenderName) =>
		await onCourse(ENV, async (course) => await loadOf(await deployAt(course, contender, step), seconds));
	const growth: Growth = [];
	for (const step of GROWTHS[name].steps) {
		growth.push({ step, ours: await loadAt(step, 'ours'), peer: await loadAt(step, 'accept') });
	}
	return growth;
}

async function growHistory(course: Course, seconds: number): Promise<Growth> {
	const { n8n } = course;
	const { steps } = GROWTHS.history;
	const contender = await deploy(course, 'ours', onlyNew(), { options: { dedupeHistory: Math.max(...steps) } });
	await runLap(contender, 1);
	const growth: Growth = [];
	for (const step of steps) {
		await n8n.stopAndKeep();
		remember(contender, step);
		await n8n.bootAgain();
		await n8n.workflows.registered(contender.workflowId);
		growth.push({ step, ours: await loadOf(contender, seconds) });
	}
	return growth;
}

async function loadOf(contender: Contender, seconds: number): Promise<Load> {
	const amount = Math.max(AT_LEAST, amountFor(await warmUp(contender), seconds));
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
