import fc from 'fast-check';

import { documentedAnswer } from './answer';
import { changedIn, isFields, missingFrom } from './arrived';
import { tellOf, type HostileAnswer, type HostileRequest, closeConnections, sendHostile } from './request';
import { JUST_OVER_THE_LIMIT, JUST_UNDER_THE_LIMIT, LONG_TEXTS } from './explicit';
import * as requests from './requests';
import { cases, SEED } from './seed';
import { wrongSecrets } from './secrets';
import { SETUPS } from './setups';
import { startWay, type Way } from './way/start';

/**
 * Thousands of hostile requests along n8n's own way from a request to a trigger's item: n8n's parsers, n8n-core's
 * contexts, the trigger's webhook() and execute(). Fewer of them go through a whole n8n, in n8n.test.ts.
 */
let way: Way;

beforeAll(async () => {
	way = await startWay();
	console.info(`Hostile requests from seed ${SEED}.`);
});

afterAll(async () => {
	closeConnections();
	await way.stop();
});

/** With what n8n itself refuses a body before any trigger is called, and how often it did here. */
const refusedByN8n = new Map<string, number>();

afterAll(() => console.info('Refused by n8n itself:', Object.fromEntries(refusedByN8n)));

const REFUSALS_OF_N8N = [
	'422 Failed to parse request body',
	'400 The submitted form data could not be parsed.',
	'413 The submitted form data exceeds the allowed size.',
	'500 Error: incorrect header check',
	'500 Error: unexpected end of file',
];

/** The items that came of a request; undefined where it was answered without one. */
function outcomeOf(request: HostileRequest, answer: HostileAnswer): Array<Record<string, unknown>> | undefined {
	if (answer.headers['x-pollution']) throw new Error(`Polluted prototypes: ${answer.headers['x-pollution']}`);
	const body: unknown = JSON.parse(answer.text);
	switch (answer.headers['x-answered-by']) {
		case 'execution':
			return isFields(body) && Array.isArray(body.items) ? body.items.filter(isFields) : [];
		case 'trigger':
			expect(documentedAnswer(answer).status).toBe('rejected');
			return undefined;
		case 'n8n': {
			const refusal = `${answer.status} ${isFields(body) ? String(body.message) : ''}`;
			refusedByN8n.set(refusal, (refusedByN8n.get(refusal) ?? 0) + 1);
			expect(REFUSALS_OF_N8N).toContain(refusal);
			return undefined;
		}
		default:
			throw new Error(`An exception for ${tellOf(request)}: ${answer.text}`);
	}
}

async function allGoesWell({ request, fields }: requests.Case): Promise<void> {
	const items = outcomeOf(request, await sendHostile(way.urlOf(request.setup), request));
	if (fields === undefined) return;
	const [item] = items ?? [];
	if (item === undefined) throw new Error(`Nothing arrived of ${tellOf(request)}`);
	const lost = SETUPS[request.setup].output === 'raw' ? changedIn(item, fields) : missingFrom(item, fields);
	expect(lost).toEqual([]);
}

it.each(LONG_TEXTS)('%s', async (_name, each) => await allGoesWell(each));

it('a body just under 16 MB arrives; one just over it is refused by n8n', async () => {
	await allGoesWell(JUST_UNDER_THE_LIMIT);
	const { request } = JUST_OVER_THE_LIMIT;
	const { status, headers } = await sendHostile(way.urlOf(request.setup), request);
	expect([status, headers['x-answered-by']]).toEqual([500, 'n8n']);
});

it('nobody gets in without the secret, whatever the header says', async () => {
	const rejected = async (request: HostileRequest) => {
		const answer = await sendHostile(way.urlOf(request.setup), request);
		expect([answer.status, documentedAnswer(answer).status]).toEqual([401, 'rejected']);
		expect(answer.text).not.toContain(way.secret);
	};
	await fc.assert(fc.asyncProperty(wrongSecrets(way.secret), rejected), cases(500));
});

it.each([
	['JSON objects', requests.jsonObjects, 3_000],
	['compressed JSON objects', requests.compressedObjects, 400],
	['broken and unknown encodings', requests.brokenEncodings, 500],
	['anything as any type by any method', requests.anything, 1_500],
	['forms', requests.forms, 700],
	['broken forms', requests.brokenForms, 500],
	['query strings', requests.queries, 500],
	['broken query strings', requests.brokenQueries, 500],
	['multipart forms', requests.multipartForms, 300],
	['broken multipart forms', requests.brokenMultipart, 400],
])('%s', async (_name, arbitrary, count) => {
	await fc.assert(fc.asyncProperty(arbitrary, allGoesWell), cases(count));
});
