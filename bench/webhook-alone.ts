/**
 * How long webhook() takes by itself, in n8n-core's own context, beside JSON.parse of the same body. The node is the
 * one that was built: nothing of a test runner or a compiler is in the way of the figures. Prints them as JSON.
 */
import type { INodeType } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { Bench } from 'tinybench';

import { standIn, Trigger } from '../host/core';
import { callScalerCall } from '../host/simulators';
import { ROOT } from '../lib/paths';
import { runMain } from '../lib/run-main';
import { namesOf, WEBHOOK_CALLS } from './measures';

const built = join(ROOT, 'dist', 'nodes', 'CallScaler', 'CallScalerTrigger.node.js');
const { CallScalerTrigger }: { CallScalerTrigger: new () => INodeType } = createRequire(__filename)(built);

const RUNS = 10_000;

const secret = randomUUID();
const credential = { headerName: 'X-Webhook-Secret', secret, previousSecret: '' };
const headers = { 'content-type': 'application/json', 'x-webhook-secret': secret };

const bench = new Bench({ iterations: RUNS, time: 0, warmupIterations: RUNS / 2, warmupTime: 0, throws: true });

/** Has webhook() measured, each time for a call of its own; gives what JSON.parse of each took, in milliseconds. */
function add(name: keyof typeof WEBHOOK_CALLS): number[] {
	const { parameters, change } = WEBHOOK_CALLS[name];
	const nodeType = new CallScalerTrigger();
	const trigger = new Trigger({ nodeType, parameters, credential });
	const parsing: number[] = [];
	const arrive = () => {
		const text = JSON.stringify(callScalerCall(change));
		const before = performance.now();
		const body: unknown = JSON.parse(text);
		parsing.push(performance.now() - before);
		const { request, response } = standIn({ headers, body });
		return { context: trigger.webhookContext(request, response), response };
	};
	let arrived = arrive();
	bench.add(name, async () => await nodeType.webhook?.call(arrived.context), {
		async: true,
		beforeEach: () => {
			arrived = arrive();
		},
		// The answer goes out, so that nothing waits for it any longer.
		afterEach: () => {
			if (!arrived.response.writableEnded) arrived.response.json({});
		},
	});
	return parsing;
}

runMain(async () => {
	const calls = namesOf(WEBHOOK_CALLS).map((name) => ({ name, parsing: add(name) }));
	// All are warm before the first is measured: the compiler has seen each, and more calls have come than are remembered.
	await bench.run();
	const figures = calls.map(({ name, parsing }) => {
		const result = bench.getTask(name)?.result;
		const webhook = result?.state === 'completed' && result.latency.p50;
		return [name, { jsonParse: median(parsing.slice(-RUNS)), webhook }];
	});
	process.stdout.write(JSON.stringify(Object.fromEntries(figures)));
});
