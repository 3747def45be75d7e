/**
 * `npm run bench`: how fast the trigger is in a real n8n, beside what else one could use. It measures and tells; nothing
 * here fails because of a figure. Writes docs/bench.md and docs/bench.svg.
 *   --engine lazy,legacy        some of the expression engines: default, lazy, legacy
 *   --measure mixed,webhook     some of the measures: accepted, ignored, duplicate, mixed, history, executions, webhook
 *   --rounds 5, --seconds 3     how often, and for how long each time
 *   --quick                     a moment of everything on one engine, to see that it runs; writes nothing
 *   --profile                   instead: where n8n's time goes while it takes deliveries; writes nothing
 */
import { installHost } from '../scripts/install-host';
import { runMain } from '../scripts/lib/run-main';
import { say } from '../scripts/lib/steps';
import { pack } from '../scripts/pack';
import { measure } from './measure';
import { type Options, readOptions } from './options';
import { packPeers } from './pack-peers';
import { profile } from './profile';
import { tablesOf } from './report/table';
import { FIGURES, writeReport } from './report/write';
import { newResults, readResults } from './results';

/** What was measured before stays, where only a part is measured anew. */
function resultsSoFar({ quick }: Options) {
	return (quick ? undefined : readResults(FIGURES)) ?? newResults();
}

runMain(async () => {
	const options = readOptions();
	await installHost('2.x');
	await pack();
	const peers = await packPeers();
	if (options.profile) {
		for (const engine of options.engines) say(`\n${await profile(engine, peers, options)}`);
		return;
	}
	const write = async (results: Parameters<typeof writeReport>[0]) => {
		if (!options.quick) await writeReport(results);
	};
	const results = await measure(options, peers, resultsSoFar(options), write);
	say(`\n${tablesOf(results)}`);
});
