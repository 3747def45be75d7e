import fc from 'fast-check';
import { randomBytes } from 'node:crypto';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	openSink,
	qCallTrigger,
	type Sink,
	waitUntil,
	workflowOf,
} from '../harness';
import { openProbe, type Probe } from '../probe';
import { documentedAnswer } from './answer';
import { changedIn, isFields, missingFrom } from './arrived';
import { closeConnections, type HostileAnswer, type HostileRequest, sendHostile, tellOf } from './request';
import { LONG_TEXTS } from './explicit';
import * as requests from './requests';
import { wrongSecrets } from './secrets';
import { cases, SEED } from './seed';
import { HEADER_OF_THE_SECRET, parametersOf, type Setup, SETUPS } from './setups';

/** A whole n8n with a workflow for each setup, which must outlive all of this without a word of it in its log. */
let n8n: N8n;
let sink: Sink;
let probe: Probe;
let prototypesBefore: string[];
const secret = randomBytes(24).toString('hex');
const urls = new Map<string, string>();

beforeAll(async () => {
	probe = await openProbe();
	n8n = await boot({ env: probe.env });
	sink = await openSink();
	console.info(`Hostile requests from seed ${SEED}.`);
	const credential = await n8n.credentials.create(callScalerCredential(secret, { headerName: HEADER_OF_THE_SECRET }));
	for (const [name, setup] of Object.entries<Setup>(SETUPS)) {
		const make = setup.provider === 'qCall' ? qCallTrigger : callScalerTrigger;
		const options = setup.isAuthenticated ? { credential } : {};
		const trigger = make({ ...options, parameters: parametersOf(setup) });
		const workflow = await n8n.workflows.create(workflowOf(trigger, sink.node()));
		urls.set(name, n8n.productionUrl(await n8n.workflows.activate(workflow.id)));
	}
	prototypesBefore = await probe.prototypes();
});

afterAll(async () => {
	closeConnections();
	console.info('Answers:', Object.fromEntries(answers), '\nRefused by n8n itself:', Object.fromEntries(refusedByN8n));
	await n8n.stop();
	await sink.close();
});

const answers = new Map<string, number>();
const refusedByN8n = new Map<string, number>();
const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

/** n8n's own answers to bodies that it cannot read; no trigger was called. */
const REFUSAL_OF_N8N = [
	[422, 'Failed to parse request body'],
	[400, 'The submitted form data could not be parsed.'],
	[413, 'The submitted form data exceeds the allowed size.'],
	[500, 'There was a problem executing the workflow'],
];

async function send(request: HostileRequest): Promise<HostileAnswer> {
	return await sendHostile(urls.get(request.setup) ?? '', request);
}

function isRefusedByN8n({ status, text }: HostileAnswer): boolean {
	const body: unknown = JSON.parse(text);
	const isKnown =
		isFields(body) && REFUSAL_OF_N8N.some(([code, message]) => status === code && body.message === message);
	if (isKnown) count(refusedByN8n, `${status} ${body.message}`);
	return isKnown;
}

/**
 * What the trigger put out, as n8n stored it; the sink has it too. Not read from the sink, whose node asks n8n's
 * expressions for the item: those show fields with the names of JavaScript's own functions as something else.
 */
async function itemOf(executionId: string, { provider }: Setup): Promise<Record<string, unknown>> {
	await waitUntil(`execution ${executionId} reaches the sink`, () =>
		sink.calls().some((call) => call.executionId === executionId),
	);
	// Stored when all of it is done, a moment after the sink was called.
	const trigger = provider === 'qCall' ? 'QCall Trigger' : 'CallScaler Trigger';
	return await waitUntil(`execution ${executionId} is stored`, async () => {
		const [stored] = (await n8n.executions.get(executionId)).items(trigger);
		return stored;
	});
}

async function allGoesWell({ request, fields }: requests.Case): Promise<void> {
	const answer = await send(request);
	const readable = fields !== undefined;
	if (!readable && isRefusedByN8n(answer)) return;
	const said = documentedAnswer(answer);
	count(answers, `${answer.status} ${said.status}`);
	if (!readable) return;
	if (said.status !== 'accepted') throw new Error(`${said.status} for ${tellOf(request)}`);
	const item = await itemOf(said.execution_id, SETUPS[request.setup]);
	expect(SETUPS[request.setup].output === 'raw' ? changedIn(item, fields) : missingFrom(item, fields)).toEqual([]);
}

it.each(LONG_TEXTS)('%s', async (_name, each) => await allGoesWell(each));

it.each([
	['JSON objects', requests.jsonObjects, 450],
	['compressed JSON objects', requests.compressedObjects, 80],
	['broken and unknown encodings', requests.brokenEncodings, 120],
	['anything as any type by any method', requests.anything, 300],
	['forms', requests.forms, 120],
	['broken forms', requests.brokenForms, 80],
	['query strings', requests.queries, 120],
	['broken query strings', requests.brokenQueries, 80],
	['multipart forms', requests.multipartForms, 80],
	['broken multipart forms', requests.brokenMultipart, 80],
])('%s', async (_name, arbitrary, runs) => {
	await fc.assert(fc.asyncProperty(arbitrary, allGoesWell), cases(runs));
});

it('nobody gets in without the secret, whatever the header says', async () => {
	const rejected = async (request: HostileRequest) => {
		const answer = await send(request);
		expect([answer.status, documentedAnswer(answer).status]).toEqual([401, 'rejected']);
		expect(answer.text).not.toContain(secret);
	};
	await fc.assert(fc.asyncProperty(wrongSecrets(secret), rejected), cases(100));
});

describe('a hostile value of the dedupe key', () => {
	let calls = 0;
	const deliver = async (ticket: string) => {
		const body = Buffer.from(`{"ticket":${ticket}}`);
		const headers = { 'content-type': 'application/json' };
		return documentedAnswer(await send({ setup: 'qCallByTicket', method: 'POST', headers, body })).status;
	};

	it('is the same call when it comes again, and no other', async () => {
		const property = fc.asyncProperty(requests.ticketText, requests.ticketText, async (one, other) => {
			// Of this case alone: fast-check tries values more than once.
			const [first, second] = [one, other].map((value) => `[${calls},${value}]`);
			calls++;
			expect([await deliver(first ?? ''), await deliver(first ?? '')]).toEqual(['accepted', 'duplicate']);
			const isSame = JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
			expect(await deliver(second ?? '')).toBe(isSame ? 'duplicate' : 'accepted');
		});
		await fc.assert(property, cases(40));
	});
});

it('leaves no prototype polluted, and nothing in the log but what n8n says of bodies it cannot read', async () => {
	expect(await probe.prototypes()).toEqual(prototypesBefore);
	const ofBodies =
		/Failed to parse request body|form data could not be parsed|problem executing the workflow|incorrect header check|unexpected end of file|Request body stream/;
	const lines = n8n.log().split('\n');
	// Where n8n shows the stack of an error of its own, its frames are no errors; a frame of this package would be one.
	const isFrame = (line: string) => /^\s+at /.test(line);
	const exceptions = lines.filter((line) => /\b\w*(Error|Exception)\b|unhandled|uncaught/i.test(line));
	expect(lines.filter((line) => isFrame(line) && line.includes('n8n-nodes-post-call'))).toEqual([]);
	expect(exceptions.filter((line) => !isFrame(line) && !ofBodies.test(line))).toEqual([]);
});
