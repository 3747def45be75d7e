import type { N8n, SinkCall } from '../../../host';
import { withDatabase } from '../../../host/database';
import { waitUntil } from '../../../lib/wait-until';
import { countBy } from './verdict';

/** An execution as n8n's database has it: with thousands of them, n8n's list of executions leaves some out. */
export interface Stored {
	id: string;
	status: string;
	/** The call that it was started for. */
	callId: string;
}

/** What became of a call, by what the outside service got and what n8n has stored. */
export type Fate =
	| 'once'
	/** The outside service got it more than once. */
	| 'twice'
	/** It was cut off before the outside service got it; n8n shows its execution as crashed and a user can retry it. */
	| 'interrupted'
	/** Nothing is anywhere that tells of it. */
	| 'lost';

export interface Account {
	callId: string;
	fate: Fate;
	executions: Array<Stored & { sideEffects: number }>;
}

function fateOf(sideEffects: number, executions: Stored[]): Fate {
	if (sideEffects > 0) return sideEffects === 1 ? 'once' : 'twice';
	return executions.some(({ status }) => status === 'crashed') ? 'interrupted' : 'lost';
}

/** The account of every call: none may be missing from it. */
export function accountsOf(
	callIds: string[],
	effects: SinkCall[],
	stored: Stored[],
	nameOf = ({ item }: SinkCall) => String(item.call_id),
): Account[] {
	const perCall = countBy(effects, nameOf);
	const perExecution = countBy(effects, ({ executionId }) => executionId);
	const accounts = new Map(callIds.map((callId): [string, Account['executions']] => [callId, []]));
	for (const each of stored) accounts.get(each.callId)?.push({ ...each, sideEffects: perExecution[each.id] ?? 0 });
	return [...accounts].map(([callId, executions]) => {
		return { callId, fate: fateOf(perCall[callId] ?? 0, executions), executions };
	});
}

export function withFate(accounts: Account[], fate: Fate): string[] {
	return accounts.filter((each) => each.fate === fate).map(({ callId }) => callId);
}

/** The calls of whoever keeps books have ids of this kind. */
const CALL = /"((?:call|filtered|invalid)-[\w-]+)"/;

/** The call that an execution was started for, by what n8n has stored of it. */
export function callIdIn(storedData: string): string {
	return CALL.exec(storedData)?.[1] ?? '';
}

const UNFINISHED = ['new', 'running', 'waiting', 'unknown'];
const GIVE_UP_AFTER_IN_MILLISECONDS = 300_000;

function storedNow(n8n: N8n, workflowId: string): Stored[] {
	return withDatabase(n8n, (database) =>
		database
			.prepare(
				'SELECT id, status, data FROM execution_entity LEFT JOIN execution_data ON executionId = id WHERE workflowId = ?',
			)
			.all(workflowId)
			.map(({ id, status, data }) => ({
				id: String(id),
				status: String(status),
				callId: callIdIn(String(data)),
			})),
	);
}

/** All executions of a workflow, once none is to begin or running any more. */
export async function storedExecutions(n8n: N8n, workflowId: string): Promise<Stored[]> {
	return await waitUntil(
		'all executions have ended',
		() => {
			const stored = storedNow(n8n, workflowId);
			return stored.every(({ status }) => !UNFINISHED.includes(status)) && stored;
		},
		GIVE_UP_AFTER_IN_MILLISECONDS,
	);
}
