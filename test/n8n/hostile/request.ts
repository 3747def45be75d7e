import { Agent } from 'node:http';

import { exchange, NoAnswer, type RawAnswer } from '../../../host';
import type { SetupName } from './setups';

/** A request byte by byte: nothing in it is put right on its way. */
export interface HostileRequest {
	setup: SetupName;
	method: string;
	/** Behind the "?", as it goes over the wire. */
	query?: string;
	headers: Record<string, string | string[]>;
	body?: Buffer;
}

export type HostileAnswer = RawAnswer;

/** Longer than either provider waits: who takes longer has hung. */
const HUNG_AFTER_IN_MILLISECONDS = 30_000;

const agent = new Agent({ keepAlive: true });

/** Sends it to where the trigger of its setup listens, and waits for the answer. */
export async function sendHostile(url: string, sent: HostileRequest): Promise<HostileAnswer> {
	const { method, query, headers, body } = sent;
	const listening = new URL(url);
	const { pathname } = listening;
	const options = {
		method,
		agent,
		path: query === undefined ? pathname : `${pathname}?${query}`,
		headers: { ...(body ? { 'content-length': String(body.byteLength) } : {}), ...headers },
	};
	try {
		return await exchange(listening, options, body, { timeoutMs: HUNG_AFTER_IN_MILLISECONDS });
	} catch (error) {
		// The request has not been read.
		if (error instanceof NoAnswer && error.wasConnectionStale) return await sendHostile(url, sent);
		throw error;
	}
}

/** Lets go of the connections that were kept for the next request. */
export function closeConnections(): void {
	agent.destroy();
}

const MOST_SHOWN = 500;

/** A request as a message can show it. */
export function tellOf({ setup, method, query, headers, body }: HostileRequest): string {
	const line = `${method} ${setup}${query === undefined ? '' : `?${query}`} ${JSON.stringify(headers)}`;
	return `${line} ${JSON.stringify(body?.toString('latin1') ?? '')}`.slice(0, MOST_SHOWN);
}
