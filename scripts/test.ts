/**
 * `npm test`                     everything that needs nothing but Node.js, stage by stage
 * `npm test -- check`            what needs no n8n and no build: after every change (`npm run check`)
 * `npm test -- more`             everything else: longer runs, and what needs a browser, servers or another n8n
 * `npm test -- unit context`     stages by their names, after what they need
 * `npm test -- n8n -t duplicate` what follows the first option goes to jest
 * In the end: the minutes of each stage, the slowest files of tests, what came near its time limit, and each test that failed
 * once more, for a long run is read from its end. The last line counts the tests, and each stage that is no test
 * (lint, types, scan ...) as one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

import { type HostVersion, installHost, packedTarball } from '../host';
import { FILE_IN_ENVIRONMENT } from '../lib/near-limit';
import { BUILD, ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';
import { npmCommand, say, StepError } from '../lib/steps';

const NEAR_LIMITS = join(BUILD, 'near-limits.txt');
const SLOWEST_FILES_SHOWN = 8;
const LINES_SHOWN_OF_FAILURE = 8;
/** Files of tests at once, where a stage runs by itself: of two cores jest would use one. */
const AT_ONCE = 2;
/** Stages beside each other, with a file of tests each: a third made webhooks wait for 20 seconds on two cores. */
const STAGES_AT_ONCE = 2;
/** A stage of tests that takes longer is never going to end: what came after it would not be run, nor its name be told. */
const STAGE_ENDS_WITHIN_MINUTES = Number(process.env.STAGE_MINUTES ?? 30);

/** Set where a job before has packed: what is published is then what all others test, to the byte. */
const PACKED_BEFORE = process.env.PACKED_BEFORE === 'true';

interface Counts {
	passed: number;
	failed: number;
	/** How long each of its files took. */
	files?: Array<{ file: string; ms: number }>;
	failures?: Failure[];
}

interface Failure {
	test: string;
	message: string;
}

interface Stage {
	/** Stages that go before; where one of them fails this one is not run. */
	needs?: string[];
	/** Where it may run beside another stage; two of queue mode never do, for each starts five processes of n8n. */
	beside?: 'any' | 'no other of queue mode';
	/** `atOnce`: files of tests. */
	run: (jestOptions: string[], atOnce: number) => Promise<Counts>;
}

const inMinutes = (ms: number) => (ms / 60_000).toFixed(1);

const isInstall = (stage: string) => stage.startsWith('install-');

const asCheck = (isRight: boolean): Counts => ({ passed: isRight ? 1 : 0, failed: isRight ? 0 : 1 });

interface Outcome {
	endedWell: boolean;
	/** All that it said, where that is not on the terminal. */
	output: string;
}

/** Runs a command to its end, for so long at most, with its output on the terminal unless that `isKept`. */
async function run(command: string, args: string[], { isKept = false, timeout = 0 } = {}): Promise<Outcome> {
	return await new Promise((resolve, reject) => {
		const out = isKept ? 'pipe' : 'inherit';
		const killSignal = 'SIGKILL';
		const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', out, out], timeout, killSignal });
		const said: Buffer[] = [];
		for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk));
		child.on('error', reject);
		child.on('close', (code) => resolve({ endedWell: code === 0, output: Buffer.concat(said).toString().trim() }));
	});
}

/** An npm script that passes or fails as a whole; what it says comes in one piece, for another may run beside it. */
const check = (script: string, needs?: string[], ...options: string[]): Stage => ({
	needs,
	beside: 'any',
	run: async () => {
		const npm = npmCommand(['run', '--loglevel=error', script, '--', ...options], process.execPath);
		const { endedWell, output } = await run(npm.command, npm.args, { isKept: true });
		say(`\n-- ${script}\n${output}`);
		return endedWell ? asCheck(true) : { ...asCheck(false), failures: [{ test: script, message: output }] };
	},
});

const n8n = (version: HostVersion): Stage => ({
	run: async () => {
		await installHost(version);
		return asCheck(true);
	},
});

const jestResults = z.object({
	numPassedTests: z.number(),
	numFailedTests: z.number(),
	numRuntimeErrorTestSuites: z.number(),
	testResults: z.array(
		z.object({
			name: z.string(),
			startTime: z.number(),
			endTime: z.number(),
			/** Of the file as a whole, as where it cannot be loaded. */
			message: z.string(),
			assertionResults: z.array(
				z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
			),
		}),
	),
});

function failuresIn({ testResults }: z.infer<typeof jestResults>): Failure[] {
	return testResults.flatMap(({ name, message, assertionResults }) => {
		const file = relative(ROOT, name);
		if (assertionResults.length === 0) return message ? [{ test: file, message }] : [];
		return assertionResults
			.filter(({ status }) => status === 'failed')
			.map(({ fullName, failureMessages }) => ({
				test: `${file}: ${fullName}`,
				message: failureMessages.join('\n'),
			}));
	});
}

function countsIn(file: string): Counts {
	try {
		const results = jestResults.parse(JSON.parse(readFileSync(file, 'utf8')));
		return {
			passed: results.numPassedTests,
			failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
			files: results.testResults.map(({ name, startTime, endTime }) => ({
				file: relative(ROOT, name),
				ms: endTime - startTime,
			})),
			failures: failuresIn(results),
		};
	} catch {
		return { passed: 0, failed: 0 };
	}
}

/** The files of the nodes that make or use a schema. */
const filesWithSchemas = () =>
	readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
		.map((name) => join(ROOT, 'nodes', name))
		.filter((file) => file.endsWith('.ts') && readFileSync(file, 'utf8').includes("from 'zod/v4'"));

/** A project of jest.config.js, with its tests counted one by one; of `of`, those that import one of these files, by whatever way. */
const tests = (project: string, needs: string[] = [], of: () => string[] = () => []): Stage => ({
	needs,
	run: async (jestOptions, atOnce) => {
		const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
		const file = join(BUILD, `${project}.json`);
		mkdirSync(BUILD, { recursive: true });
		rmSync(file, { force: true });
		const options = [
			'--selectProjects',
			project,
			'--json',
			`--outputFile=${file}`,
			`--maxWorkers=${atOnce}`,
			...jestOptions,
		];
		const files = of();
		if (files.length > 0) options.push('--findRelatedTests', ...files);
		const start = performance.now();
		const limit = STAGE_ENDS_WITHIN_MINUTES * 60_000;
		const { endedWell } = await run(process.execPath, [jest, ...options], { timeout: limit });
		const counts = countsIn(file);
		// Jest may also fail as a whole, as where no tests were found.
		if (endedWell || counts.failed > 0) return counts;
		const message = performance.now() - start < limit ? 'jest failed' : `not over after ${inMinutes(limit)} minutes`;
		return { ...counts, failed: 1, failures: [{ test: project, message }] };
	},
});

const packedBefore: Stage = { run: async () => asCheck(existsSync(packedTarball())) };

const N8N = ['pack', 'install-2.x'];
const N8N_1 = ['pack', 'install-1.x'];

/** A project whose tests wait for a real n8n half of the time, so that another may run beside it. */
const inN8n = (project: string, needs = N8N): Stage => ({ ...tests(project, needs), beside: 'any' });
const inQueueMode = (project: string, needs = N8N): Stage => ({
	...tests(project, needs),
	beside: 'no other of queue mode',
});

const STAGES: Record<string, Stage> = {
	types: check('types'),
	lint: check('lint'),
	format: check('format'),
	unit: tests('unit'),
	context: tests('context'),
	zod: tests('zod', [], filesWithSchemas),
	// Not before `unit`, which looks whether files that it makes are as they were committed.
	pack: PACKED_BEFORE ? packedBefore : check('pack'),
	package: { ...tests('package', ['pack']), beside: 'any' },
	scan: check('scan', ['pack']),
	'install-2.x': n8n('2.x'),
	n8n: tests('n8n', N8N),
	// The longest first: it is the last ones beside each other that leave a core idle.
	queue: inQueueMode('queue'),
	guarantees: inN8n('guarantees'),
	'catch-up': inN8n('catch-up'),
	browser: inN8n('browser'),
	'install-1.x': n8n('1.x'),
	'n8n-1.x': inN8n('n8n-1.x', N8N_1),
	hostile: inN8n('hostile'),
	soak: inN8n('soak'),
	examples: inN8n('examples'),
	'catch-up-1.x': inN8n('catch-up-1.x', N8N_1),
	'queue-1.x': inQueueMode('queue-1.x', N8N_1),
	'guarantees-1.x': inN8n('guarantees-1.x', N8N_1),
	// Its ratios are of CPU, and its floors far enough below for other suites beside it.
	bench: check('bench', N8N, '--quick', '--packed'),
	packages: inN8n('packages'),
};

const NAMES = Object.keys(STAGES);
const AFTER_N8N = NAMES.indexOf('n8n') + 1;
const BY_DEFAULT = NAMES.slice(0, AFTER_N8N);
/** `bench` measures, and what it measures moves seldom: where there is a machine of its own. */
const MORE = NAMES.slice(AFTER_N8N).filter((name) => process.env.IN_FULL === 'true' || name !== 'bench');
const GROUPS: Record<string, string[]> = { check: ['types', 'lint', 'format', 'unit', 'context'], more: MORE };

const besideOf = (name: string) => STAGES[name]?.beside;

/** Where the time went, and what would fail on a machine that is busier. */
function sayHowLong(done: Map<string, Counts>, took: Map<string, number>, all: number): void {
	const stages = [...took].map(([name, ms]) => `${name} ${inMinutes(ms)}`);
	say(`\nMinutes: ${stages.join(', ')}; all ${inMinutes(all)}`);
	const files = [...done].flatMap(([stage, { files: ofStage = [] }]) => ofStage.map((each) => ({ ...each, stage })));
	const slowest = files.sort((one, other) => other.ms - one.ms).slice(0, SLOWEST_FILES_SHOWN);
	if (slowest.length > 0) say('\nThe slowest files, in minutes:');
	for (const { stage, file, ms } of slowest) say(`  ${inMinutes(ms)} ${stage}: ${file}`);
	if (existsSync(NEAR_LIMITS)) {
		say('\nNear its time limit:');
		for (const line of readFileSync(NEAR_LIMITS, 'utf8').trimEnd().split('\n')) say(`  ${line}`);
	}
}

function sayWhatFailed(done: Map<string, Counts>): void {
	const stages = [...done].filter(([, { failed }]) => failed > 0);
	if (stages.length === 0) return;
	say(`\nFailed: ${stages.map(([name]) => name).join(', ')}`);
	for (const [stage, { failures = [] }] of stages) {
		for (const { test, message } of failures) {
			const lines = stripVTControlCharacters(message)
				.split('\n')
				.filter((line) => line.trim() !== '' && !line.includes('node_modules'));
			say(`  ${stage}: ${test}`);
			for (const line of lines.slice(0, LINES_SHOWN_OF_FAILURE)) say(`    ${line}`);
		}
	}
}

/** Runs stages, each once and after what it needs. */
class Stages {
	private readonly done = new Map<string, Counts>();
	private readonly took = new Map<string, number>();
	private readonly begun = new Map<string, Promise<boolean>>();

	constructor(private readonly jestOptions: string[]) {}

	async run(names: string[]): Promise<Pick<Counts, 'passed' | 'failed'>> {
		const unknown = names.find((name) => !(name in STAGES));
		if (unknown !== undefined)
			throw new StepError(
				`There is no stage "${unknown}". There are: ${[...Object.keys(GROUPS), ...NAMES].join(', ')}.`,
			);
		rmSync(NEAR_LIMITS, { force: true });
		process.env[FILE_IN_ENVIRONMENT] = NEAR_LIMITS;
		const start = performance.now();
		// To install n8n is to wait for the registry most of the time: what needs no n8n, or the other one, goes on meanwhile.
		const installs = names.flatMap((name) => [name, ...(STAGES[name]?.needs ?? [])]).filter(isInstall);
		for (const name of installs) void this.runOnce(name);
		let beside: string[] = [];
		for (const name of names.filter((each) => !isInstall(each))) {
			if (besideOf(name) !== undefined) {
				beside.push(name);
				continue;
			}
			await this.runBeside(beside);
			beside = [];
			await this.runOnce(name);
		}
		await this.runBeside(beside);
		for (const name of installs) await this.runOnce(name);
		sayHowLong(this.done, this.took, performance.now() - start);
		sayWhatFailed(this.done);
		const sum = (of: 'passed' | 'failed') => [...this.done.values()].reduce((total, counts) => total + counts[of], 0);
		return { passed: sum('passed'), failed: sum('failed') };
	}

	/**
	 * Several stages at once with a file of tests each, or one with several: a stage of one file would leave half of the machine
	 * idle, as would the last file of each other.
	 */
	private async runBeside(names: string[]): Promise<void> {
		const lanes = Math.min(STAGES_AT_ONCE, names.length);
		const atOnce = lanes > 1 ? 1 : AT_ONCE;
		const waiting = [...names];
		const running = new Set<string>();
		const runNext = async (): Promise<void> => {
			const hasQueue = [...running].some((name) => besideOf(name) !== 'any');
			const next = waiting.find((name) => besideOf(name) === 'any' || !hasQueue);
			if (next === undefined) return;
			waiting.splice(waiting.indexOf(next), 1);
			running.add(next);
			await this.runOnce(next, atOnce);
			running.delete(next);
			await runNext();
		};
		await Promise.all(Array.from({ length: lanes }, runNext));
	}

	/** Gives whether all is well with it. */
	private async runOnce(name: string, atOnce = AT_ONCE): Promise<boolean> {
		const begun = this.begun.get(name) ?? this.runWithNeeds(name, atOnce);
		this.begun.set(name, begun);
		return await begun;
	}

	private async runWithNeeds(name: string, atOnce: number): Promise<boolean> {
		const stage = STAGES[name];
		if (!stage) throw new Error(`A stage needs "${name}", which is none.`);
		for (const need of stage.needs ?? []) {
			if (await this.runOnce(need, atOnce)) continue;
			say(`\n== ${name}: not run, for it needs ${need}`);
			this.done.set(name, asCheck(false));
			return false;
		}
		say(`\n== ${name}`);
		const start = performance.now();
		const counts = await stage.run(this.jestOptions, atOnce).catch((error: unknown) => {
			say(error instanceof Error ? error.message : String(error));
			return asCheck(false);
		});
		this.done.set(name, counts);
		this.took.set(name, performance.now() - start);
		return counts.failed === 0;
	}
}

runMain(async () => {
	const args = process.argv.slice(2);
	const firstOption = args.findIndex((arg) => arg.startsWith('-'));
	const named = firstOption < 0 ? args : args.slice(0, firstOption);
	const stages = named.flatMap((name) => GROUPS[name] ?? name);
	const jestOptions = firstOption < 0 ? [] : args.slice(firstOption);
	const { passed, failed } = await new Stages(jestOptions).run(stages.length > 0 ? stages : BY_DEFAULT);
	if (failed > 0) process.exitCode = 1;
	say(`\n${passed} passed, ${failed} failed`);
});
