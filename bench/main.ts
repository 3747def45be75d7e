/**
 * `npm run bench`: how fast the trigger is in a real n8n, beside what else one could use. Writes the figures into
 * docs/bench.json and the tables of docs/bench.md. Only with --quick it fails because of a figure.
 *   --all                       all measures with all engines, about an hour; else the usual ones with one, ten minutes
 *   --engine lazy,legacy        some of the expression engines: default, lazy, legacy; growth and profile are always lazy's
 *   --measure mixed,webhook     some of the measures: accepted, ignored, duplicate, mixed, history, executions, webhook,
 *                               growth, latency, one-core, profile
 *   --quick                     a moment of each kind of delivery on one engine; fails where a ratio by CPU is far too low
 *                               (`npm test -- bench`); writes nothing
 *   --packed                    what was packed last, not packed anew; webhook() by itself is what was built last
 *   --tables                    instead: writes the tables anew from the figures of docs/bench.json
 */
import { installHost, pack } from '../host';
import { runMain } from '../lib/run-main';
import { say } from '../lib/steps';
import { failBelowFloors } from './floors';
import { measure } from './measure';
import { readOptions } from './options';
import { tablesOf, writeReport } from './report';
import { readResults, resultsHere } from './results';

runMain(async () => {
	const options = readOptions();
	if (options.tables) return await writeReport(readResults());
	await installHost('2.x');
	if (!options.packed) await pack();
	const results = resultsHere(options.quick ? undefined : readResults());
	await measure(options, results, async () => {
		if (!options.quick) await writeReport(results);
	});
	say(`\n${tablesOf(results)}`);
	if (options.quick) failBelowFloors(results);
});
