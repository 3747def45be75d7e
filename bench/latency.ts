import { setTimeout as sleep } from 'node:timers/promises';
import { max, median, quantile } from 'simple-statistics';

import { deliver } from '../host';
import { runStep } from '../lib/steps';
import { type Contender, deploy, onCourse } from './contenders';
import { onlyNew } from './feeds';
import { idle, warmUp } from './load';
import { type ContenderName, PACES, STARTS } from './measures';
import type { Latencies, Pace } from './results';

/** Many times what providers have: how late an answer is matters, not only that it is too late. */
const PATIENCE_IN_MILLISECONDS = 900_000;

/** What n8n says where it has more to do than it can. Anything else that is no acceptance is a fault of the trigger. */
const OVERLOADED = /Database is not ready|There was a problem executing the workflow/;

/** One new call; gives the milliseconds until it was accepted, undefined where n8n refused it. */
async function answerTime({ urls, headers, feed, answerTo }: Contender): Promise<number | undefined> {
	const { call, expected } = feed.next();
	const { status, text, ms } = await deliver(urls[0], { json: call, headers, timeoutMs: PATIENCE_IN_MILLISECONDS });
	if (status >= 500 && OVERLOADED.test(text)) return undefined;
	const wanted = answerTo(expected);
	if (status !== 200 || !text.includes(wanted)) throw new Error(`${status} ${text.slice(0, 300)}, not ${wanted}`);
	return ms;
}

async function acceptanceTime(contender: Contender): Promise<number> {
	const ms = await answerTime(contender);
	if (ms === undefined) throw new Error('n8n refused a call that came by itself.');
	return ms;
}

/** Calls come whether or not those before them are answered: whoever falls behind makes them wait. */
async function atPace(contender: Contender, { perSecond, seconds }: (typeof PACES)[number]): Promise<Pace> {
	await idle(contender);
	const start = performance.now();
	const answers: Array<ReturnType<typeof answerTime>> = [];
	for (let sent = 0; sent < perSecond * seconds; sent++) {
		await sleep(Math.max(0, start + (sent * 1000) / perSecond - performance.now()));
		const answer = answerTime(contender);
		// Whatever fails is thrown below, when all are there.
		answer.catch(() => undefined);
		answers.push(answer);
	}
	const all = await Promise.all(answers);
	const times = all.filter((ms) => ms !== undefined);
	if (times.length === 0) throw new Error(`n8n refused all calls at ${perSecond} a second.`);
	const refused = all.length - times.length;
	return { perSecond, median: median(times), p99: quantile(times, 0.99), longest: max(times), refused };
}

/** How long a provider waits for its answer, ours and that of n8n's own nodes, with new calls only. */
export async function measureLatency(env: Record<string, string>): Promise<Latencies> {
	// In an n8n of its own each: what one has left undone is none of the other's.
	const alone = async (name: ContenderName) =>
		await onCourse(env, async (course) => await latencyOf(await deploy(course, name, onlyNew())));
	return { ours: await alone('ours'), peer: await alone('core') };
}

/** The same of ours, with n8n held to one core, as on the smallest machine that one can rent; what sends the calls is not. */
export async function measureOnOneCore(env: Record<string, string>): Promise<Pace[]> {
	return await onCourse(env, async (course) => {
		const toTheFirst = ['--all-tasks', '--cpu-list', '--pid', '0', String(course.n8n.pid)];
		await runStep('Holding n8n to one core', 'taskset', toTheFirst);
		return await atAllPaces(await deploy(course, 'ours', onlyNew()));
	});
}

async function atAllPaces(contender: Contender): Promise<Pace[]> {
	await warmUp(contender);
	const paces: Pace[] = [];
	for (const pace of PACES) paces.push(await atPace(contender, pace));
	return paces;
}

async function latencyOf(contender: Contender): Promise<Latencies['ours']> {
	const paces = await atAllPaces(contender);
	const { n8n, workflowId } = contender;
	const first: number[] = [];
	const second: number[] = [];
	for (let start = 0; start < STARTS; start++) {
		await n8n.stopAndKeep();
		await n8n.bootAgain();
		await n8n.workflows.registered(workflowId);
		first.push(await acceptanceTime(contender));
		second.push(await acceptanceTime(contender));
	}
	return { paces, first: median(first), second: median(second) };
}
