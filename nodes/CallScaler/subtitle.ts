import { subtitle } from '../editor/subtitle';
import { ANY_CALL } from './parameters';
import { EVENTS } from './payload';

/** What stands below the node on the canvas. */
export const callScalerSubtitle = subtitle({
	triggerOn: {
		'call.completed': 'completed',
		'call.failed': 'failed',
		'call.missed': 'missed',
		'call.voicemail': 'voicemail',
	},
	all: { words: 'any call', value: ANY_CALL, count: Object.keys(EVENTS).length },
	filters: [
		{ parameter: 'minDuration', words: '{} s or more' },
		{
			parameter: 'qualification',
			byValue: { any: '', qualified: 'qualified', notQualified: 'not qualified' },
		},
		{
			parameter: 'aiCategories',
			byValue: { existing_customer: 'existing customer', wrong_number: 'wrong number' },
		},
		{ parameter: 'minAiScore', words: 'AI score {} or more' },
		{ parameter: 'maxRoboScore', words: 'robo score {} or less' },
		{ parameter: 'direction' },
		{ parameter: 'callFlows', words: 'call flow {}' },
		{ parameter: 'trackingNumbers', words: 'to {}' },
		{ parameter: 'sources', words: 'from {}' },
	],
});
