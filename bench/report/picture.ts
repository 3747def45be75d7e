import { type Engine, ENGINE_NAMES, ENGINES } from '../engines';
import { RACE_NAMES, RACES, WEBHOOK_CALL_NAMES, WEBHOOK_CALLS } from '../measures';
import type { Results } from '../results';
import { boundOf, isMet, shown } from './verdict';

interface Bar {
	label: string;
	value: number;
	shown: string;
	bound: number;
	isMet: boolean;
}

interface Panel {
	title: string;
	unit: string;
	bars: Bar[];
}

const WIDTH = 760;
const LEFT = 310;
const RIGHT = 60;
const TITLE_HEIGHT = 46;
const BAR_HEIGHT = 16;
const BAR_STEP = 26;
const LEGEND_HEIGHT = 40;

/** Colours that can be told apart by everybody, on white as on black; the text follows the reader's scheme. */
const STYLE = `
	text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
	.title { font-weight: 600; }
	.faint { fill: #59636e; }
	.met { fill: #0072b2; }
	.missed { fill: #d55e00; }
	.bound { stroke: #1f2328; stroke-width: 2; }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3; }
		.faint { fill: #9198a1; }
		.met { fill: #56b4e9; }
		.missed { fill: #e69f00; }
		.bound { stroke: #e6edf3; }
	}`;

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function panelOfEngine(engine: Engine, { engines }: Results): Panel[] {
	const bars = RACE_NAMES.flatMap((name): Bar[] => {
		const race = engines[engine]?.races[name];
		if (!race) return [];
		const bound = boundOf(name, engine);
		return [
			{
				label: RACES[name].title,
				value: race.ratio,
				shown: shown(race.ratio),
				bound,
				isMet: isMet(race.ratio, bound),
			},
		];
	});
	const title = `Expression engine: ${ENGINES[engine].shownAs}`;
	return bars.length > 0 ? [{ title, unit: 'deliveries/s, times those of the peer', bars }] : [];
}

function panelOfWebhook({ webhookCpu }: Results): Panel[] {
	if (!webhookCpu) return [];
	const bars = WEBHOOK_CALL_NAMES.flatMap((name): Bar[] => {
		const measured = webhookCpu[name];
		if (!measured) return [];
		const { title, bound } = WEBHOOK_CALLS[name];
		const { webhook } = measured;
		return [{ label: title, value: webhook, shown: webhook.toFixed(3), bound, isMet: webhook <= bound }];
	});
	return [{ title: 'webhook() by itself', unit: 'milliseconds, at most', bars }];
}

function drawBar(bar: Bar, y: number, scale: number): string {
	const width = Math.max(1, bar.value * scale);
	const bound = LEFT + bar.bound * scale;
	const middle = y + BAR_HEIGHT / 2;
	const label = `<text x="${LEFT - 10}" y="${middle}" text-anchor="end" dominant-baseline="central">${escape(bar.label)}</text>`;
	const rectangle = `<rect class="${bar.isMet ? 'met' : 'missed'}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2"/>`;
	const mark = `<line class="bound" x1="${bound.toFixed(1)}" x2="${bound.toFixed(1)}" y1="${y - 3}" y2="${y + BAR_HEIGHT + 3}"/>`;
	// Beside whatever reaches further, so that neither the bar nor the mark runs through the figure.
	const end = LEFT + Math.max(width, bar.bound * scale) + 8;
	const figure = `<text x="${end.toFixed(1)}" y="${middle}" dominant-baseline="central">${bar.shown}</text>`;
	return [label, rectangle, mark, figure].join('\n');
}

function drawPanel({ title, unit, bars }: Panel, top: number, largest: number): string {
	const scale = (WIDTH - LEFT - RIGHT) / largest;
	const heading = `<text class="title" x="0" y="${top + 22}">${escape(title)} <tspan class="faint" font-weight="400">(${escape(unit)})</tspan></text>`;
	const drawn = bars.map((bar, index) => drawBar(bar, top + TITLE_HEIGHT - 10 + index * BAR_STEP, scale));
	return [heading, ...drawn].join('\n');
}

function heightOf({ bars }: Panel): number {
	return TITLE_HEIGHT + bars.length * BAR_STEP;
}

function largestOf(panels: readonly Panel[]): number {
	return Math.max(...panels.flatMap(({ bars }) => bars.flatMap(({ value, bound }) => [value, bound])));
}

function drawLegend(y: number): string {
	return `<rect class="met" x="0" y="${y}" width="14" height="14" rx="2"/><text x="20" y="${y + 12}">bound met</text>
<rect class="missed" x="110" y="${y}" width="14" height="14" rx="2"/><text x="130" y="${y + 12}">bound missed</text>
<line class="bound" x1="242" x2="242" y1="${y - 2}" y2="${y + 16}"/><text x="252" y="${y + 12}">the bound</text>`;
}

/** The ratios with their bounds, for light and dark pages. */
export function pictureOf(results: Results): string {
	const races = ENGINE_NAMES.flatMap((engine) => panelOfEngine(engine, results));
	const webhook = panelOfWebhook(results);
	let y = 0;
	const drawn: string[] = [];
	for (const [group, largest] of [
		[races, largestOf(races)],
		[webhook, largestOf(webhook)],
	] as const) {
		for (const panel of group) {
			drawn.push(drawPanel(panel, y, largest));
			y += heightOf(panel);
		}
	}
	const legendTop = y + 12;
	const height = legendTop + LEGEND_HEIGHT;
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 ${WIDTH + 20} ${height}" width="${WIDTH + 20}" height="${height}" role="img">
<title>How fast the trigger is, beside what it is compared with</title>
<style>${STYLE}
</style>
${drawn.join('\n')}
${drawLegend(legendTop)}
</svg>
`;
}
