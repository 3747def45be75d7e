import { runInNewContext } from 'node:vm';

import { callScaler } from '../../nodes/CallScaler/provider';
import { callScalerSubtitle } from '../../nodes/CallScaler/subtitle';
import { qCall } from '../../nodes/QCall/provider';
import { qCallSubtitle } from '../../nodes/QCall/subtitle';

/** What n8n makes of the expression. */
function shown(subtitle: string, $parameter: object): unknown {
	const [, expression = ''] = /^=\{\{ ([^]*) \}\}$/.exec(subtitle) ?? [];
	return runInNewContext(expression, { $parameter });
}

const ALL = ['call.completed', 'call.missed', 'call.voicemail', 'call.failed'];

it.each<[object, string]>([
	[{ triggerOn: ALL, filters: {} }, 'any call'],
	[{ triggerOn: ['any'] }, 'any call'],
	[
		{ triggerOn: ['call.missed'], filters: { qualification: 'qualified', minDuration: 30 } },
		'missed, 30 s or more, qualified',
	],
	[{ triggerOn: ALL, filters: { qualification: 'any', missingAiData: 'ignore' } }, 'any call'],
	[
		{ triggerOn: ALL, filters: { qualification: 'notQualified', minDuration: 0 } },
		'any call, 0 s or more, not qualified',
	],
	[
		{ triggerOn: ['call.completed', 'call.missed'], filters: { aiCategories: ['lead', 'wrong_number'], sources: [] } },
		'completed, missed, lead or wrong number',
	],
	[
		{
			triggerOn: ['any'],
			filters: { minAiScore: 50, maxRoboScore: 20, direction: 'inbound', callFlows: ['Google Ads'], sources: ['$&'] },
			conditions: { rows: [{ field: 'a' }, { field: '' }, { field: 'b' }] },
		},
		'any call, AI score 50 or more, robo score 20 or less, inbound, call flow Google Ads, from $&, 2 conditions',
	],
	[{ triggerOn: undefined, filters: null, conditions: '=' }, ''],
])('CallScaler: %j is "%s"', (parameters, subtitle) => {
	expect(shown(callScalerSubtitle, parameters)).toBe(subtitle);
});

it.each<[object, string]>([
	[{ triggerOn: 'callEnded' }, 'call ended'],
	[
		{ triggerOn: 'callEnded', filters: { outcomes: ['Order Placed'], excludedOutcomes: ['Spam', 'Wrong Number'] } },
		'call ended, Order Placed, not Spam or Wrong Number',
	],
	[{ triggerOn: 'duringCall', conditions: { rows: [{ field: 'a' }] } }, 'during call, 1 condition'],
	[
		{ triggerOn: 'callEnded', filters: { sentiments: ['Negative'], minOrderValue: 10 } },
		'call ended, negative, order of 10 or more',
	],
])('QCall: %j is "%s"', (parameters, subtitle) => {
	expect(shown(qCallSubtitle, parameters)).toBe(subtitle);
});

it.each([
	['CallScaler', callScaler.filters, callScalerSubtitle],
	['QCall', qCall.filters, qCallSubtitle],
])('%s: has words for each filter', (_title, filters, subtitle) => {
	for (const { parameter } of filters) {
		expect({ [parameter]: shown(subtitle, { filters: { [parameter]: 'x' } }) }).not.toEqual({ [parameter]: '' });
	}
});

it('holds nothing that would end the expression early', () => {
	for (const subtitle of [callScalerSubtitle, qCallSubtitle]) {
		expect(subtitle.slice(4, -3)).not.toMatch(/\{\{|\}\}/);
	}
});
