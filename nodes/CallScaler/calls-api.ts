import { foldText } from '../provider/comparing';
import type { CallsApi } from '../provider/calls-api';
import type { CallScalerCall } from './payload';

/** Small enough that a page of long transcriptions stays far below what is read of one answer. */
const ROWS_OF_A_PAGE = 100;

/** The event that the webhook would have named, by a row's status. Nobody documents it: this is the plain reading. */
const EVENT_OF_STATUS: Readonly<Record<string, string>> = {
	completed: 'call.completed',
	'no-answer': 'call.missed',
	voicemail: 'call.voicemail',
	busy: 'call.failed',
	failed: 'call.failed',
};

/**
 * CallScaler's Calls API, from its public pages and from what programs that use it expect. Built without an account: nobody
 * here has seen it answer.
 */
export const callsApi: CallsApi<CallScalerCall> = {
	credential: 'callScalerApi',
	credentialTitle: 'CallScaler API',
	baseUrl: 'https://callscaler.com/api/v1',
	whereKeysAreMade: "in CallScaler's dashboard, in the settings of the business",
	calls: (callFlow, updatedSince, cursor) => ({
		path: '/calls',
		query: {
			updated_since: updatedSince,
			call_flow_id: callFlow,
			limit: String(ROWS_OF_A_PAGE),
			include: 'transcription,summary',
			...(cursor === undefined ? {} : { cursor }),
		},
	}),
	rowsOfAPage: ROWS_OF_A_PAGE,
	callFlows: (cursor) => ({ path: '/call-flows', query: { ...(cursor === undefined ? {} : { cursor }) } }),
	namesOfACallFlow: ['name'],
	listNames: ['calls', 'call_flows', 'callFlows', 'flows', 'items', 'results'],
	idNames: ['id', 'call_id'],
	fieldsOf: (row, id, callFlow) => {
		const status = foldText(typeof row.status === 'string' ? row.status : '');
		if (!Object.hasOwn(EVENT_OF_STATUS, status)) return undefined;
		const fields = Object.entries(row).filter(([name]) => name !== 'id');
		return {
			...Object.fromEntries(fields),
			event: EVENT_OF_STATUS[status] ?? null,
			call_id: id,
			call_flow_id: callFlow,
		};
	},
	callFlow: 'call_flow_id',
	callFlowName: 'call_flow_name',
	id: 'call_id',
	startedAt: ['created_at', 'timestamp'],
	duration: 'duration_seconds',
	numbers: ['caller_number', 'tracking_number'],
};
