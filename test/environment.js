'use strict';

const { TestEnvironment } = require('jest-environment-node');

const { tellIfNearLimit } = require('../lib/near-limit');

/** Booting n8n and waiting for its executions takes seconds, on a busy machine many. This ends only what never would. */
const LIMIT_IN_MILLISECONDS = 600_000;

/** The environment of tests in a real n8n: Node's, and it tells which tests and hooks came near their time limits. */
module.exports = class extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		this.file = context.testPath.slice(config.projectConfig.rootDir.length + 1);
	}

	handleTestEvent(event, state) {
		// Jest itself has one limit for all projects.
		if (event.name === 'setup') state.testTimeout = LIMIT_IN_MILLISECONDS;
		const { testTimeout } = state;
		if (event.name === 'hook_start') this.hookStarted = Date.now();
		if (event.name === 'hook_success') {
			const { type, parent, timeout = testTimeout } = event.hook;
			tellIfNearLimit(`${this.file}, ${type} of ${parent.name}`, Date.now() - this.hookStarted, timeout ?? testTimeout);
		}
		if (event.name === 'test_done') {
			const { name, duration, timeout } = event.test;
			tellIfNearLimit(`${this.file}, ${name}`, duration ?? 0, timeout ?? testTimeout);
		}
	}
};
