'use strict';

const { TestEnvironment } = require('jest-environment-node');

const { tellIfNearLimit } = require('../lib/near-limit');

/** The environment of tests in a real n8n: Node's, and it tells which tests and hooks came near their time limits. */
module.exports = class extends TestEnvironment {
	constructor(config, context) {
		super(config, context);
		this.file = context.testPath.slice(config.projectConfig.rootDir.length + 1);
	}

	handleTestEvent(event, { testTimeout }) {
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
