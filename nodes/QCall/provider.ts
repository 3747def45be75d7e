import { atLeast, noneOfList, oneOfList } from '../delivery/filter';
import { valuesOf } from '../delivery/key';
import type { Provider } from '../delivery/provider';
import type { QCallCall } from './payload';
import { qCallSchema } from './payload';
import { sample } from './sample';

/** What the trigger is used for; QCall itself sends nothing that tells these apart. */
const END_OF_CALL = 'callEnded';

/** Trigger On in the words of the unified output. */
const UNIFIED_EVENTS = new Map([
	[END_OF_CALL, 'call.completed'],
	['duringCall', 'call.in_progress'],
	['callStarted', 'call.started'],
]);

export const qCall: Provider<QCallCall> = {
	name: 'qcall',
	title: 'QCall',
	transports: ['json', 'form', 'query'],
	credential: {
		type: 'qCallWebhookApi',
		whereHeaderIsSet: 'in QCall under Assistants > your assistant > Tools > your webhook > Headers',
	},
	schema: qCallSchema,
	notTriggeredBy: () => undefined,
	deduplicatesFor: (chosen) => chosen.includes(END_OF_CALL),
	filters: [
		oneOfList({ parameter: 'outcomes', label: 'Outcomes', fields: ['call_outcome'] }),
		noneOfList({ parameter: 'excludedOutcomes', label: 'Excluded Outcomes', fields: ['call_outcome'] }),
		oneOfList({ parameter: 'sentiments', label: 'Sentiments', fields: ['sentiment_analysis'] }),
		atLeast({ parameter: 'minDuration', label: 'Minimum Duration', fields: ['call_duration'] }, ' seconds'),
		atLeast({ parameter: 'minOrderValue', label: 'Minimum Order Value', fields: ['order_value'] }, ''),
	],
	keys: {
		// Texts that the AI words anew for each webhook tool are no part of it.
		automatic: (call) =>
			valuesOf(call, 'call_id') ??
			valuesOf(call, 'call_sid') ??
			valuesOf(call, 'callsid') ??
			valuesOf(call, 'recording_url') ??
			valuesOf(call, 'phone_number', 'call_date', 'call_duration'),
		orderId: (call) => valuesOf(call, 'order_id'),
	},
	attemptOf: () => null,
	awaitsAi: () => false,
	simplified: [
		'first_name',
		'last_name',
		'phone_number',
		'email_address',
		'order_id',
		'call_date',
		'call_duration',
		'call_outcome',
		'call_summary',
		'recording_url',
	],
	unified: {
		call_id: { from: ['call_id', 'call_sid', 'callsid'] },
		event: { from: [], value: (_call, [triggerOn = END_OF_CALL]) => UNIFIED_EVENTS.get(triggerOn) ?? null },
		direction: { from: [] },
		status: { from: [] },
		started_at: { from: ['call_date'] },
		duration_seconds: { from: ['call_duration'] },
		caller_name: { from: ['first_name', 'last_name'], value: nameOf },
		caller_phone: { from: ['phone_number'] },
		caller_email: { from: ['email_address'] },
		destination_phone: { from: [] },
		tracking_phone: { from: [] },
		outcome: { from: ['call_outcome'] },
		qualified: { from: [] },
		score: { from: [] },
		sentiment: { from: ['sentiment_analysis'] },
		category: { from: [] },
		summary: { from: ['call_summary'] },
		transcript: { from: [] },
		recording_url: { from: ['recording_url'] },
		value: { from: ['order_value'] },
		cost: { from: ['call_cost'] },
		source: { from: [] },
		campaign: { from: [] },
		delivery_id: { from: [] },
	},
	sample,
};

function nameOf(call: QCallCall): string | null {
	const names = [call.first_name, call.last_name].filter((name) => name);
	return names.length === 0 ? null : names.join(' ');
}
