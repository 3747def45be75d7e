import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { max, min, sum } from 'simple-statistics';

import { withGeneratedBlock } from '../lib/generated-block';
import { ROOT } from '../lib/paths';
import {
	CHEAP,
	CONTENDERS,
	type Engine,
	ENGINE_NAMES,
	ENGINES,
	GROWTHS,
	namesOf,
	PARTS,
	PROFILED,
	RACE_NAMES,
	type RaceName,
	RACES,
	STARTS,
	WEBHOOK_BOUND,
	WEBHOOK_CALLS,
} from './measures';
import {
	FIGURES,
	type Latencies,
	type Load,
	type OfEngine,
	type Pace,
	type Profiled,
	type Race,
	type Results,
	type StoredExecutions,
} from './results';

const PAGE = join(ROOT, 'docs', 'bench.md');

const RACE_HEADINGS =
	'Measure | Compared with | Ours, /s | CPU each, ms | Peer, /s | CPU each, ms | Ratio (its rounds) | Ratio by CPU | Bound | Met?';
const TIMES = 'accepted ones: median, ms | 99 % | Longest | Refused';
const GROWTH_HEADINGS = 'CPU each, ms | Process, MB | Peer: CPU each, ms | Process, MB';
const WEBHOOK_HEADINGS = 'webhook() itself, median | ms | JSON.parse of the same body, ms | Ratio | At most | Met?';

const word = (met: boolean) => (met ? 'yes' : '**no**');
const shown = (ratio: number) => ratio.toFixed(2);

function markdown(headings: string, rows: string[]): string {
	return [headings, headings.replaceAll(/[^|]+/g, '---'), ...rows].map((row) => `| ${row} |`).join('\n');
}

/** Those that were measured, with their figures. */
function measuredOf<Name extends string, Figures>(
	names: readonly Name[],
	figures: { [Each in Name]?: Figures },
): Array<[Name, Figures]> {
	return names.flatMap((name) => {
		const found = figures[name];
		return found ? [[name, found]] : [];
	});
}

function raceRow(name: RaceName, engine: Engine, { ours, peer, ratio, ratios, cpuRatio }: Race): string {
	const { title, peer: against, bound } = RACES[name];
	const side = ({ perSecond, cpuPerDelivery }: Race['ours']) =>
		`${perSecond.toFixed(0)} | ${cpuPerDelivery.toFixed(1)}`;
	const rounds = `${shown(min(ratios))} to ${shown(max(ratios))}`;
	// Judged as it is shown, by CPU: that depends less on what else the machine does.
	const met = word(Number(shown(cpuRatio)) >= bound[engine]);
	return [
		`${title} | ${CONTENDERS[against]} | ${side(ours)} | ${side(peer)}`,
		`${shown(ratio)} (${rounds}) | **${shown(cpuRatio)}** | ${shown(bound[engine])} | ${met}`,
	].join(' | ');
}

function executionsSentence({ deliveries, newCalls, ours, peer }: StoredExecutions): string {
	return (
		`Executions stored for ${deliveries} deliveries of the mixed load, ${newCalls} of them new calls: ` +
		`**${ours}** by the trigger, ${peer} by ${CONTENDERS.core}. Only the new ones: ${word(ours === newCalls)}.`
	);
}

const timesOf = ({ median, p99, longest, refused }: Pace) =>
	[median, p99, longest, refused]
		.map((figure) => figure.toLocaleString('en-US', { maximumFractionDigits: 0 }))
		.join(' | ');

/** At each pace how long ours took, and the peer beside it where there is one. */
function paceTable(headings: string, ours: Pace[], peer: Pace[] = []): string {
	const rows = ours.map((pace, at) => {
		const beside = peer[at];
		return [pace.perSecond, timesOf(pace), ...(beside ? [timesOf(beside)] : [])].join(' | ');
	});
	return markdown(headings, rows);
}

function latencySection({ ours, peer }: Latencies): string[] {
	const of = ({ first, second }: Latencies['ours']) =>
		`${first.toFixed(0)} ms, the one after it after ${second.toFixed(0)} ms`;
	return [
		paceTable(`New calls a second | The trigger, ${TIMES} | Core nodes: ${TIMES}`, ours.paces, peer.paces),
		`The first delivery after n8n has started is answered after ${of(ours)} ` +
			`(medians of ${STARTS} starts, with n8n's code already compiled); by ${CONTENDERS.core} after ${of(peer)}.`,
	];
}

function growthSection(growths: NonNullable<Results['growths']>): string[] {
	const of = ({ cpuPerDelivery, megabytes }: Load) => `${cpuPerDelivery.toFixed(1)} | ${megabytes.toFixed(0)}`;
	const tables = measuredOf(namesOf(GROWTHS), growths).map(([name, growth]) => {
		const rows = growth.map(
			({ step, ours, peer }) => `${step.toLocaleString('en-US')} | ${of(ours)} | ${peer ? of(peer) : '- | -'}`,
		);
		return markdown(`${GROWTHS[name].title} | ${GROWTH_HEADINGS}`, rows);
	});
	return [`### What it costs as it grows, with ${ENGINES[CHEAP].shownAs}`, ...tables];
}

function sectionOf(engine: Engine, { races, executions, latencies, onOneCore }: OfEngine): string[] {
	const rows = measuredOf(RACE_NAMES, races).map(([name, measured]) => raceRow(name, engine, measured));
	return [
		`### Expression engine: ${ENGINES[engine].shownAs}`,
		...(rows.length > 0 ? [markdown(RACE_HEADINGS, rows)] : []),
		...(executions ? [executionsSentence(executions)] : []),
		...(latencies ? latencySection(latencies) : []),
		...(onOneCore ? [paceTable(`New calls a second, n8n held to one core | The trigger, ${TIMES}`, onOneCore)] : []),
	];
}

function webhookSection(measured: NonNullable<Results['webhookAlone']>): string[] {
	const rows = namesOf(WEBHOOK_CALLS).map((name) => {
		const { webhook, jsonParse } = measured[name];
		const ratio = (webhook / jsonParse).toFixed(1);
		const figures = `${webhook.toFixed(4)} | ${jsonParse.toFixed(4)} | **${ratio}** | ${WEBHOOK_BOUND}`;
		return `${WEBHOOK_CALLS[name].title} | ${figures} | ${word(Number(ratio) <= WEBHOOK_BOUND)}`;
	});
	return ['### webhook() by itself', markdown(WEBHOOK_HEADINGS, rows)];
}

/** Where n8n's time goes: the parts of its work, then the functions that take the longest, for each kind of delivery. */
function profileSection(profiles: NonNullable<Results['profiles']>): string[] {
	const measured = measuredOf(namesOf(PROFILED), profiles);
	const row = (title: string, of: (profiled: Profiled) => number) =>
		[title, ...measured.map(([, profiled]) => of(profiled).toFixed(2))].join(' | ');
	const headings = ['Milliseconds of a delivery', ...measured.map(([name]) => PROFILED[name].title)].join(' | ');
	const byPart = markdown(headings, [
		...namesOf(PARTS).map((name) => row(PARTS[name], ({ parts }) => parts[name] ?? NaN)),
		row('**main thread, by the clock**', ({ parts }) => sum(Object.values(parts))),
		row('**all threads, by CPU**', ({ cpu }) => cpu),
	]);
	const longest = (name: keyof typeof PROFILED) =>
		markdown(
			`${PROFILED[name].title}: function, and its file | ms by itself`,
			(profiles[name]?.functions ?? []).map((one) => `\`${one.name}\` | ${one.ms.toFixed(3)}`),
		);
	return [`### Where the time goes, with ${ENGINES[CHEAP].shownAs}`, byPart, longest('accepted'), longest('accepting')];
}

/** All of the newest day, but for what it names. */
function datesOf(measuredOn: Results['measuredOn']): string {
	const newest = Object.values(measuredOn).toSorted().at(-1);
	const older = Object.entries(measuredOn).filter(([, day]) => day !== newest);
	const exceptions = older.map(([part, day]) => `${part} (${day})`).join('; ');
	return older.length > 0 ? `${newest}, but for: ${exceptions}` : `${newest}`;
}

/** All that was measured, as Markdown. */
export function tablesOf({ machine, measuredOn, engines, webhookAlone, growths, profiles }: Results): string {
	return [
		`On ${machine.cores} cores, Node.js ${machine.node}, n8n ${machine.n8n} with SQLite. Measured on ${datesOf(measuredOn)}.`,
		...measuredOf(ENGINE_NAMES, engines).flatMap(([engine, measured]) => sectionOf(engine, measured)),
		...(growths ? growthSection(growths) : []),
		...(profiles ? profileSection(profiles) : []),
		...(webhookAlone ? webhookSection(webhookAlone) : []),
	].join('\n\n');
}

async function writeFormatted(file: string, text: string): Promise<void> {
	writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}

/** Writes docs/bench.json and the tables of docs/bench.md. What people wrote around the tables stays. */
export async function writeReport(results: Results): Promise<void> {
	await writeFormatted(FIGURES, JSON.stringify(results));
	await writeFormatted(PAGE, withGeneratedBlock(readFileSync(PAGE, 'utf8'), 'figures', tablesOf(results)));
}
