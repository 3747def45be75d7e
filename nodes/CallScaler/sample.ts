import type { IDataObject } from 'n8n-workflow';

import { ANY_CALL } from './parameters';

/** The guide's "Payload Example", with ids as they look where the guide has the word "uuid". */
const completed = {
	event: 'call.completed',
	call_id: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
	business_id: '5e0c8a52-7d1b-4f5e-9c1a-2b6f4d8e9a10',
	call_flow_id: 'c3f7b9d4-1a6e-4c82-b5d0-8e2f7a41c693',
	call_flow_name: 'Google Ads',
	tracking_number: '+15735551234',
	caller_number: '+13055559876',
	destination_number: '+13055554567',
	direction: 'inbound',
	status: 'completed',
	duration_seconds: 145,
	recording_url: 'https://callscaler.com/api/v1/audio/abc123.mp3',
	recording_duration: 138,
	transcription: 'Hi, I need a quote for a new AC unit...',
	summary: 'Homeowner requesting HVAC quote for new installation.',
	ai_score: 85,
	ai_category: 'lead',
	qualified_ai: true,
	qualification_reason: 'Strong buying intent — requesting pricing',
	source: 'google',
	landing_page_url: 'https://yoursite.com/hvac',
	referrer_url: 'https://google.com',
	utm_source: 'google',
	utm_medium: 'cpc',
	utm_campaign: 'hvac-tampa',
	utm_term: 'ac repair near me',
	utm_content: null,
	gclid: 'abc123def456',
	fbclid: null,
	msclkid: null,
	value_cents: 5000,
	cost_cents: 15,
	robo_score: 0,
	ai_processed: true,
	created_at: '2026-03-30T14:30:00Z',
	webhook_sent_at: '2026-03-30T14:31:15Z',
	delivery_id: '9b2d6f18-4e7c-4a3b-8f50-d1c6e2a7b594',
	attempt: 1,
};

/** What a call has that nobody talked in: no length, no recording, and nothing for the AI to look at. */
const WITHOUT_A_TALK = {
	duration_seconds: 0,
	recording_url: null,
	recording_duration: null,
	transcription: null,
	summary: null,
	ai_score: null,
	ai_category: null,
	qualified_ai: null,
	qualification_reason: null,
	value_cents: 0,
	cost_cents: 0,
};

/** What is otherwise in the sample of each event; the most telling event first. */
const BY_EVENT: Readonly<Record<string, IDataObject>> = {
	'call.completed': {},
	'call.voicemail': {
		status: 'voicemail',
		duration_seconds: 34,
		recording_duration: 21,
		transcription: 'Hi, my AC stopped working. Please call me back...',
		summary: 'Caller left a voicemail and asks to be called back about a broken AC unit.',
		ai_score: 60,
		ai_category: 'voicemail',
		qualified_ai: false,
		qualification_reason: 'Voicemail: nobody spoke with the caller yet',
		value_cents: 0,
	},
	'call.missed': { status: 'no-answer', ...WITHOUT_A_TALK },
	'call.failed': { status: 'failed', ...WITHOUT_A_TALK },
};

/** An example of the first of these events that the user chose. */
export function sampleFor(triggerOn: readonly string[]): IDataObject {
	const events = Object.entries(BY_EVENT);
	const [event, change] = events.find(([each]) => triggerOn.includes(each) || triggerOn.includes(ANY_CALL)) ?? [];
	return { ...completed, ...(event === undefined ? {} : { event, ...change }) };
}
