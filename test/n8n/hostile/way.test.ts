import { documentedAnswer } from './answer';
import { isFields, wrongInAnswer, wrongInItem } from './arrived';
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
import { refusalsOf, WORDS_OF_N8N } from './refusals';
import { closeConnections, type HostileAnswer, type HostileRequest, sendHostile, tellOf } from './request';
import * as requests from './requests';
import { wrongSecrets } from './secrets';
import { Counts, holdsForAll, SEED } from './seed';
import { startWay, type Way } from './way/start';

/**
 * Thousands of hostile requests along n8n's own way from a request to a trigger's item: n8n's parsers, n8n-core's
 * contexts, the trigger's webhook() and execute(). Fewer of them go through a whole n8n, in n8n.test.ts.
 */
let way: Way;
const outcomes = new Counts();

beforeAll(async () => {
	way = await startWay();
	console.info(`Hostile requests along n8n's way, HOSTILE_SEED=${SEED}.`);
});

afterAll(async () => {
	closeConnections();
	await way.stop();
	console.info(`What became of ${outcomes.total} requests along n8n's way (seed ${SEED}):`, outcomes.sorted());
});

async function send(request: HostileRequest): Promise<HostileAnswer> {
	const answer = await sendHostile(way.urlOf(request.setup), request);
	const pollution = answer.headers['x-pollution'];
	if (pollution) throw new Error(`${tellOf(request)} polluted prototypes: ${pollution}`);
	return answer;
}

/** The items that came of a request; undefined where it was answered without one, as it may be. */
async function itemsOf({ request, fields }: requests.Case): Promise<Array<Record<string, unknown>> | undefined> {
	const answer = await send(request);
	const by = answer.headers['x-answered-by'];
	if (by === 'execution') {
		outcomes.add('accepted');
		const body: unknown = JSON.parse(answer.text);
		return isFields(body) && Array.isArray(body.items) ? body.items.filter(isFields) : [];
	}
	if (by === 'trigger') {
		const said = documentedAnswer(answer);
		outcomes.add(`${answer.status} ${said.status}`);
		expect(said.status).not.toBe('accepted');
		if (fields !== undefined) expect(wrongInAnswer(request.setup, said, fields)).toEqual([]);
		return undefined;
	}
	if (by !== 'n8n' || !refusalsOf(request).includes(answer.status)) {
		throw new Error(`${answer.status} by ${String(by)} for ${tellOf(request)}: ${answer.text}`);
	}
	outcomes.add(`${answer.status} by n8n itself`);
	const { message }: { message?: unknown } = JSON.parse(answer.text);
	// What n8n answers with 500 is said here in the words of its cause.
	if (answer.status !== 500) expect(message).toBe(WORDS_OF_N8N[answer.status]);
	expect(fields).toBeUndefined();
	return undefined;
}

async function allGoesWell(each: requests.Case): Promise<void> {
	const items = await itemsOf(each);
	if (each.fields === undefined || items === undefined) return;
	const [item] = items;
	if (item === undefined) throw new Error(`Nothing arrived of ${tellOf(each.request)}`);
	expect(wrongInItem(each.request.setup, item, each.fields)).toEqual([]);
}

describe('a long text', () => {
	const LENGTH = 50_000;
	/** Where time grows with the square of the length it takes some thousand times as long, otherwise a few times at most. */
	const MOST_TIMES_AS_LONG = 40;
	const READINGS = 5;

	async function shortestTime(each: requests.Case): Promise<number> {
		const times: number[] = [];
		for (let reading = 0; reading < READINGS; reading++) {
			const start = performance.now();
			await allGoesWell(each);
			times.push(performance.now() - start);
		}
		return Math.min(...times);
	}

	it.each(LONG_TEXTS)('of $what takes about as long as any other', async ({ hostile, harmless }) => {
		const usual = await shortestTime(harmless(LENGTH));
		expect((await shortestTime(hostile(LENGTH))) / usual).toBeLessThan(MOST_TIMES_AS_LONG);
	});
});

describe('a large body', () => {
	it('arrives if it is just under 16 MB, and is refused by n8n if it is just over', async () => {
		await allGoesWell(JUST_UNDER_THE_LIMIT);
		const { status, headers } = await send(JUST_OVER_THE_LIMIT.request);
		expect([status, headers['x-answered-by']]).toEqual([500, 'n8n']);
	});

	it.each(LARGE_BODIES)('may be of %s', async (_name, make) => await allGoesWell({ request: make() }));
});

it('white space before the ";" of the content type: n8n parses no body, and the answer says what to send', async () => {
	const answer = await send(SPACE_BEFORE_THE_SEMICOLON);
	expect([answer.headers['x-answered-by'], answer.status]).toEqual(['trigger', 400]);
	expect(documentedAnswer(answer).message).toContain('Content-Type: application/json');
});

describe('without the secret nobody gets in', () => {
	const isRejected = async (request: HostileRequest) => {
		const answer = await send(request);
		outcomes.add(`${answer.status} without the secret`);
		expect([answer.status, documentedAnswer(answer).status]).toEqual([401, 'rejected']);
		expect(answer.text).not.toContain(way.secret);
	};

	it('whatever the header says', async () => {
		await holdsForAll(wrongSecrets(way.secret), 500, isRejected);
	});

	it('and whatever headers there are, but for those that Node.js refuses', async () => {
		for (const [, request] of WRONG_SECRETS(way.secret)) await isRejected(request);
		expect((await send(OVERSIZED_HEADER)).status).toBe(431);
		for (const [, request] of RIGHT_SECRETS(way.secret)) {
			expect((await send(request)).headers['x-answered-by']).toBe('execution');
		}
	});
});

it.each([
	['JSON objects', requests.jsonObjects, 3_000],
	['numbers', requests.numbers, 500],
	['dates', requests.dates, 500],
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
	await holdsForAll(arbitrary, count, allGoesWell);
});
