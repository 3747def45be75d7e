import type { ITriggerFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

/** How far a call flow has been asked for, in milliseconds since the epoch by the API's clock. */
const mark = z.object({
	callFlow: z.string(),
	/** Calls that ended before are from before the trigger was published. */
	from: z.number(),
	/** What changed before is asked for and safe. */
	asked: z.number(),
	/** When it was first asked for, by n8n's own clock. */
	startedAt: z.number(),
	/** Whether both are still by n8n's own clock: the API had not told its time. */
	isByOwnClock: z.boolean(),
});

type Mark = z.infer<typeof mark>;

/** So much may the clocks of an API's servers differ. */
const TOLERANCE_IN_MS = 60_000;

const kept = z.object({ proved: z.boolean(), marks: z.array(mark) });

/**
 * How far one trigger has asked, kept in n8n's static data under the node's id, which outlives a new name. n8n saves that
 * when the trigger is started and when it emits, and not otherwise (docs/n8n.md, 31).
 */
export class Marks {
	/** Whether a call that came by webhook was once found among the API's under its id. */
	proved = false;

	/** Whether n8n has been given that, to keep it over restarts. */
	isProofKept = false;

	/** False where that was kept no more: nothing is to be handed on before `goOnFrom`. */
	knowsFrom = true;

	private marks: Mark[] = [];

	/** What the API's clock shows more than n8n's, in milliseconds; undefined until it told its time. */
	private offset: number | undefined;

	/** What it showed more when this trigger was started. */
	private firstOffset: number | undefined;

	constructor(private readonly context: ITriggerFunctions) {}

	/**
	 * Goes on where the trigger had stopped; from now on for a call flow that is new to it, and for all after activation. Where
	 * n8n starts a trigger that was published before, and nothing is kept of it, something else has overwritten that.
	 */
	start(callFlows: readonly string[]): void {
		const read = kept.safeParse(this.context.getWorkflowStaticData('global')[this.name]);
		const mode = this.context.getActivationMode();
		const isNew = mode === 'activate';
		const known = read.success && !isNew ? read.data.marks : [];
		this.proved = read.success && read.data.proved;
		const now = Date.now();
		this.marks = callFlows.map(
			(callFlow) =>
				known.find((each) => each.callFlow === callFlow) ?? {
					callFlow,
					from: now,
					asked: now,
					startedAt: now,
					isByOwnClock: true,
				},
		);
		this.knowsFrom = read.success || (mode !== 'init' && mode !== 'leadershipChange');
		if (!this.knowsFrom) for (const each of this.marks) each.from = each.asked = 0;
		this.save();
	}

	/** Where nothing was kept: goes on from a moment of the API's clock, for each call flow that has one, or from its start. */
	goOnFrom(moments: ReadonlyMap<string, number>): void {
		for (const each of this.marks) each.from = each.asked = moments.get(each.callFlow) ?? this.atStart(each.startedAt);
		this.knowsFrom = true;
	}

	/** Catching up is off: what was kept would be wrong where it is turned on again. */
	static forget(context: ITriggerFunctions): void {
		const data = context.getWorkflowStaticData('global');
		const name = nameOf(context);
		if (data[name] !== undefined) delete data[name];
	}

	get knowsTheTime(): boolean {
		return this.offset !== undefined;
	}

	/** The API told its time, or none. */
	tell(date: number | undefined): void {
		this.offset = date === undefined ? (this.offset ?? 0) : date - Date.now();
		this.firstOffset ??= this.offset;
		for (const each of this.marks) {
			if (!each.isByOwnClock) continue;
			each.from += this.offset;
			each.asked += this.offset;
			each.isByOwnClock = false;
		}
	}

	/** A moment of n8n's clock by the API's; now without one. */
	at(moment = Date.now()): number {
		return moment + (this.offset ?? 0);
	}

	/** A moment of the API's clock by n8n's. */
	byOwnClock(moment: number): number {
		return moment - (this.offset ?? 0);
	}

	/** A moment of n8n's clock before this trigger was started, by the API's. */
	atStart(moment: number): number {
		return moment + (this.firstOffset ?? 0);
	}

	/** A mark in the future comes of an answer with a wrong time: the one before it counts, for `from` the start. */
	of(callFlow: string): { from: number; asked: number } {
		const found = this.marks.find((each) => each.callFlow === callFlow);
		if (found === undefined) return { from: this.at(), asked: this.at() };
		const isLater = (moment: number) => moment > this.at() + TOLERANCE_IN_MS;
		const from = isLater(found.from) ? Math.min(this.at(found.startedAt), this.at()) : found.from;
		return { from, asked: isLater(found.asked) ? from : Math.max(found.asked, from) };
	}

	/** All that changed before this moment was asked for, and what was found is safe. */
	move(callFlow: string, asked: number): void {
		const found = this.marks.find((each) => each.callFlow === callFlow);
		if (found !== undefined) found.asked = asked;
	}

	/** Puts it where n8n finds it; called right before each emit. */
	save(): void {
		if (!this.knowsFrom) return;
		this.context.getWorkflowStaticData('global')[this.name] = {
			proved: this.proved,
			marks: this.marks.map((each) => ({ ...each })),
		};
		this.isProofKept = this.proved;
	}

	private get name(): string {
		return nameOf(this.context);
	}
}

function nameOf(context: ITriggerFunctions): string {
	return `catch-up ${context.getNode().id}`;
}
