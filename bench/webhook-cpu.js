'use strict';

/**
 * How much CPU webhook() takes by itself, in n8n-core's own context, beside JSON.parse of the same body. Plain JavaScript
 * on what was built: nothing of a test runner or a compiler is in the way of the figures. Prints them as JSON.
 */

require('reflect-metadata');
const { randomUUID } = require('node:crypto');
const { join } = require('node:path');
const { WebhookContext } = require('n8n-core');
const { Workflow } = require('n8n-workflow');

const ROOT = join(__dirname, '..');
const { CallScalerTrigger } = require(join(ROOT, 'dist/nodes/CallScaler/CallScalerTrigger.node.js'));
const call = require(join(ROOT, 'test/fixtures/callscaler-post-call.json'));

const RUNS = Number(process.argv[2]);
// Enough for the compiler to have seen all of it; with those that are measured, more calls than the trigger remembers.
const WARM_UP_RUNS = RUNS / 2;
const LONG_TRANSCRIPTION_IN_BYTES = 100_000;

const secret = randomUUID();
const nodeType = new CallScalerTrigger();
const nodeTypes = { getByName: () => nodeType, getByNameAndVersion: () => nodeType };

function workflowWith(parameters) {
	return new Workflow({
		id: randomUUID(),
		nodes: [
			{
				id: randomUUID(),
				name: 'CallScaler Trigger',
				type: 'n8n-nodes-post-call.callScalerTrigger',
				typeVersion: [nodeType.description.version].flat().at(-1),
				position: [0, 0],
				parameters,
				credentials: { callScalerWebhookApi: { id: '1', name: 'Bench' } },
			},
		],
		connections: {},
		active: true,
		nodeTypes,
	});
}

function contextOf(workflow, body) {
	const [node] = Object.values(workflow.nodes);
	const httpResponse = {
		writableEnded: false,
		statusCode: 200,
		status() {
			return this;
		},
		json() {
			this.writableEnded = true;
			return this;
		},
	};
	const additionalData = {
		credentialsHelper: {
			getParentTypes: () => [],
			isCredentialUsableByNode: () => true,
			getDecrypted: async () => ({ headerName: 'X-Webhook-Secret', secret, previousSecret: '' }),
		},
		httpRequest: {
			method: 'POST',
			ip: '127.0.0.1',
			headers: { 'content-type': 'application/json', 'x-webhook-secret': secret },
			query: {},
			params: {},
			body,
		},
		httpResponse,
	};
	const webhookData = { webhookDescription: nodeType.description.webhooks[0] };
	return {
		httpResponse,
		context: new WebhookContext(workflow, node, additionalData, 'webhook', webhookData, [], null),
	};
}

function median(values) {
	return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The median milliseconds of JSON.parse and of webhook(), each for a call of its own. */
async function measure(parameters, change) {
	const workflow = workflowWith(parameters);
	const parsing = [];
	const handling = [];
	for (let run = -WARM_UP_RUNS; run < RUNS; run++) {
		const text = JSON.stringify({ ...call, ...change, call_id: randomUUID() });
		const beforeParsing = performance.now();
		const body = JSON.parse(text);
		const afterParsing = performance.now();
		const { context, httpResponse } = contextOf(workflow, body);
		const before = performance.now();
		await nodeType.webhook.call(context);
		const after = performance.now();
		// The answer goes out, so that nothing waits for it any longer.
		httpResponse.json({});
		if (run < 0) continue;
		parsing.push(afterParsing - beforeParsing);
		handling.push(after - before);
	}
	return { jsonParse: median(parsing), webhook: median(handling) };
}

async function main() {
	const transcription = 'Hi, I need a quote for a new AC unit. '.repeat(LONG_TRANSCRIPTION_IN_BYTES / 38);
	const accepting = { authentication: 'headerAuth' };
	const ignoring = { ...accepting, filters: { minDuration: 1_000 } };
	const results = {
		accepted: await measure(accepting, {}),
		ignored: await measure(ignoring, {}),
		long: await measure(accepting, { transcription }),
	};
	process.stdout.write(JSON.stringify(results));
}

main().catch((error) => {
	process.stderr.write(`${error.stack}\n`);
	process.exitCode = 1;
});
