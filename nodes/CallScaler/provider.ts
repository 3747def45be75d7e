import { atLeast, atMost, oneOfList, sameNumber, yesOrNo } from '../delivery/filter';
import { valuesOf } from '../delivery/key';
import type { Provider } from '../delivery/provider';
import { shown } from '../delivery/text';
import type { CallScalerCall } from './payload';
import { callScalerSchema, EVENTS, OLDER_COMPLETED_EVENT } from './payload';
import { sample } from './sample';

/** The event by its present name. */
function eventOf({ event }: CallScalerCall): string | null {
	return event === OLDER_COMPLETED_EVENT ? 'call.completed' : event;
}

const isDocumented = new Set<string>(EVENTS);

export const callScaler: Provider<CallScalerCall> = {
	name: 'callscaler',
	title: 'CallScaler',
	transports: ['json'],
	credential: {
		type: 'callScalerWebhookApi',
		whereHeaderIsSet:
			'in CallScaler under Call Flows > your call flow > AUTOMATIONS > Post-Call Webhook > Custom headers',
	},
	schema: callScalerSchema,
	notTriggeredBy: (call, chosen) => {
		const event = eventOf(call) ?? 'unknown';
		if (chosen.includes(event)) return undefined;
		if (!isDocumented.has(event) && EVENTS.every((documented) => chosen.includes(documented))) return undefined;
		return `Trigger On does not include ${shown(event)}`;
	},
	deduplicatesFor: () => true,
	filters: [
		yesOrNo(
			{ parameter: 'qualification', label: 'Qualification', fields: ['qualified_ai'], needsAi: true },
			{ yes: 'qualified', no: 'notQualified' },
		),
		oneOfList({ parameter: 'aiCategories', label: 'AI Categories', fields: ['ai_category'], needsAi: true }),
		atLeast({ parameter: 'minAiScore', label: 'Minimum AI Score', fields: ['ai_score'], needsAi: true }, ''),
		atMost(
			{
				parameter: 'maxRoboScore',
				label: 'Maximum Robo Score',
				fields: ['robo_score', 'robo_risk_score'],
				needsAi: true,
			},
			'',
		),
		atLeast({ parameter: 'minDuration', label: 'Minimum Duration', fields: ['duration_seconds'] }, ' seconds'),
		oneOfList({ parameter: 'direction', label: 'Direction', fields: ['direction'] }),
		oneOfList({ parameter: 'callFlows', label: 'Call Flows', fields: ['call_flow_name', 'call_flow_id'] }),
		oneOfList({ parameter: 'trackingNumbers', label: 'Tracking Numbers', fields: ['tracking_number'] }, sameNumber),
		oneOfList({ parameter: 'sources', label: 'Sources', fields: ['source', 'utm_source'] }),
	],
	keys: {
		callAndEvent: (call) => {
			const id = valuesOf(call, 'call_id');
			return id && { ...id, event: eventOf(call) ?? '' };
		},
		callId: (call) => valuesOf(call, 'call_id'),
		deliveryId: (call) => valuesOf(call, 'delivery_id'),
	},
	attemptOf: (call) => call.attempt,
	awaitsAi: (call) => call.ai_processed !== true,
	simplified: [
		'event',
		'call_id',
		'created_at',
		'caller_number',
		'call_flow_name',
		'duration_seconds',
		'qualified_ai',
		'ai_score',
		'summary',
		'recording_url',
	],
	unified: {
		call_id: { from: ['call_id'] },
		event: { from: ['event'], value: eventOf },
		direction: { from: ['direction'] },
		status: { from: ['status'] },
		started_at: { from: ['created_at', 'timestamp'] },
		duration_seconds: { from: ['duration_seconds'] },
		caller_name: { from: ['caller_name'] },
		caller_phone: { from: ['caller_number'] },
		caller_email: { from: [] },
		destination_phone: { from: ['destination_number'] },
		tracking_phone: { from: ['tracking_number'] },
		outcome: { from: [] },
		qualified: { from: ['qualified_ai'] },
		score: { from: ['ai_score'] },
		sentiment: { from: [] },
		category: { from: ['ai_category'] },
		summary: { from: ['summary'] },
		transcript: { from: ['transcription'] },
		recording_url: { from: ['recording_url'] },
		value: { from: ['value_cents'], value: (call) => unitsOf(call.value_cents) },
		cost: { from: ['cost_cents'], value: (call) => unitsOf(call.cost_cents) },
		source: { from: ['source', 'utm_source'] },
		campaign: { from: ['utm_campaign'] },
		delivery_id: { from: ['delivery_id'] },
	},
	sample,
};

/** An amount in the currency's unit, as the other provider sends it. */
function unitsOf(cents: number | null): number | null {
	return cents === null ? null : cents / 100;
}
