import { join } from 'node:path';

import { NODE_24, ROOT, TSX } from '../lib/paths';
import { runStep, say } from '../lib/steps';
import { type Course, deploy, onCourse } from './contenders';
import { mixture, onlyNew } from './feeds';
import { runLap } from './load';
import { measureGrowth } from './growth';
import { measureLatency, measureOnOneCore } from './latency';
import { type Engine, ENGINES, GROWTHS, namesOf, RACE_NAMES, type RaceName, RACES } from './measures';
import type { Options } from './options';
import { profile } from './profile';
import { race } from './race';
import { type Race, type Results, type StoredExecutions, webhookAlone } from './results';

/** The calls in a full history. */
const HISTORY = 1_000;
/** Of all engines this fills a history in the least time; executions would make a large database of a small one. */
const FILLING = { ...ENGINES.legacy.env, EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none' };
/** Calls that come at the same time are recorded together, which makes it shorter. */
const FILLING_CONNECTIONS = 64;
/** The deliveries whose executions are counted. */
const COUNTED = 1_000;
/** Until then the mixture has no earlier call to repeat. */
const BEFORE_COUNTING = 40;

/** Measures what was chosen. `save` is called after each part: a part that is done is not lost. */
export async function measure(options: Options, results: Results, save: () => Promise<void>): Promise<void> {
	const { engines, measures, seconds } = options;
	const done = async (part: string, outcome = 'measured') => {
		results.measuredOn[part] = new Date().toISOString().slice(0, 10);
		say(`${part}: ${outcome}`);
		await save();
	};
	const ofEngine = (engine: Engine) => (results.engines[engine] ??= { races: {} });
	const raceDone = async (engine: Engine, name: RaceName, measured: Race) => {
		ofEngine(engine).races[name] = measured;
		const { ratio, cpuRatio } = measured;
		const part = `${RACES[name].title.toLowerCase()}, ${engine} engine`;
		await done(part, `${ratio.toFixed(2)}, by CPU ${cpuRatio.toFixed(2)}`);
	};

	if (measures.has('webhook')) {
		results.webhookAlone = await measureWebhook();
		await done('webhook() by itself');
	}

	if (measures.has('growth')) {
		for (const name of namesOf(GROWTHS)) {
			(results.growths ??= {})[name] = await measureGrowth(name, seconds);
			await done(`growth: ${name}`);
		}
	}

	if (measures.has('profile')) {
		results.profiles = await profile(seconds);
		await done('profile');
	}

	if (measures.has('latency')) {
		for (const engine of engines) {
			ofEngine(engine).latencies = await measureLatency(ENGINES[engine].env);
			await done(`how long an answer takes, ${engine} engine`);
		}
	}

	// That with a full history has an n8n of its own.
	const races = RACE_NAMES.filter((name) => name !== 'history' && measures.has(name));
	const withFreshWorkflows = races.length > 0 || measures.has('executions') ? engines : [];
	for (const engine of withFreshWorkflows) {
		await onCourse(ENGINES[engine].env, async (course) => {
			for (const name of races) {
				const { peer, feed } = RACES[name];
				const ours = await deploy(course, 'ours', feed());
				const theirs = await deploy(course, peer, feed());
				await raceDone(engine, name, await race({ ours: async () => ours, peer: async () => theirs }, seconds));
			}
			if (!measures.has('executions')) return;
			ofEngine(engine).executions = await countExecutions(course);
			await done(`stored executions, ${engine} engine`);
		});
	}

	if (measures.has('history')) {
		await raceWithFullHistory(options, async (engine, measured) => await raceDone(engine, 'history', measured));
	}

	// Last, for not every machine can hold a program to one core.
	if (measures.has('one-core')) {
		for (const engine of engines) {
			ofEngine(engine).onOneCore = await measureOnOneCore(ENGINES[engine].env);
			await done(`how long an answer takes on one core, ${engine} engine`);
		}
	}
}

/** On an n8n of its own, which is started anew with each engine. */
async function raceWithFullHistory(
	{ engines, seconds }: Options,
	done: (engine: Engine, measured: Race) => Promise<void>,
): Promise<void> {
	await onCourse({}, async (course) => {
		const { n8n } = course;
		const bootWith = async (env: Record<string, string>) => {
			await n8n.stopAndKeep();
			await n8n.bootAgain(env);
		};
		say(`Filling a history with ${HISTORY} calls`);
		await bootWith(FILLING);
		const full = await deploy(course, 'ours', onlyNew());
		await runLap(full, HISTORY, FILLING_CONNECTIONS);
		for (const engine of engines) {
			await bootWith(ENGINES[engine].env);
			await n8n.workflows.registered(full.workflowId);
			const empty = async () => await deploy(course, 'ours', onlyNew());
			await done(engine, await race({ ours: async () => full, peer: empty }, seconds));
		}
	});
}

/** How long webhook() takes by itself, measured in a process that does nothing else. */
async function measureWebhook() {
	const program = join(__dirname, 'webhook-alone.ts');
	// Not `silent`: n8n then makes the stack of a line all the same, for nobody.
	const env = { ...process.env, N8N_LOG_LEVEL: 'error', NODE_NO_WARNINGS: '1' };
	const printed = await runStep('webhook() by itself', NODE_24, [TSX, program], { cwd: ROOT, env });
	return webhookAlone.parse(JSON.parse(printed));
}

/** How many executions n8n stores for deliveries of the mixed load. */
async function countExecutions(course: Course): Promise<StoredExecutions> {
	const storedFor = async (name: 'ours' | 'core') => {
		const contender = await deploy(course, name, mixture());
		const stored = async () => (await course.n8n.executions.settled(contender.workflowId)).length;
		await runLap(contender, BEFORE_COUNTING);
		const before = await stored();
		const { newCalls } = await runLap(contender, COUNTED);
		return { newCalls, stored: (await stored()) - before };
	};
	const ours = await storedFor('ours');
	const peer = await storedFor('core');
	return { deliveries: COUNTED, newCalls: ours.newCalls, ours: ours.stored, peer: peer.stored };
}
