import { randomUUID } from 'node:crypto';

import { type CallScalerCall, callScalerCall } from '../callscaler';
import type { Clock } from '../api/clock';

export interface CallFlow {
	id: string;
	name: string;
}

interface KnownCall {
	call: CallScalerCall;
	createdAt: number;
	updatedAt: number;
}

export interface Question {
	updatedSince?: Date;
	callFlowId?: string;
	limit: number;
	cursor?: string;
}

export interface Page {
	calls: CallScalerCall[];
	nextCursor: string | null;
}

const SECOND_IN_MILLISECONDS = 1_000;
/** A call of which CallScaler has no duration is going on. */
const GOING_ON = { status: 'in-progress', duration_seconds: null, recording_url: null, recording_duration: null };

const endOf = ({ call, createdAt }: KnownCall) =>
	createdAt + Number(call.duration_seconds ?? 0) * SECOND_IN_MILLISECONDS;

/** What CallScaler knows of one business: its call flows, and their calls as their webhook sends them. */
export class Business {
	private readonly flows: CallFlow[] = [];
	private readonly known = new Map<string, KnownCall>();

	constructor(private readonly clock: Clock) {}

	callFlow(name: string): CallFlow {
		const flow = { id: `cf_${randomUUID()}`, name };
		this.flows.push(flow);
		return flow;
	}

	callFlows(): CallFlow[] {
		return [...this.flows];
	}

	rename(id: string, name: string): void {
		for (const flow of this.flows) if (flow.id === id) flow.name = name;
	}

	/** A call that has just ended, unless the change dates it otherwise; gives what its webhook delivers. */
	call(flow: CallFlow, change: CallScalerCall = {}): CallScalerCall {
		const undated = callScalerCall({ call_flow_id: flow.id, call_flow_name: flow.name, ...change });
		const durationMs = Number(undated.duration_seconds ?? 0) * SECOND_IN_MILLISECONDS;
		const startedAt = new Date(this.clock.now().getTime() - durationMs);
		const call = { ...undated, created_at: change.created_at ?? startedAt.toISOString() };
		return this.keep({ call, createdAt: new Date(String(call.created_at)).getTime(), updatedAt: 0 });
	}

	/** A call that goes on until `end`. */
	beginCall(flow: CallFlow, change: CallScalerCall = {}): CallScalerCall {
		return this.call(flow, { ...GOING_ON, ...change });
	}

	/** A call that `beginCall` began ends now; gives what its webhook delivers. */
	end(callId: unknown, change: CallScalerCall = {}): CallScalerCall {
		const { createdAt } = this.get(callId);
		const duration_seconds = Math.round((this.clock.now().getTime() - createdAt) / SECOND_IN_MILLISECONDS);
		return this.change(callId, { status: 'completed', duration_seconds, ...change });
	}

	/** What becomes known of a call later: its analysis, a note. The list brings it up again. */
	change(callId: unknown, change: CallScalerCall): CallScalerCall {
		const known = this.get(callId);
		const call = { ...known.call, ...change };
		this.known.set(String(callId), { ...known, call, updatedAt: this.clock.now().getTime() });
		return call;
	}

	hasRecording(callId: unknown): boolean {
		return Boolean(this.known.get(String(callId))?.call.recording_url);
	}

	/** A page of the calls, the newest first: what came in since the first page does not move the next one. */
	page({ updatedSince, callFlowId, limit, cursor }: Question): Page {
		const after = cursor === undefined ? -1 : this.positionOf(cursor);
		const asked = this.newestFirst()
			.slice(after + 1)
			.filter(({ call }) => callFlowId === undefined || call.call_flow_id === callFlowId)
			.filter(({ updatedAt }) => updatedSince === undefined || updatedAt > updatedSince.getTime());
		const calls = asked.slice(0, limit).map(({ call }) => call);
		return { calls, nextCursor: asked.length > limit ? cursorOf(calls.at(-1)) : null };
	}

	private keep(known: KnownCall): CallScalerCall {
		this.known.set(String(known.call.call_id), { ...known, updatedAt: endOf(known) });
		return known.call;
	}

	private get(callId: unknown): KnownCall {
		const known = this.known.get(String(callId));
		if (!known) throw new Error(`CallScaler does not know the call ${String(callId)}.`);
		return known;
	}

	private newestFirst(): KnownCall[] {
		return [...this.known.values()].sort((one, other) => other.createdAt - one.createdAt);
	}

	private positionOf(cursor: string): number {
		return this.newestFirst().findIndex(({ call }) => cursorOf(call) === cursor);
	}
}

function cursorOf(call: CallScalerCall | undefined): string {
	return Buffer.from(`after ${String(call?.call_id)}`).toString('base64url');
}
