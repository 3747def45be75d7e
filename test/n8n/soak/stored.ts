import { type N8n, waitUntil } from '../harness';
import { withDatabase } from '../guarantees/support/database';

/** An execution as n8n's database has it: with thousands of them, n8n's list of executions leaves some out. */
export interface Stored {
	id: string;
	status: string;
	/** The call that it was started for. */
	callId: string;
}

const UNFINISHED = ['new', 'running', 'waiting', 'unknown'];
const CALL = /"((?:call|filtered|invalid)-\d+)"/;
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
				callId: CALL.exec(String(data))?.[1] ?? '',
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
