import { type CallsApi, momentOf, type NameList, statusIn } from '../provider/calls-api';
import { phoneDigits } from '../provider/comparing';
import type { CallScalerCall } from './payload';

/** Small enough that a page of long transcriptions stays far below what is read of one answer. */
const ROWS_OF_A_PAGE = 100;

/** The event that the webhook would have named, by a row's status. Nobody documents it: this is the plain reading. */
const EVENT_OF_STATUS: Readonly<Record<string, string>> = {
	completed: 'call.completed',
	noanswer: 'call.missed',
	voicemail: 'call.voicemail',
	busy: 'call.failed',
	failed: 'call.failed',
};

/** What a row may say of a call that goes on: how rows name that is documented nowhere. */
const GOES_ON = new Set(['inprogress', 'ongoing', 'active', 'ringing', 'queued', 'initiated']);

const callFlows: NameList = {
	page: (cursor) => ({ path: '/call-flows', query: { cursor } }),
	chosen: 'id',
	name: 'name',
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
	headerOf: (apiKey) => ({ Authorization: `Bearer ${apiKey}` }),
	chosen: { parameter: 'catchUpCallFlows', one: 'call flow', more: 'call flows' },
	dueAfterMinutes: 25,
	choices: callFlows,
	names: callFlows,
	lists: (chosen) =>
		chosen.map((callFlow) => ({
			name: callFlow,
			of: callFlow,
			page: (updatedSince, cursor) => ({
				path: '/calls',
				query: {
					updated_since: updatedSince,
					call_flow_id: callFlow,
					limit: String(ROWS_OF_A_PAGE),
					include: 'transcription,summary',
					cursor,
				},
			}),
		})),
	listedSince: 'changed',
	paging: 'by cursor',
	cursorNames: ['next_cursor'],
	rowsOfAPage: ROWS_OF_A_PAGE,
	listNames: ['calls', 'call_flows', 'callFlows', 'flows', 'items', 'results'],
	idNames: ['id', 'call_id'],
	ofRow: { chosen: 'call_flow_id', name: 'call_flow_name' },
	startedAt: ['created_at', 'timestamp'],
	duration: 'duration_seconds',
	stateOf: ({ status: written }) => {
		const status = statusIn(written);
		return Object.hasOwn(EVENT_OF_STATUS, status) ? 'ended' : GOES_ON.has(status) ? 'goes on' : 'not known';
	},
	fieldsOf: (row, { id, of }) => {
		const fields = Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'id'));
		return { ...fields, event: EVENT_OF_STATUS[statusIn(row.status)], call_id: id, call_flow_id: of };
	},
	id: 'call_id',
	ids: { call_id: ({ call_id }) => call_id },
	looksOf: ({ caller_number, tracking_number, created_at, timestamp }) => {
		const second = Math.floor((momentOf(created_at ?? timestamp) ?? NaN) / 1000);
		const numbers = [caller_number, tracking_number].map((number) => phoneDigits(number ?? ''));
		return [[...numbers, Number.isNaN(second) ? '' : String(second)]];
	},
	looks: 'caller, tracking number and second',
	looksAlike: 'another',
	ofWebhook: 'call_flow_id',
};
