'use strict';

/**
 * What the nodes wait for passes twenty times as fast: n8n-workflow's `sleep` is their only clock that waits, and of it
 * every wait becomes shorter by the same, so what comes first still does. Nothing else is changed: requests, what n8n-core
 * does, and the time of day take as long as they take. A test that drives the clock itself (jest's fake timers) has it
 * at its full length.
 */
const TIMES = 20;
const ownTimer = globalThis.setTimeout;

jest.mock('n8n-workflow', () => {
	const workflow = jest.requireActual('n8n-workflow');
	const sleep = (ms) => workflow.sleep(globalThis.setTimeout === ownTimer ? ms / TIMES : ms);
	return { ...workflow, sleep };
});
