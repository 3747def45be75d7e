import { atLeast, noneOfList, oneOfList } from '../provider/filters';
import type { Provider } from '../provider/provider';
import { callsApi } from './calls-api';
import { automaticKey, idFrom } from './keys';
import { parameters } from './parameters';
import type { QCallCall } from './payload';
import { documentedFields, qCallSchema } from './payload';
import { sampleFor } from './sample';

/** Trigger On in the words of the unified output. QCall itself sends nothing that tells these apart. */
const UNIFIED_EVENTS = new Map([
	['callEnded', 'call.completed'],
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
	whenUnreadable:
		'In QCall make the Description of these Body Parameters more specific, such as: total seconds, digits only.',
	fieldNames: Object.keys(documentedFields),
	phoneFields: ['phone_number'],
	parameters,
	triggerOn: { beforeItsEnd: ['callStarted', 'duringCall'] },
	filters: [
		oneOfList({ parameter: 'outcomes', fields: ['call_outcome'], onlyAfterItsEnd: true }),
		noneOfList({
			parameter: 'excludedOutcomes',
			fields: ['call_outcome'],
			onlyAfterItsEnd: true,
		}),
		oneOfList({ parameter: 'sentiments', fields: ['sentiment_analysis'], onlyAfterItsEnd: true }),
		atLeast({ parameter: 'minDuration', fields: ['call_duration'], onlyAfterItsEnd: true }, ' seconds'),
		atLeast({ parameter: 'minOrderValue', fields: ['order_value'] }),
	],
	keys: {
		automatic: automaticKey,
		orderId: (call) => idFrom(call, 'order_id'),
	},
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
		event: { from: [], value: (_call, [triggerOn = '']) => UNIFIED_EVENTS.get(triggerOn) ?? null },
		started_at: { from: ['call_date'] },
		duration_seconds: { from: ['call_duration'] },
		caller_name: { from: ['first_name', 'last_name'], value: nameOf },
		caller_phone: { from: ['phone_number'] },
		caller_email: { from: ['email_address'] },
		outcome: { from: ['call_outcome'] },
		sentiment: { from: ['sentiment_analysis'] },
		summary: { from: ['call_summary'] },
		transcript: { from: ['transcript'] },
		recording_url: { from: ['recording_url'] },
		value: { from: ['order_value'] },
		cost: { from: ['call_cost'] },
		campaign: { from: ['campaign_name'] },
	},
	callsApi,
	sample: sampleFor,
};

function nameOf(call: QCallCall): string | null {
	const names = [call.first_name, call.last_name].filter((name) => name);
	return names.length === 0 ? null : names.join(' ');
}
