import fc from 'fast-check';

import { SEED } from '../support/seed';
import { countBy } from '../support/verdict';
import { type Documented, documentedAnswer } from './answer';
import { wrongInAnswer } from './arrived';
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
import { holdsForAll } from './holds';
import { closeConnections, type HostileAnswer, type HostileRequest, tellOf } from './request';
import * as requests from './requests';
import { wrongSecrets } from './secrets';

type Name = 'way' | 'n8n';

/** Where hostile requests go: a whole n8n, or n8n's own way from a request to an item, which is a hundred times as fast. */
export interface Ground {
	secret: string;
	send: (request: HostileRequest) => Promise<HostileAnswer>;
	/** Whether n8n itself refused the request, as it may this one; throws where it may not. */
	isRefused: (request: HostileRequest, answer: HostileAnswer) => boolean;
	/** What was said of a request that n8n let through. An accepted one's item is looked at, at once or in the end. */
	look: (each: requests.Case, answer: HostileAnswer) => Documented;
	close: () => Promise<void>;
}

/** A list of properties, each with how many requests try it on this ground. */
const PROPERTIES: Array<[string, fc.Arbitrary<requests.Case>, Record<Name, number>]> = [
	['JSON objects', requests.jsonObjects, { way: 3_000, n8n: 300 }],
	['numbers', requests.numbers, { way: 500, n8n: 80 }],
	['dates', requests.dates, { way: 500, n8n: 80 }],
	['compressed JSON objects', requests.compressedObjects, { way: 400, n8n: 80 }],
	['broken and unknown encodings', requests.brokenEncodings, { way: 500, n8n: 120 }],
	['anything as any type by any method', requests.anything, { way: 1_500, n8n: 200 }],
	['forms', requests.forms, { way: 700, n8n: 80 }],
	['broken forms', requests.brokenForms, { way: 500, n8n: 80 }],
	['query strings', requests.queries, { way: 500, n8n: 80 }],
	['broken query strings', requests.brokenQueries, { way: 500, n8n: 80 }],
	['multipart forms', requests.multipartForms, { way: 300, n8n: 80 }],
	['broken multipart forms', requests.brokenMultipart, { way: 400, n8n: 80 }],
];

const WRONG_SECRETS_TRIED: Record<Name, number> = { way: 500, n8n: 100 };
const TICKETS_TRIED: Record<Name, number> = { way: 200, n8n: 40 };

/** Whether JavaScript cannot keep all digits of a number in there. */
function losesDigits(value: unknown): boolean {
	if (typeof value === 'number') {
		if (Number.isInteger(value)) return !Number.isSafeInteger(value);
		return Math.abs(value) >= 1e10 && String(value).replace(/\D/g, '').length > 15;
	}
	return typeof value === 'object' && value !== null && Object.values(value).some(losesDigits);
}

/** All that must hold wherever hostile requests go. Gives how to try one more there. */
export function describeHostile(name: Name, open: () => Promise<Ground>) {
	let ground: Ground;
	const outcomes: string[] = [];

	beforeAll(async () => {
		ground = await open();
		console.info(`Hostile requests, SEED=${SEED}.`);
	});

	afterAll(async () => {
		closeConnections();
		await ground?.close();
		console.info(`What became of ${outcomes.length} requests (SEED=${SEED}):`, countBy(outcomes, String));
	});

	/** What the trigger says to a request; undefined where n8n itself refuses it, as it may. */
	async function answerTo(each: requests.Case): Promise<Documented | undefined> {
		const answer = await ground.send(each.request);
		try {
			if (ground.isRefused(each.request, answer)) {
				outcomes.push(`${answer.status} by n8n itself`);
				return undefined;
			}
			const said = ground.look(each, answer);
			outcomes.push(`${answer.status} ${said.status}`);
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

		it('white space before the ";" of the content type: n8n parses no body, and the call arrives all the same', async () => {
			await allGoesWell(SPACE_BEFORE_THE_SEMICOLON);
		});
	});

	it.each(PROPERTIES)('%s', async (_name, arbitrary, count) => {
		await holdsForAll(arbitrary, count[name], allGoesWell);
	});

	describe('without the secret nobody gets in', () => {
		const isRejected = async (request: HostileRequest) => {
			const answer = await ground.send(request);
			outcomes.push(`${answer.status} without the secret`);
			expect([answer.status, documentedAnswer(answer).status]).toEqual([401, 'rejected']);
			expect(answer.text).not.toContain(ground.secret);
		};

		it('whatever the header says', async () => {
			await holdsForAll(wrongSecrets(ground.secret), WRONG_SECRETS_TRIED[name], isRejected);
		});

		it('and whatever headers there are, but for those that Node.js refuses', async () => {
			for (const [, request] of WRONG_SECRETS(ground.secret)) await isRejected(request);
			expect((await ground.send(OVERSIZED_HEADER)).status).toBe(431);
			for (const [, request] of RIGHT_SECRETS(ground.secret)) {
				expect(await answerTo({ request })).toMatchObject({ status: 'accepted' });
			}
		});
	});

	it('a hostile value of the dedupe key is the same call when it comes again, and no other', async () => {
		let calls = 0;
		const deliver = async (ticket: string) => {
			const body = Buffer.from(`{"ticket":${ticket}}`);
			const headers = { 'content-type': 'application/json' };
			return (await answerTo({ request: { setup: 'qCallByTicket', method: 'POST', headers, body } }))?.status;
		};
		await holdsForAll(fc.tuple(requests.ticketText, requests.ticketText), TICKETS_TRIED[name], async ([one, other]) => {
			// Of this case alone, for fast-check tries values more than once; and never without anything that could be a key.
			const [first, second] = [`["case ${calls}",${one}]`, `["case ${calls}",${other}]`];
			calls++;
			// A value whose digits were lost may be another call's too: it is no key.
			const again = losesDigits(JSON.parse(one)) ? 'accepted' : 'duplicate';
			expect([await deliver(first), await deliver(first)]).toEqual(['accepted', again]);
			const isSame = JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
			expect(await deliver(second)).toBe(isSame ? again : 'accepted');
		});
	});

	return { allGoesWell };
}
