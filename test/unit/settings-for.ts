import type { Settings } from '../../nodes/delivery/settings';

/** What a trigger's settings are where the user touched none; for CallScaler, where all calls are chosen. */
export function settingsFor<Call>(): Settings<Call> {
	return {
		triggerOn: ['call.completed', 'call.missed', 'call.voicemail', 'call.failed'],
		output: 'fields',
		filters: [],
		ignoresMissingLateFields: false,
		conditions: [],
		customFields: [],
		deduplicate: true,
		deduplicateBy: 'callAndEvent',
		dedupeField: '',
		respond: 'onReceived',
		rejectsInvalidFields: false,
		includesDelivery: false,
		emitsIgnored: false,
		hasIgnoredOutput: false,
		catchesUp: false,
		catchUpOn: [],
		oddities: [],
		history: 1_000,
		windowInMs: 24 * 3_600_000,
	};
}
