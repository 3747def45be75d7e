import fc from 'fast-check';
import { randomBytes } from 'node:crypto';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	type N8n,
	node,
	qCallTrigger,
	type StoredWorkflow,
	workflowOf,
} from '../harness';
import { openProbe, type Probe } from '../probe';
import { type Documented, documentedAnswer } from './answer';
import { wrongInAnswer, wrongInItem } from './arrived';
import {
	JUST_OVER_THE_LIMIT,
	JUST_UNDER_THE_LIMIT,
	LARGE_BODIES,
	LONG_TEXTS,
	OVERSIZED_HEADER,
	RIGHT_SECRETS,
	SPACE_BEFORE_THE_SEMICOLON,
	WRONG_SECRETS,
} from './explicit';
import { CAUSES_OF_N8N, refusalsOf, WORDS_OF_N8N } from './refusals';
import { closeConnections, type HostileAnswer, type HostileRequest, sendHostile, tellOf } from './request';
import * as requests from './requests';
import { wrongSecrets } from './secrets';
import { Counts, holdsForAll, SEED } from './seed';
import { HEADER_OF_THE_SECRET, parametersOf, type SetupName, type Setup, setupOf, SETUPS } from './setups';

/** A whole n8n with a workflow for each setup, which must outlive all of this without a word of it in its log. */
let n8n: N8n;
let probe: Probe;
let prototypesBefore: string[];
const secret = randomBytes(24).toString('hex');
const outcomes = new Counts();

interface Deployed {
	workflow: StoredWorkflow;
	url: string;
	/** What was answered as accepted, in this order: n8n numbers its executions in the same one. */
	accepted: requests.Case[];
}
const deployed = new Map<SetupName, Deployed>();

function deployedFor(setup: SetupName): Deployed {
	const found = deployed.get(setup);
	if (!found) throw new Error(`There is no workflow for ${setup}.`);
	return found;
}

const NAMES = Object.keys(SETUPS).filter((name): name is SetupName => name in SETUPS);
const TRIGGERS: Record<Setup['provider'], string> = { qCall: 'QCall Trigger', callScaler: 'CallScaler Trigger' };
const BEHIND = 'Behind';

/** n8n makes an isolate for each request, which takes longer than all else, whether or not an expression needs it. */
const ONLY_NEEDED_ISOLATES = { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' };

beforeAll(async () => {
	probe = await openProbe();
	n8n = await boot({ env: { ...probe.env, ...ONLY_NEEDED_ISOLATES } });
	console.info(`Hostile requests to a real n8n, HOSTILE_SEED=${SEED}.`);
	const credential = await n8n.credentials.create(callScalerCredential(secret, { headerName: HEADER_OF_THE_SECRET }));
	for (const name of NAMES) {
		const setup = setupOf(name);
		const make = setup.provider === 'qCall' ? qCallTrigger : callScalerTrigger;
		const options = setup.isAuthenticated ? { credential } : {};
		const trigger = make({ ...options, parameters: parametersOf(setup) });
		const { id } = await n8n.workflows.create(workflowOf(trigger, node('n8n-nodes-base.noOp', 1, BEHIND)));
		const workflow = await n8n.workflows.activate(id);
		deployed.set(name, { workflow, url: n8n.productionUrl(workflow), accepted: [] });
	}
	prototypesBefore = await probe.prototypes();
});

afterAll(async () => {
	closeConnections();
	console.info(`What became of ${outcomes.total} requests to n8n (seed ${SEED}):`, outcomes.sorted());
	await n8n.stop();
});

async function send(request: HostileRequest): Promise<HostileAnswer> {
	return await sendHostile(deployedFor(request.setup).url, request);
}

function isRefusedByN8n(request: HostileRequest, { status, text }: HostileAnswer): boolean {
	if (!refusalsOf(request).includes(status)) return false;
	const body: unknown = JSON.parse(text);
	return typeof body === 'object' && body !== null && 'message' in body && body.message === WORDS_OF_N8N[status];
}

/** What the trigger says to a request; undefined where n8n itself refuses it, as it may. What it accepts is looked at in the end. */
async function answerTo(each: requests.Case): Promise<Documented | undefined> {
	const answer = await send(each.request);
	if (isRefusedByN8n(each.request, answer)) {
		outcomes.add(`${answer.status} by n8n itself`);
		return undefined;
	}
	try {
		const said = documentedAnswer(answer);
		outcomes.add(`${answer.status} ${said.status}`);
		if (said.status === 'accepted') deployedFor(each.request.setup).accepted.push(each);
		return said;
	} catch (error) {
		throw new Error(`${answer.status} ${answer.text} for ${tellOf(each.request)}`, { cause: error });
	}
}

async function allGoesWell(each: requests.Case): Promise<void> {
	const said = await answerTo(each);
	if (each.fields === undefined) return;
	if (said === undefined) throw new Error(`n8n refused ${tellOf(each.request)}`);
	expect(wrongInAnswer(each.request.setup, said, each.fields)).toEqual([]);
}

describe('what chance would hardly find', () => {
	it.each(LONG_TEXTS)('a long text of $what', async ({ hostile }) => await allGoesWell(hostile(400_000)));

	it('a body of 16 MB: one just under it arrives, one just over it is refused by n8n', async () => {
		await allGoesWell(JUST_UNDER_THE_LIMIT);
		expect(await answerTo({ request: JUST_OVER_THE_LIMIT.request })).toBeUndefined();
	});

	it.each(LARGE_BODIES)('a large body: %s', async (_name, make) => await allGoesWell({ request: make() }));

	it('white space before the ";" of the content type: n8n parses no body, and the answer says what to send', async () => {
		const answer = await send(SPACE_BEFORE_THE_SEMICOLON);
		expect([answer.status, documentedAnswer(answer).message]).toEqual([
			400,
			expect.stringContaining('Content-Type: application/json'),
		]);
	});
});

it.each([
	['JSON objects', requests.jsonObjects, 300],
	['numbers', requests.numbers, 80],
	['dates', requests.dates, 80],
	['compressed JSON objects', requests.compressedObjects, 80],
	['broken and unknown encodings', requests.brokenEncodings, 120],
	['anything as any type by any method', requests.anything, 200],
	['forms', requests.forms, 80],
	['broken forms', requests.brokenForms, 80],
	['query strings', requests.queries, 80],
	['broken query strings', requests.brokenQueries, 80],
	['multipart forms', requests.multipartForms, 80],
	['broken multipart forms', requests.brokenMultipart, 80],
])('%s', async (_name, arbitrary, runs) => {
	await holdsForAll(arbitrary, runs, allGoesWell);
});

describe('without the secret nobody gets in', () => {
	const isRejected = async (request: HostileRequest) => {
		const answer = await send(request);
		outcomes.add(`${answer.status} without the secret`);
		expect([answer.status, documentedAnswer(answer).status]).toEqual([401, 'rejected']);
		expect(answer.text).not.toContain(secret);
	};

	it('whatever the header says', async () => {
		await holdsForAll(wrongSecrets(secret), 100, isRejected);
	});

	it('and whatever headers there are, but for those that Node.js refuses', async () => {
		for (const [, request] of WRONG_SECRETS(secret)) await isRejected(request);
		expect((await send(OVERSIZED_HEADER)).status).toBe(431);
		for (const [, request] of RIGHT_SECRETS(secret)) {
			expect(await answerTo({ request })).toMatchObject({ status: 'accepted' });
		}
	});
});

describe('a hostile value of the dedupe key', () => {
	let calls = 0;
	const deliver = async (ticket: string) => {
		const body = Buffer.from(`{"ticket":${ticket}}`);
		const headers = { 'content-type': 'application/json' };
		const said = await answerTo({ request: { setup: 'qCallByTicket', method: 'POST', headers, body } });
		return said?.status;
	};

	it('is the same call when it comes again, and no other', async () => {
		await holdsForAll(fc.tuple(requests.ticketText, requests.ticketText), 40, async ([one, other]) => {
			// Of this case alone: fast-check tries values more than once.
			const [first, second] = [`[${calls},${one}]`, `[${calls},${other}]`];
			calls++;
			expect([await deliver(first), await deliver(first)]).toEqual(['accepted', 'duplicate']);
			const isSame = JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
			expect(await deliver(second)).toBe(isSame ? 'duplicate' : 'accepted');
		});
	});
});

describe('in the end', () => {
	it.each(NAMES)('each delivery that was accepted has one execution, with all that was sent: %s', async (name) => {
		const { workflow, accepted } = deployedFor(name);
		const executions = await n8n.executions.settled(workflow.id);
		const inOrder = [...executions].sort((one, other) => Number(one.id) - Number(other.id));
		expect(inOrder.map(({ status }) => status)).toEqual(accepted.map(() => 'success'));

		for (const [position, { request, fields }] of accepted.entries()) {
			const { items, nodesRun } = await n8n.executions.get(inOrder[position]?.id ?? '');
			expect(nodesRun).toContain(BEHIND);
			const [item, ...more] = items(TRIGGERS[setupOf(name).provider]);
			if (item === undefined || more.length > 0) throw new Error(`No one item of ${tellOf(request)}`);
			const wrong = fields === undefined ? [] : wrongInItem(name, item, fields);
			if (wrong.length > 0) throw new Error(`${wrong.join()} of ${tellOf(request)}`);
		}
	});

	it('no prototype is polluted', async () => {
		expect(await probe.prototypes()).toEqual(prototypesBefore);
	});

	it('the log has nothing but what n8n says of bodies that it cannot read', () => {
		const ofBodies = new RegExp([...Object.values(WORDS_OF_N8N), ...CAUSES_OF_N8N].join('|'));
		const lines = n8n.log().split('\n');
		// Where n8n shows the stack of an error of its own, its frames are no errors; a frame of this package would be one.
		const isFrame = (line: string) => /^\s+at /.test(line);
		const exceptions = lines.filter((line) => /\b\w*(Error|Exception)\b|unhandled|uncaught/i.test(line));
		expect(lines.filter((line) => isFrame(line) && line.includes('n8n-nodes-post-call'))).toEqual([]);
		expect(exceptions.filter((line) => !isFrame(line) && !ofBodies.test(line))).toEqual([]);
	});
});
