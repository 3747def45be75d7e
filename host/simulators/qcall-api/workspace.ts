import { randomUUID } from 'node:crypto';

import type { Clock } from '../api/clock';
import { qCallCall, type QCallParameters } from '../qcall';

export interface Assistant {
	id: string;
	name: string;
}

export interface Campaign {
	id: string;
	name: string;
	/** The name of its assistant. */
	assistant: string;
}

/** A call as QCall knows it, whatever a model makes of it for a webhook. */
export interface KnownCall {
	sid: string;
	/** What its webhook delivers where the model makes nothing up. */
	delivered: QCallParameters;
	assistant: string;
	/** Absent where it is a single call. */
	campaign?: Campaign;
	status: string;
	/** Milliseconds since the epoch. */
	createdAt: number;
}

const SECOND_IN_MILLISECONDS = 1_000;
const DAY_LENGTH = 'yyyy-mm-dd'.length;

/** What QCall knows of one workspace: its assistants, its campaigns, and the calls of either. */
export class Workspace {
	private readonly known: KnownCall[] = [];
	readonly assistants: Assistant[] = [];
	readonly campaigns: Campaign[] = [];

	constructor(private readonly clock: Clock) {}

	assistant(name: string): Assistant {
		const assistant = { id: randomUUID(), name };
		this.assistants.push(assistant);
		return assistant;
	}

	campaign(name: string, assistant: Assistant): Campaign {
		const campaign = { id: randomUUID(), name, assistant: assistant.name };
		this.campaigns.push(campaign);
		return campaign;
	}

	/** Where the campaign gets a new name, its calls have it too. */
	rename(campaign: Campaign, name: string): void {
		campaign.name = name;
	}

	/** A call of an assistant, or of a campaign, that has just ended; `createdAt` dates it otherwise. */
	call(of: Assistant | Campaign, change: QCallParameters = {}, createdAt?: Date): KnownCall {
		const seconds = Number(change.call_duration ?? 45);
		const began = createdAt?.getTime() ?? this.clock.now().getTime() - seconds * SECOND_IN_MILLISECONDS;
		const delivered = qCallCall({
			call_duration: seconds,
			call_date: new Date(began).toISOString().slice(0, DAY_LENGTH),
			phone_number: `+9198${String(this.known.length).padStart(8, '0')}`,
			...change,
		});
		const whose = 'assistant' in of ? { assistant: of.assistant, campaign: of } : { assistant: of.name };
		const call = {
			sid: `CA${randomUUID().replaceAll('-', '')}`,
			delivered,
			status: 'completed',
			createdAt: began,
			...whose,
		};
		this.known.push(call);
		return call;
	}

	/** A call that goes on, until `end`. */
	beginCall(of: Assistant | Campaign, change: QCallParameters = {}): KnownCall {
		const call = this.call(of, { call_duration: 0, ...change });
		call.status = 'inProgress';
		return call;
	}

	end(call: KnownCall): void {
		call.status = 'completed';
		const seconds = Math.round((this.clock.now().getTime() - call.createdAt) / SECOND_IN_MILLISECONDS);
		call.delivered = { ...call.delivered, call_duration: seconds };
	}

	/** The single calls or those of campaigns, newest first. */
	newestFirst(list: 'single' | 'campaigns'): KnownCall[] {
		return this.known
			.filter(({ campaign }) => (campaign === undefined) === (list === 'single'))
			.sort((one, other) => other.createdAt - one.createdAt);
	}

	/** By the name of the caller. */
	findByName(name: string): KnownCall | undefined {
		return this.known.find(({ delivered }) => delivered.first_name === name);
	}

	find(sid: string): KnownCall | undefined {
		return this.known.find((call) => call.sid === sid);
	}
}
