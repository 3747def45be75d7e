import type { CallScalerCall } from '../callscaler';

export type Row = Record<string, unknown>;

/** What a row of `GET /calls` is known to hold under the name that the webhook has for it. */
const SAME_AS_IN_THE_WEBHOOK = [
	'caller_name',
	'caller_number',
	'tracking_number',
	'destination_number',
	'direction',
	'status',
	'duration_seconds',
	'recording_url',
	'recording_duration',
	'source',
	'utm_source',
	'utm_medium',
	'utm_campaign',
	'call_flow_name',
	'ai_score',
	'ai_category',
	'qualified_ai',
	'qualification_reason',
	'robo_score',
	'value_cents',
	'cost_cents',
	'created_at',
];

/** Left out of a row unless the request asks to include them. */
const ON_REQUEST = ['transcription', 'summary'];

/** A call as the list has it: no event, no call flow id, nothing of its delivery. */
export function rowOf(call: CallScalerCall, include: string[]): Row {
	const pick = (names: string[]) => Object.fromEntries(names.map((name) => [name, call[name] ?? null]));
	return {
		id: call.call_id,
		...pick(SAME_AS_IN_THE_WEBHOOK),
		has_transcription: typeof call.transcription === 'string',
		keywords_spotted: [],
		...pick(ON_REQUEST.filter((name) => include.includes(name))),
	};
}
