import { z } from 'zod/v4';

import { boolean, date, number, oneOf, text, undocumented } from '../provider/field-types';
import { choicesOf } from '../provider/labels';
import { ANY_CALL, parameters } from './parameters';

/** The events of the post-call webhook (CallScaler guide, "Payload Reference: event"), each with its name. */
export const EVENTS = Object.fromEntries(
	Object.entries(choicesOf(parameters, 'triggerOn')).filter(([value]) => value !== ANY_CALL),
);

/** The older name of `call.completed`, still sent by the Webhook step of a call flow. */
export const OLDER_COMPLETED_EVENT = 'call.ended';

/** The AI's categories (CallScaler guide, "Payload Reference"). */
const AI_CATEGORIES = ['existing_customer', 'lead', 'spam', 'voicemail', 'wrong_number'] as const;

/** The 38 fields of the post-call webhook, in the order and words of the guide's "Payload Reference". */
export const documentedFields = {
	event: oneOf(...Object.keys(EVENTS), OLDER_COMPLETED_EVENT).describe('Event type'),
	call_id: text().describe('Unique call ID'),
	business_id: text().describe('Your business ID'),
	call_flow_id: text().describe('Call flow ID'),
	call_flow_name: text().describe('Call flow name'),
	tracking_number: text().describe('Your CallScaler tracking number'),
	caller_number: text().describe("The caller's phone number"),
	destination_number: text().describe('Forwarding destination, empty if not forwarded'),
	direction: oneOf('inbound', 'outbound').describe('Direction of the call'),
	status: oneOf('completed', 'no-answer', 'voicemail', 'busy', 'failed').describe('Status of the call'),
	duration_seconds: number().describe('Call duration in seconds'),
	recording_url: text().describe('Recording URL, empty if not recorded'),
	recording_duration: number().describe('Recording length in seconds'),
	transcription: text().describe('Full transcription, empty if not available yet'),
	summary: text().describe('AI summary of the call'),
	ai_score: number().describe('Quality score, 0 to 100'),
	ai_category: oneOf(...AI_CATEGORIES).describe('Category the AI gave the call'),
	qualified_ai: boolean().describe('Whether AI marked this as a qualified lead'),
	qualification_reason: text().describe('Why the call was qualified or not'),
	source: text().describe('Traffic source'),
	landing_page_url: text().describe('First page of the visitor'),
	referrer_url: text().describe('Page the visitor came from'),
	utm_source: text().describe('UTM source'),
	utm_medium: text().describe('UTM medium'),
	utm_campaign: text().describe('UTM campaign'),
	utm_term: text().describe('UTM term'),
	utm_content: text().describe('UTM content'),
	gclid: text().describe('Google Ads click ID'),
	fbclid: text().describe('Facebook click ID'),
	msclkid: text().describe('Microsoft Ads click ID'),
	value_cents: number().describe('Assigned call value, in cents'),
	cost_cents: number().describe('Call cost, in cents'),
	robo_score: number().describe('Robocall likelihood score'),
	ai_processed: boolean().describe('Whether AI analysis has completed'),
	created_at: date().describe('When the call occurred'),
	webhook_sent_at: date().describe('When the webhook was sent'),
	delivery_id: text().describe('Unique delivery ID for tracking'),
	attempt: number().describe('Which delivery attempt this is: 1, 2 or 3'),
};

/** Fields that only the older payloads have: they are typed where they arrive. */
export const olderFields = {
	caller_name: text().describe("The caller's name"),
	caller_city: text().describe("The caller's city"),
	caller_state: text().describe("The caller's state"),
	robo_risk_score: number().describe('Robocall likelihood score'),
	timestamp: date().describe('When the call occurred'),
};

/** A CallScaler call: every documented field, null where it did not arrive, and whatever else was sent. */
export const callScalerSchema = z
	.object({ ...documentedFields, ...z.object(olderFields).partial().shape })
	.catchall(undocumented);

export type CallScalerCall = z.infer<typeof callScalerSchema>;
