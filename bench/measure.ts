import { showProgress } from '../scripts/lib/steps';
import { ENGINES } from './engines';
import { countExecutions } from './executions';
import { dropHistory, fillHistory, raceHistory } from './history';
import type { Options } from './options';
import { raceOf } from './races';
import { type Results, today, withExecutions, withRace } from './results';
import { measureWebhookCpu } from './webhook-cpu';
import { withN8n } from './with-n8n';

const RACES_ON_ONE_N8N = ['accepted', 'ignored', 'duplicate', 'mixed'] as const;

/** Measures what was chosen, and hands the results on after each part: a part that is done is not lost. */
export async function measure(
	options: Options,
	peers: string,
	before: Results,
	handOn: (results: Results) => Promise<void>,
): Promise<Results> {
	let results = before;
	const keep = async (change: (results: Results) => Results) => {
		results = { ...change(results), date: today() };
		await handOn(results);
	};
	const isChosen = (name: Options['measures'][number]) => options.measures.includes(name);

	if (isChosen('webhook')) {
		const webhookCpu = await measureWebhookCpu(options.webhookRuns);
		await keep((all) => ({ ...all, webhookCpu }));
	}

	const races = RACES_ON_ONE_N8N.filter(isChosen);
	if (races.length > 0 || isChosen('executions')) {
		for (const engine of options.engines) {
			await withN8n({ ...ENGINES[engine].env }, peers, async (n8n, credentials) => {
				for (const name of races) {
					const label = `${engine}: ${name}, ${options.rounds} rounds`;
					const race = await showProgress(label, async () => await raceOf(name, n8n, credentials, options));
					await keep((all) => withRace(all, engine, name, race));
				}
				if (!isChosen('executions')) return;
				const label = `${engine}: executions stored for ${options.counted} deliveries`;
				const work = async () => await countExecutions(n8n, credentials, options.counted);
				const stored = await showProgress(label, work);
				await keep((all) => withExecutions(all, engine, stored));
			});
		}
	}

	if (isChosen('history')) {
		const calls = options.history;
		const filled = await showProgress(`Filling a history with ${calls} calls`, async () => await fillHistory(calls));
		try {
			for (const engine of options.engines) {
				const label = `${engine}: the full history, ${options.rounds} rounds`;
				const race = await showProgress(label, async () => await raceHistory(filled, engine, options));
				await keep((all) => withRace(all, engine, 'history', race));
			}
		} finally {
			await dropHistory(filled);
		}
	}
	return results;
}
