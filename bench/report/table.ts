import { type Engine, ENGINE_NAMES, ENGINES } from '../engines';
import { CORE_NODES, RACE_NAMES, RACES, type RaceName, WEBHOOK_CALL_NAMES, WEBHOOK_CALLS } from '../measures';
import type { OfEngine, Race, Results, StoredExecutions, WebhookCpu } from '../results';
import { boundOf, isMet, isRaceMet, shown } from './verdict';

const word = (met: boolean) => (met ? 'yes' : '**no**');
const whole = (number: number) => String(Math.round(number));
const milliseconds = (number: number | undefined) => (number === undefined ? 'not told' : number.toFixed(1));

function markdown(headings: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

function raceRow(name: RaceName, engine: Engine, race: Race): string[] {
	const bound = boundOf(name, engine);
	const { ours, peer, ratio, ratios, cpuRatio } = race;
	const spread = `${shown(Math.min(...ratios))} to ${shown(Math.max(...ratios))}`;
	return [
		RACES[name].title,
		RACES[name].peer,
		whole(ours.perSecond),
		whole(peer.perSecond),
		`**${shown(ratio)}** (${spread})`,
		`${milliseconds(ours.cpuPerDelivery)} / ${milliseconds(peer.cpuPerDelivery)}`,
		cpuRatio === undefined ? 'not told' : shown(cpuRatio),
		shown(bound),
		word(isRaceMet(name, engine, race)),
	];
}

const RACE_HEADINGS = [
	'Measure',
	'Compared with',
	'Ours, /s',
	'Peer, /s',
	'Ratio (its rounds)',
	'CPU per delivery, ours / peer, ms',
	'Ratio by CPU',
	'Bound',
	'Met?',
];

function executionsSentence({ deliveries, newCalls, ours, peer }: StoredExecutions): string {
	const met = ours === newCalls;
	return (
		`Executions stored for ${deliveries} deliveries of the mixed load, ${newCalls} of them new calls: ` +
		`**${ours}** by the trigger, ${peer} by ${CORE_NODES}. Only the new ones: ${word(met)}.`
	);
}

function ofEngine(engine: Engine, { races, executions }: OfEngine): string[] {
	const rows = RACE_NAMES.flatMap((name) => {
		const race = races[name];
		return race ? [raceRow(name, engine, race)] : [];
	});
	return [
		`### Expression engine: ${ENGINES[engine].shownAs}`,
		...(rows.length > 0 ? [markdown(RACE_HEADINGS, rows)] : []),
		...(executions ? [executionsSentence(executions)] : []),
	];
}

function ofWebhook(cpu: WebhookCpu): string[] {
	const rows = WEBHOOK_CALL_NAMES.flatMap((name) => {
		const measured = cpu[name];
		if (!measured) return [];
		const { title, bound } = WEBHOOK_CALLS[name];
		const met = isMet(bound, Number(measured.webhook.toFixed(3)));
		return [[title, measured.webhook.toFixed(3), measured.jsonParse.toFixed(3), bound.toFixed(1), word(met)]];
	});
	const headings = ['webhook() itself, median', 'ms', 'JSON.parse of the same body, ms', 'At most, ms', 'Met?'];
	return ['### webhook() by itself', markdown(headings, rows)];
}

/** All that was measured, as Markdown. */
export function tablesOf({ machine, date, engines, webhookCpu }: Results): string {
	const sections = ENGINE_NAMES.flatMap((engine) => {
		const measured = engines[engine];
		return measured ? ofEngine(engine, measured) : [];
	});
	return [
		`Measured on ${date}, on ${machine.cores} cores, Node.js ${machine.node}, n8n ${machine.n8n} with SQLite.`,
		...sections,
		...(webhookCpu ? ofWebhook(webhookCpu) : []),
	].join('\n\n');
}
