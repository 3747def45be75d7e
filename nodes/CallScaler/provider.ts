import { atLeast, atMost, oneOfList, oneOfPhoneNumbers, yesOrNo } from '../provider/filters';
import { keyFrom } from '../provider/keys';
import type { Provider } from '../provider/provider';
import { shown } from '../provider/comparing';
import { callsApi } from './calls-api';
import { ANY_CALL, parameters } from './parameters';
import type { CallScalerCall } from './payload';
import { callScalerSchema, documentedFields, EVENTS, OLDER_COMPLETED_EVENT } from './payload';
import { sampleFor } from './sample';

export const callScaler: Provider<CallScalerCall> = {
	name: 'callscaler',
	title: 'CallScaler',
	transports: ['json'],
	credential: {
		type: 'callScalerWebhookApi',
		whereHeaderIsSet:
			'in CallScaler under Call Flows > your call flow > AUTOMATIONS > Post-Call Webhook > Custom headers',
		mayStrip: 'authorization',
	},
	schema: callScalerSchema,
	fieldNames: Object.keys(documentedFields),
	parameters,
	triggerOn: { decidedBy: { field: 'event', nameIfNotChosen } },
	filters: [
		yesOrNo(
			{ parameter: 'qualification', fields: ['qualified_ai'] },
			{ yes: 'qualified', no: 'notQualified', either: 'any' },
		),
		oneOfList({ parameter: 'aiCategories', fields: ['ai_category'] }),
		atLeast({ parameter: 'minAiScore', fields: ['ai_score'] }),
		atMost({ parameter: 'maxRoboScore', fields: ['robo_score', 'robo_risk_score'] }),
		atLeast({ parameter: 'minDuration', fields: ['duration_seconds'] }, ' seconds'),
		oneOfList({ parameter: 'direction', fields: ['direction'] }),
		oneOfList({ parameter: 'callFlows', fields: ['call_flow_name', 'call_flow_id'] }),
		oneOfPhoneNumbers({ parameter: 'trackingNumbers', fields: ['tracking_number'] }),
		oneOfList({ parameter: 'sources', fields: ['source', 'utm_source'] }),
	],
	lateFields: {
		names: ['qualified_ai', 'ai_category', 'ai_score', 'robo_score', 'robo_risk_score'],
		areAwaited: (call) => call.ai_processed !== true,
		parameter: 'missingAiData',
		hint: 'its AI analysis was not finished; tick Wait for AI processing in the call flow',
	},
	keys: {
		// The event as it was sent: call.ended, without AI data, and call.completed, with them, are two deliveries.
		callAndEvent: (call) => {
			const key = keyFrom(call, 'call_id');
			return key && { values: { ...key.values, event: call.event ?? '' } };
		},
		callId: (call) => keyFrom(call, 'call_id'),
		deliveryId: (call) => keyFrom(call, 'delivery_id'),
	},
	attemptField: 'attempt',
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
		event: { from: ['event'], renamed: { [OLDER_COMPLETED_EVENT]: 'call.completed' } },
		direction: { from: ['direction'] },
		status: { from: ['status'] },
		started_at: { from: ['created_at', 'timestamp'] },
		duration_seconds: { from: ['duration_seconds'] },
		caller_name: { from: ['caller_name'] },
		caller_phone: { from: ['caller_number'] },
		destination_phone: { from: ['destination_number'] },
		tracking_phone: { from: ['tracking_number'] },
		qualified: { from: ['qualified_ai'] },
		score: { from: ['ai_score'] },
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
	callsApi,
	sample: sampleFor,
};

function nameIfNotChosen({ event: sent }: CallScalerCall, chosen: readonly string[]): string | undefined {
	if (chosen.includes(ANY_CALL)) return undefined;
	const event = sent === OLDER_COMPLETED_EVENT ? 'call.completed' : (sent ?? 'unknown');
	if (chosen.includes(event)) return undefined;
	const documented = Object.entries(EVENTS);
	const name = documented.find(([each]) => each === event)?.[1];
	// An event that nobody has documented: who wants all calls wants it too.
	if (name === undefined && documented.every(([each]) => chosen.includes(each))) return undefined;
	return name ?? shown(event);
}

/** An amount in the currency's unit. */
function unitsOf(cents: number | null): number | null {
	return cents === null ? null : cents / 100;
}
