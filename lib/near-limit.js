'use strict';

/**
 * Tells of what took more than half of the time that it may take: on a busier machine it would have failed. Plain
 * JavaScript, for jest's environment loads it as it is.
 */

const { appendFileSync } = require('fs');

const NEAR = 0.5;

/** Where these lines are gathered; without it they go to the terminal. */
const FILE_IN_ENVIRONMENT = 'NEAR_LIMITS';

const inSeconds = (ms) => (ms / 1000).toFixed(0);

exports.FILE_IN_ENVIRONMENT = FILE_IN_ENVIRONMENT;

exports.tellIfNearLimit = (what, tookMs, limitMs) => {
	if (tookMs < limitMs * NEAR) return;
	const line = `${inSeconds(tookMs)} s of ${inSeconds(limitMs)} s: ${what}\n`;
	const file = process.env[FILE_IN_ENVIRONMENT];
	if (file) appendFileSync(file, line);
	else process.stderr.write(line);
};
