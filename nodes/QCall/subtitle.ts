import { subtitle } from '../editor/subtitle';

/** What stands below the node on the canvas. */
export const qCallSubtitle = subtitle({
	triggerOn: { callEnded: 'call ended', callStarted: 'call started', duringCall: 'during call' },
	filters: [
		{ parameter: 'minDuration', words: '{} s or more' },
		{ parameter: 'outcomes' },
		{ parameter: 'excludedOutcomes', words: 'not {}' },
		{ parameter: 'sentiments', byValue: { Negative: 'negative', Neutral: 'neutral', Positive: 'positive' } },
		{ parameter: 'minOrderValue', words: 'order of {} or more' },
	],
});
