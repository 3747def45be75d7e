import { atLeast, noneOfList, oneOfList } from '../provider/filters';
import { type CallKey, keyFrom, saysNothing } from '../provider/keys';
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
	schema: qCallSchema,
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
			idFrom(call, 'call_id') ??
			idFrom(call, 'call_sid') ??
			idFrom(call, 'callsid') ??
			(isARecording(call.recording_url) ? keyFrom(call, 'recording_url') : undefined) ??
			lookOf(call),
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

/** The AI fills these in from what was said: an ID without a digit is a word, in whatever language. */
function idFrom(call: QCallCall, field: 'call_id' | 'call_sid' | 'callsid' | 'order_id'): CallKey | undefined {
	return /\d/.test(call[field] ?? '') ? keyFrom(call, field) : undefined;
}

/** The path of a web address, without what its last part ends in (`.mp3`), and its query string. */
const WEB_ADDRESS = /^https?:\/\/[^/?#]+\/([^?#]*?)(?:\.\w{2,4})?(?:\?([^#]*))?(?:#.*)?$/i;
/** Longer than an address with a signature in it. */
const LONGEST_ADDRESS = 4_000;

/** What an address may end in that is no name of a recording, but stands before one or in place of one. */
const NO_NAME = /^(?:recordings?|audios?|calls?|files?|media|voicemails?|download|default|example|sample|test|v\d+)$/i;

/**
 * Whether it is the address of one recording. Where there is none the AI may write any other text, and a program an address
 * without the name in it: `…/recordings/`, `…/undefined.mp3`, `…/recording?id=`.
 */
function isARecording(text: string | null | undefined): boolean {
	if (!text || text.length > LONGEST_ADDRESS) return false;
	const [, path = '', query] = WEB_ADDRESS.exec(text.trim()) ?? [];
	const parts = path.split('/');
	// In `…/abc123/recording.wav` the name stands before; a shorter part is that of a date.
	const name = NO_NAME.test(parts.at(-1) ?? '')
		? (parts.findLast((part) => /\d/.test(part) && part.length > 4) ?? '')
		: (parts.at(-1) ?? '');
	const values = query?.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1)) ?? [];
	const names = query === undefined || /\d/.test(name) ? [name, ...values] : values;
	return names.some((each) => !saysNothing(each) && !NO_NAME.test(each));
}

function nameOf(call: QCallCall): string | null {
	const names = [call.first_name, call.last_name].filter((name) => name);
	return names.length === 0 ? null : names.join(' ');
}
