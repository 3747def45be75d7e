import { conversionOf } from '../provider/field-types';
import { atLeast, noneOfList, oneOfList } from '../provider/filters';
import { type CallKey, keyFrom } from '../provider/keys';
import type { Provider } from '../provider/provider';
import { phoneDigits } from '../provider/comparing';
import type { QCallCall } from './payload';
import { documentedFields, qCallSchema } from './payload';
import { sampleFor } from './sample';

/** Trigger On in the words of the unified output. QCall itself sends nothing that tells these apart. */
const UNIFIED_EVENTS = new Map([
	['callEnded', 'call.completed'],
	['duringCall', 'call.in_progress'],
	['callStarted', 'call.started'],
]);

/** Two webhook tools of one assistant fire at the same moment, and nothing else repeats a call. */
const LOOKS_ALIKE_FOR_AT_MOST_MS = 60_000;

export const qCall: Provider<QCallCall> = {
	name: 'qcall',
	title: 'QCall',
	transports: ['json', 'form', 'query'],
	credential: {
		type: 'qCallWebhookApi',
		whereHeaderIsSet: 'in QCall under Assistants > your assistant > Tools > your webhook > Headers',
	},
	convert: conversionOf(qCallSchema),
	fieldNames: Object.keys(documentedFields),
	triggerOn: {
		values: { callEnded: 'Call Ended', callStarted: 'Call Started', duringCall: 'During Call' },
		beforeItsEnd: ['callStarted', 'duringCall'],
	},
	filters: [
		oneOfList({ parameter: 'outcomes', label: 'Outcomes', fields: ['call_outcome'], onlyAfterItsEnd: true }),
		noneOfList({
			parameter: 'excludedOutcomes',
			label: 'Excluded Outcomes',
			fields: ['call_outcome'],
			onlyAfterItsEnd: true,
		}),
		oneOfList({ parameter: 'sentiments', label: 'Sentiments', fields: ['sentiment_analysis'], onlyAfterItsEnd: true }),
		atLeast(
			{ parameter: 'minDuration', label: 'Minimum Duration', fields: ['call_duration'], onlyAfterItsEnd: true },
			' seconds',
		),
		atLeast({ parameter: 'minOrderValue', label: 'Minimum Order Value', fields: ['order_value'] }),
	],
	keys: {
		automatic: (call) =>
			keyFrom(call, 'call_id') ??
			keyFrom(call, 'call_sid') ??
			keyFrom(call, 'callsid') ??
			(isUrl(call.recording_url) ? keyFrom(call, 'recording_url') : undefined) ??
			lookOf(call),
		// The AI fills it in from what was said: an order without a digit is a sentence.
		orderId: (call) => (/\d/.test(call.order_id ?? '') ? keyFrom(call, 'order_id') : undefined),
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
		recording_url: { from: ['recording_url'] },
		value: { from: ['order_value'] },
		cost: { from: ['call_cost'] },
	},
	sample: sampleFor,
};

/**
 * What two deliveries of one call have in common where neither carries an id: caller, day and duration, whichever way the
 * AI wrote them. Calls that nobody answered all look alike, so a call without a duration has no key.
 */
function lookOf({ phone_number, call_date, call_duration }: QCallCall): CallKey | undefined {
	const digits = phoneDigits(phone_number ?? '');
	if (digits === '' || !call_date || !call_duration || call_duration < 0) return undefined;
	const values = { phone_number: digits, call_date: call_date.slice(0, 10), call_duration: String(call_duration) };
	// Another call that takes as long cannot end sooner than that.
	return { values, looksAlikeForMs: Math.min(LOOKS_ALIKE_FOR_AT_MOST_MS, call_duration * 1_000) };
}

/** Whether it is the address of something: the AI may write any other text where there is no recording. */
function isUrl(text: string | null | undefined): boolean {
	return /^https?:\/\/[^/]+\/./i.test(text ?? '');
}

function nameOf(call: QCallCall): string | null {
	const names = [call.first_name, call.last_name].filter((name) => name);
	return names.length === 0 ? null : names.join(' ');
}
