'use strict';

/**
 * Stands between a test and the n8n it started: when the test's process is gone, in whatever way, the channel
 * to it closes and n8n is killed. A handler in the test's own process could not do that after a SIGKILL, and
 * jest does not pass process events on to tests.
 */

const { spawn } = require('node:child_process');

const [command, ...args] = process.argv.slice(2);

// A process group of its own: a Ctrl-C in the terminal goes to the test, which then stops n8n in order; and
// n8n's own children (its task runner) can be killed with it.
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

function killGroup() {
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		// Already gone.
	}
}

child.on('spawn', () => process.send({ pid: child.pid }));
child.on('error', (error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
child.on('exit', (code, signal) => {
	killGroup();
	process.exit(code ?? (signal ? 1 : 0));
});
process.on('disconnect', () => {
	killGroup();
	process.exit(1);
});
