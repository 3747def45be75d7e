/**
 * `npm test`: everything that needs nothing but Node.js, stage by stage; each is an npm script of its own.
 * `npm run test:more`: what also needs a browser, servers or another n8n.
 * The last line counts the tests, and each stage that is no test (lint, types, scan ...) as one.
 */
import { runMain } from './lib/run-main';
import { say } from './lib/steps';
import { type Counts, runStage, type Stage } from './test/run-stage';

const STAGES: Stage[] = [
	{ kind: 'check', script: 'build', isNeededByAll: true },
	{ kind: 'check', script: 'format' },
	{ kind: 'check', script: 'lint' },
	{ kind: 'check', script: 'types' },
	{ kind: 'tests', script: 'test:unit' },
	{ kind: 'tests', script: 'test:context' },
	{ kind: 'tests', script: 'test:zod' },
	{ kind: 'check', script: 'pack', isNeededByAll: true },
	{ kind: 'tests', script: 'test:package' },
	{ kind: 'check', script: 'scan' },
	{ kind: 'check', script: 'install:host', isNeededByAll: true },
	{ kind: 'tests', script: 'test:n8n' },
];

const MORE_STAGES: Stage[] = [
	{ kind: 'tests', script: 'test:guarantees' },
	{ kind: 'tests', script: 'test:hostile' },
	{ kind: 'tests', script: 'test:soak' },
	{ kind: 'tests', script: 'test:examples' },
	{ kind: 'tests', script: 'test:browser' },
	{ kind: 'tests', script: 'test:queue' },
	{ kind: 'check', script: 'install:host:1.x', isNeededByAll: true },
	{ kind: 'tests', script: 'test:n8n:1.x' },
	{ kind: 'tests', script: 'test:queue:1.x' },
];

async function runAll(stages: Stage[]): Promise<Counts> {
	const total: Counts = { passed: 0, failed: 0 };
	const failedStages: string[] = [];
	for (const [position, stage] of stages.entries()) {
		const { passed, failed } = await runStage(stage);
		total.passed += passed;
		total.failed += failed;
		if (failed > 0) failedStages.push(stage.script);
		if (failed > 0 && stage.kind === 'check' && stage.isNeededByAll) {
			const left = stages.slice(position + 1).map(({ script }) => script);
			say(`\nNot run, for they need ${stage.script}: ${left.join(', ')}`);
			total.failed += left.length;
			break;
		}
	}
	if (failedStages.length > 0) say(`\nFailed: ${failedStages.join(', ')}`);
	return total;
}

runMain(async () => {
	const { passed, failed } = await runAll(process.argv.includes('more') ? MORE_STAGES : STAGES);
	if (failed > 0) process.exitCode = 1;
	say(`\n${passed} passed, ${failed} failed`);
});
