import { DateTime } from 'luxon';

import { type CallsApi, momentOf, statusIn } from '../provider/calls-api';
import { isBlank } from '../provider/comparing';
import { factsOf, isMadeUp, recordingOf } from './keys';
import type { QCallCall } from './payload';

const ROWS_OF_A_PAGE = 100;
const DAY_IN_MS = 24 * 3_600_000;
/** What `call_status` says of a call that has ended, without its punctuation; one that is not known is left alone. */
const ENDED = new Set(['completed', 'failed', 'noanswer', 'busy', 'canceled', 'cancelled', 'voicemail', 'rejected']);

/** And of one that has not; only the first is known of QCall. */
const GOES_ON = new Set(['inprogress', 'ongoing', 'active', 'ringing', 'queued', 'initiated', 'scheduled', 'pending']);

/** A model writes a number with or without its country code, or a 0 instead: its last digits are the same. A name counts whole. */
const DIGITS_OF_A_CALLER = 7;

const page = (path: string, next = '0', more: Readonly<Record<string, string>> = {}) => ({
	path,
	query: { ...more, page: next, perpage: String(ROWS_OF_A_PAGE) },
});

/** The day of a moment (UTC), as the API wants it. By which zone's days it looks is not known, so both ends get room. */
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length);

/**
 * QCall's API, from what QCall's own published client asks of it. Built without an account: nobody here has seen it answer. Its
 * calls stand in two lists; those of campaigns lack the recording, and name no assistant but a campaign.
 */
export const callsApi: CallsApi<QCallCall> = {
	credential: 'qCallApi',
	credentialTitle: 'QCall API',
	baseUrl: 'https://api.qcall.ai/api/v1',
	whereKeysAreMade: 'in QCall under Integrations > AI Assistants (MCP)',
	headerOf: (apiKey) => ({ 'x-api-key': apiKey }),
	chosen: { parameter: 'catchUpAssistants', one: 'assistant', more: 'assistants' },
	dueAfterMinutes: 10,
	choices: { page: (next) => page('/user/listAssistant', next), chosen: 'name', name: 'name' },
	names: { page: (next) => page('/campaign/list', next), chosen: 'assistant_name', name: 'campaigns_name' },
	lists: () => [
		{
			name: 'single calls',
			page: (_since, next) => page('/playground/list', next, { status: 'all', sentiment: 'all' }),
		},
		{
			name: 'calls of campaigns',
			page: (since, next) => {
				const days = { fromDate: dayOf(Date.parse(since) - DAY_IN_MS), toDate: dayOf(Date.now() + 2 * DAY_IN_MS) };
				return page('/campaign/callLogs', next, { status: 'all', sentiment: 'all', ...days });
			},
		},
	],
	listedSince: 'began',
	paging: 'by number',
	cursorNames: [],
	rowsOfAPage: ROWS_OF_A_PAGE,
	listNames: [
		'list',
		'rows',
		'items',
		'results',
		'records',
		'docs',
		'data',
		'calls',
		'call_logs',
		'callLogs',
		'logs',
		'campaigns',
		'assistants',
	],
	idNames: ['call_sid', 'callsid'],
	ofRow: { chosen: 'assistant_name', name: 'campaigns_name' },
	startedAt: ['created_at'],
	duration: 'call_duration_in_sec',
	stateOf: ({ call_status }) => {
		const status = statusIn(call_status);
		return ENDED.has(status) ? 'ended' : GOES_ON.has(status) ? 'goes on' : 'not known';
	},
	fieldsOf: (row, { id, of, timezone }) => {
		const began = DateTime.fromMillis(momentOf(row.created_at) ?? NaN, { zone: timezone });
		const fields = {
			first_name: row.first_name,
			phone_number: row.phone_number ?? row.phone,
			call_date: began.toISODate(),
			call_duration: row.call_duration_in_sec,
			call_cost: row.call_cost,
			// Without one it tells nothing of what the webhook would have had, which the AI fills in.
			sentiment_analysis: isBlank(row.call_sentiment) ? undefined : row.call_sentiment,
			recording_url: row.recording_url,
			call_sid: id,
			assistant_name: of,
			campaign_name: row.campaigns_name,
			transcript: row.call_transcribe,
		};
		return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
	},
	more: {
		request: ({ call_sid, recording_url }) =>
			recording_url === undefined
				? { path: `/activity/${encodeURIComponent(String(call_sid))}/transcript`, query: {} }
				: undefined,
		add: (fields, { recording_url = null, transcript }) => ({
			...fields,
			recording_url,
			transcript: transcript ?? fields.transcript ?? null,
		}),
	},
	id: 'call_sid',
	ids: {
		recording_url: ({ recording_url }) => [recordingOf(recording_url)].find((recording) => !isMadeUp(recording)),
		call_sid: ({ call_sid, callsid, call_id }) => [call_sid, callsid, call_id].find((id) => /\d/.test(id ?? '')),
	},
	looksOf: (call, door) => {
		const { phone_number = '', call_date = '', call_duration = '0' } = factsOf(call, {});
		const seconds = Math.floor(Number(call_duration));
		if (!(seconds > 0)) return [];
		// By which zone's days a model dates a call, nobody knows.
		const days = door === 'webhook' ? [0] : [0, -1, 1];
		const day = DateTime.fromISO(call_date, { zone: 'utc' });
		return days.map((days) => [
			/\D/.test(phone_number) ? phone_number : phone_number.slice(-DIGITS_OF_A_CALLER),
			day.plus({ days }).toISODate() ?? '',
			String(seconds),
		]);
	},
	looks: 'caller, duration and day',
	looksAlike: 'the same',
};
