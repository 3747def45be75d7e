'use strict';

const Sequencer = require('@jest/test-sequencer').default;

/**
 * Files whose tests are in what they import. Where jest knows no times of a run before, it takes the largest file for the
 * longest, and such a one would run last, alone.
 */
const OF_OTHERS = ['in-one-n8n.test.ts', 'each-setting.test.ts'];

const isOfOthers = ({ path }) => OF_OTHERS.some((name) => path.endsWith(name));

module.exports = class extends Sequencer {
	sort(tests) {
		const sorted = super.sort(tests);
		return [...sorted.filter(isOfOthers), ...sorted.filter((test) => !isOfOthers(test))];
	}
};
