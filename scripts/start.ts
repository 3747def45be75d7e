/**
 * `npm start`: a real n8n with both triggers in active workflows, and what becomes of a few deliveries.
 *   --once        ends after the table; the exit code tells whether every row was as it should be
 *   --port 5679   another port than n8n's usual one
 *   --fresh       begins with an empty n8n instead of the one of earlier runs
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { boot, installHost, type N8n, pack } from '../host';
import { ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';
import { say, showProgress, StepError } from '../lib/steps';
import { choosePort } from './start/choose-port';
import { claimFolder } from './start/claim-folder';
import { deliverCallScaler, deliverQCall, type Result } from './start/deliveries';
import { prepareFirstLooks } from './start/first-look';
import { tellWhere, untilEnd } from './start/running';
import { tableOf } from './start/table';

const FOLDER = join(ROOT, '.n8n-post-call');
const DEFAULT_PORT = '5678';

interface Options {
	once: boolean;
	port: string;
	fresh: boolean;
}

function readOptions(): Options {
	const { values } = parseArgs({
		options: {
			once: { type: 'boolean', default: false },
			port: { type: 'string', default: DEFAULT_PORT },
			fresh: { type: 'boolean', default: false },
		},
	});
	return values;
}

async function bootKept(port: number): Promise<N8n> {
	try {
		return await boot({ folder: FOLDER, port, version: '2.x', editor: true });
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new StepError(`${reason}\n\nTo begin with an empty n8n instead of the kept one: npm start -- --fresh`);
	}
}

function report({ qCall, callScaler }: { qCall: Result; callScaler: Result }): boolean {
	const rows = [...qCall.rows, ...callScaler.rows];
	for (const [name, { item }] of Object.entries({ QCall: qCall, CallScaler: callScaler })) {
		say(`\nThe item that arrived from ${name}:\n${JSON.stringify(item, null, 2) ?? 'none'}`);
	}
	say(`\n${tableOf(rows)}\n`);
	return rows.every(({ problem }) => problem === undefined) && Boolean(qCall.item && callScaler.item);
}

async function start(): Promise<void> {
	const options = readOptions();
	const port = await choosePort(options.port, 'npm start');
	claimFolder(FOLDER, 'npm start');
	await installHost('2.x');
	await pack();
	if (options.fresh) rmSync(join(FOLDER, '.n8n'), { recursive: true, force: true });
	const n8n = await showProgress('Starting n8n with the package installed', async () => await bootKept(port));
	try {
		const looks = await prepareFirstLooks(n8n);
		const isRight = report({
			qCall: await deliverQCall(n8n, looks.qCall),
			callScaler: await deliverCallScaler(n8n, looks.callScaler),
		});
		if (!isRight) {
			say('Something is not as it should be: see WRONG above.');
			process.exitCode = 1;
		}
		tellWhere(n8n, `${FOLDER} (kept; npm start -- --fresh empties it)`);
		if (!options.once) await untilEnd(n8n);
	} finally {
		await n8n.stop();
	}
}

runMain(start);
