import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { BUILD, ROOT } from '../lib/paths';
import { npmCommand, say } from '../lib/steps';

export interface Counts {
	passed: number;
	failed: number;
}

/** A check that passes or fails as a whole, such as the lint. */
export interface Check {
	kind: 'check';
	script: string;
	/** Whether the stages after it make no sense when it fails. */
	isNeededByAll?: boolean;
}

/** Tests that are counted one by one. */
export interface Tests {
	kind: 'tests';
	script: string;
}

export type Stage = Check | Tests;

const results = z.object({
	numPassedTests: z.number(),
	numFailedTests: z.number(),
	numTotalTests: z.number(),
	numRuntimeErrorTestSuites: z.number(),
});

/** Runs one npm script with its output on the terminal; gives whether it ended well. */
async function runScript(script: string, args: string[]): Promise<boolean> {
	const npm = npmCommand(
		['run', '--loglevel=error', script, ...(args.length > 0 ? ['--', ...args] : [])],
		process.execPath,
	);
	return await new Promise((resolve, reject) => {
		const child = spawn(npm.command, npm.args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
		child.on('error', reject);
		child.on('close', (code) => resolve(code === 0));
	});
}

async function runCheck({ script }: Check): Promise<Counts> {
	return (await runScript(script, [])) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runTests({ script }: Tests): Promise<Counts> {
	const file = join(BUILD, `${script.replaceAll(':', '-')}.json`);
	mkdirSync(BUILD, { recursive: true });
	rmSync(file, { force: true });
	const endedWell = await runScript(script, ['--json', `--outputFile=${file}`]);
	const counts = countsOf(file);
	// Jest may also fail as a whole: no tests were found, or something was left running.
	return endedWell || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function countsOf(file: string): Counts {
	try {
		const run = results.parse(JSON.parse(readFileSync(file, 'utf8')));
		return { passed: run.numPassedTests, failed: run.numFailedTests + run.numRuntimeErrorTestSuites };
	} catch {
		return { passed: 0, failed: 0 };
	}
}

export async function runStage(stage: Stage): Promise<Counts> {
	say(`\n== ${stage.script}`);
	return stage.kind === 'check' ? await runCheck(stage) : await runTests(stage);
}
