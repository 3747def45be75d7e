import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { max, min, sum } from 'simple-statistics';

import { withGeneratedBlock } from '../lib/generated-block';
import { ROOT } from '../lib/paths';
import {
	CHEAP,
	CORE_NODES,
	type Engine,
	ENGINE_NAMES,
	ENGINES,
	GROWTH_NAMES,
	GROWTHS,
	PART_NAMES,
	PARTS,
	PROFILED,
	PROFILED_NAMES,
	type ProfiledName,
	RACE_NAMES,
	type RaceName,
	RACES,
	STARTS,
	WEBHOOK_CALLS,
} from './measures';
import {
	FIGURES,
	type Growth,
	type Latencies,
	type Latency,
	type Load,
	type OfEngine,
	type Pace,
	type Profiled,
	type Profiles,
	type Race,
	type Results,
	type Side,
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

function raceRow(name: RaceName, engine: Engine, { ours, peer, ratio, ratios, cpuRatio }: Race): string {
	const { title, peer: against, bound } = RACES[name];
	const side = ({ perSecond, cpuPerDelivery }: Side) => `${perSecond.toFixed(0)} | ${cpuPerDelivery.toFixed(1)}`;
	const rounds = `${shown(min(ratios))} to ${shown(max(ratios))}`;
	// Judged as it is shown, by CPU: that depends less on what else the machine does.
	const met = word(Number(shown(cpuRatio)) >= bound[engine]);
	return [
		`${title} | ${against} | ${side(ours)} | ${side(peer)}`,
		`${shown(ratio)} (${rounds}) | **${shown(cpuRatio)}** | ${shown(bound[engine])} | ${met}`,
	].join(' | ');
}

function executionsSentence({ deliveries, newCalls, ours, peer }: StoredExecutions): string {
	return (
		`Executions stored for ${deliveries} deliveries of the mixed load, ${newCalls} of them new calls: ` +
		`**${ours}** by the trigger, ${peer} by ${CORE_NODES}. Only the new ones: ${word(ours === newCalls)}.`
	);
}

const timesOf = ({ median, p99, longest, refused }: Pace) =>
	[median, p99, longest, refused]
		.map((figure) => figure.toLocaleString('en-US', { maximumFractionDigits: 0 }))
		.join(' | ');

function latencyTable({ ours, peer }: Latencies): string {
	const rows = ours.paces.flatMap((pace, at) => {
		const beside = peer.paces[at];
		return beside ? [`${pace.perSecond} | ${timesOf(pace)} | ${timesOf(beside)}`] : [];
	});
	return markdown(`New calls a second | The trigger, ${TIMES} | Core nodes: ${TIMES}`, rows);
}

function oneCoreTable(paces: Pace[]): string {
	const rows = paces.map((pace) => `${pace.perSecond} | ${timesOf(pace)}`);
	return markdown(`New calls a second, n8n held to one core | The trigger, ${TIMES}`, rows);
}

function startSentence({ ours, peer }: Latencies): string {
	const of = ({ first, second }: Latency) => `${first.toFixed(0)} ms, the one after it after ${second.toFixed(0)} ms`;
	return (
		`The first delivery after n8n has started is answered after ${of(ours)} ` +
		`(medians of ${STARTS} starts, with n8n's code already compiled); by ${CORE_NODES} after ${of(peer)}.`
	);
}

function growthSection(growths: NonNullable<Results['growths']>): string[] {
	const of = ({ cpuPerDelivery, megabytes }: Load) => `${cpuPerDelivery.toFixed(1)} | ${megabytes.toFixed(0)}`;
	const table = (title: string, growth: Growth) =>
		markdown(
			`${title} | ${GROWTH_HEADINGS}`,
			growth.map(
				({ step, ours, peer }) => `${step.toLocaleString('en-US')} | ${of(ours)} | ${peer ? of(peer) : '- | -'}`,
			),
		);
	return [
		`### What it costs as it grows, with ${ENGINES[CHEAP].shownAs}`,
		...GROWTH_NAMES.flatMap((name) => {
			const growth = growths[name];
			return growth ? [table(GROWTHS[name].title, growth)] : [];
		}),
	];
}

function sectionOf(engine: Engine, { races, executions, latencies, onOneCore }: OfEngine): string[] {
	const rows = RACE_NAMES.flatMap((name) => {
		const measured = races[name];
		return measured ? [raceRow(name, engine, measured)] : [];
	});
	return [
		`### Expression engine: ${ENGINES[engine].shownAs}`,
		...(rows.length > 0 ? [markdown(RACE_HEADINGS, rows)] : []),
		...(executions ? [executionsSentence(executions)] : []),
		...(latencies ? [latencyTable(latencies), startSentence(latencies)] : []),
		...(onOneCore ? [oneCoreTable(onOneCore)] : []),
	];
}

function webhookSection(measured: NonNullable<Results['webhookAlone']>): string[] {
	const rows = WEBHOOK_CALLS.map(({ name, title, bound }) => {
		const { webhook, jsonParse } = measured[name];
		const ratio = (webhook / jsonParse).toFixed(1);
		const figures = `${webhook.toFixed(4)} | ${jsonParse.toFixed(4)} | **${ratio}** | ${bound}`;
		return `${title} | ${figures} | ${word(Number(ratio) <= bound)}`;
	});
	return ['### webhook() by itself', markdown(WEBHOOK_HEADINGS, rows)];
}

/** Where n8n's time goes: the parts of its work, then the functions that take the longest, for each kind of delivery. */
function profileSection(profiles: Profiles): string[] {
	const measured = PROFILED_NAMES.flatMap((name) => {
		const profiled = profiles[name];
		return profiled ? [{ name, profiled }] : [];
	});
	const row = (title: string, of: (profiled: Profiled) => number) =>
		[title, ...measured.map(({ profiled }) => of(profiled).toFixed(2))].join(' | ');
	const headings = ['Milliseconds of a delivery', ...measured.map(({ name }) => PROFILED[name])].join(' | ');
	const byPart = markdown(headings, [
		...PART_NAMES.map((name) => row(PARTS[name], ({ parts }) => parts[name] ?? NaN)),
		row('**main thread, by the clock**', ({ parts }) => sum(Object.values(parts))),
		row('**all threads, by CPU**', ({ cpu }) => cpu),
	]);
	const longest = (name: ProfiledName) =>
		markdown(
			`${PROFILED[name]}: function, and its file | ms by itself`,
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
	const sections = ENGINE_NAMES.flatMap((engine) => {
		const measured = engines[engine];
		return measured ? sectionOf(engine, measured) : [];
	});
	return [
		`On ${machine.cores} cores, Node.js ${machine.node}, n8n ${machine.n8n} with SQLite. Measured on ${datesOf(measuredOn)}.`,
		...sections,
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
