import { inspect } from 'node:util';

import { type Access, accessOfTest, type ApiAnswer } from '../../nodes/api/access';
import { ApiClock } from '../../nodes/api/clock';
import { patient } from '../../nodes/api/patience';
import { ApiTrouble, troubleOf } from '../../nodes/api/trouble';
import { callsApi } from '../../nodes/CallScaler/calls-api';
import type { CallScalerCall } from '../../nodes/CallScaler/payload';
import { callScaler } from '../../nodes/CallScaler/provider';

const NOW = Date.UTC(2026, 10, 28, 9, 0, 0);
const QUESTION = { path: '/calls', query: {} };
const named = { ...callsApi, title: 'CallScaler' };

beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(NOW));
afterEach(() => jest.restoreAllMocks());

async function* piecesOf(...pieces: string[]) {
	for (const piece of pieces) yield Buffer.from(piece);
}

/** What comes of asking, where n8n's request gives this. */
async function asked(request: () => Promise<unknown>): Promise<ApiAnswer | ApiTrouble> {
	const { ask } = accessOfTest({ helpers: { request } }, callScaler, callsApi, { apiKey: 'cs_key_1' });
	return await ask(QUESTION).catch((error: unknown) => troubleOf(error, named));
}

const answeredWith = async (statusCode: number, body: unknown, headers: object = {}) =>
	await asked(async () => ({ statusCode, headers, body: piecesOf(JSON.stringify(body)) }));

describe('what an answer says', () => {
	it('is its JSON, whatever pieces it comes in, and the time that it tells', async () => {
		const body = piecesOf('{"data":["', 'a"]}');
		const headers = { date: 'Sat, 28 Nov 2026 08:59:00 GMT' };
		expect(await asked(async () => ({ statusCode: 200, headers, body }))).toEqual({
			body: { data: ['a'] },
			date: NOW - 60_000,
		});
		expect(await asked(async () => ({ statusCode: 200, headers: {}, body: piecesOf('[]') }))).toEqual({
			body: [],
			date: undefined,
		});
	});

	it.each<[number, object, string]>([
		[300, {}, 'which is not followed'],
		[399, {}, 'which is not followed'],
		[400, {}, 'the unexpected status 400'],
		[401, {}, 'refuses the API key (status 401)'],
		[403, {}, 'refuses the API key (status 403)'],
		[404, {}, 'no such address'],
		[418, {}, 'the unexpected status 418'],
		[429, {}, 'asked again next time'],
		[499, {}, 'the unexpected status 499'],
		[500, {}, 'a problem of its own (status 500)'],
		[503, {}, 'a problem of its own (status 503)'],
		[200, { success: false }, 'does not say why'],
		[200, { success: false, status: 200 }, 'does not say why'],
		[200, { success: false, status: '404' }, 'no such address'],
		[200, { success: false, status: 503 }, 'a problem of its own (status 503)'],
	])('is a trouble with status %d and %j', async (status, body, sentence) => {
		expect(Object(await answeredWith(status, body)).message).toContain(sentence);
	});

	it.each([
		['3', 3_000],
		['0', undefined],
		['soon', undefined],
		['-5', undefined],
		[undefined, undefined],
		['Sat, 28 Nov 2026 09:02:00 GMT', 120_000],
		['Sat, 28 Nov 2026 08:00:00 GMT', undefined],
		// A slip in a header must not leave calls waiting for longer.
		['21601', 6 * 3_600_000],
		['999999999', 6 * 3_600_000],
	])('may say when to ask again: %j', async (retryAfter, ms) => {
		const headers = { 'retry-after': retryAfter };
		for (const trouble of [
			await answeredWith(429, {}, headers),
			await answeredWith(503, {}, headers),
			await answeredWith(200, { success: false, status: 429 }, headers),
		]) {
			expect(Object(trouble).retryAfterMs).toBe(ms);
		}
	});
});

it.each([
	[{ code: 'ECONNABORTED' }, 'did not answer within 20 seconds'],
	[{ code: 'ETIMEDOUT' }, 'did not answer within 20 seconds'],
	[{ code: 'ERR_CANCELED' }, 'did not answer within 20 seconds'],
	[{ code: 'ENOTFOUND' }, 'cannot be reached (ENOTFOUND)'],
	[{ cause: { code: 'ECONNREFUSED' } }, 'cannot be reached (ECONNREFUSED)'],
	[{ code: 'the key is cs_key_1' }, 'cannot be reached (no connection)'],
	[{ code: 'A'.repeat(61) }, 'cannot be reached (no connection)'],
	[new Error('Bearer cs_key_1'), 'cannot be reached (no connection)'],
	[undefined, 'cannot be reached (no connection)'],
])('of a request that fails no more is told than its code: %j', async (error, sentence) => {
	const trouble = await asked(async () => await Promise.reject(error));
	expect(Object(trouble).message).toContain(sentence);
	expect(inspect(trouble, { showHidden: true, depth: null })).not.toContain('cs_key_1');
});

describe('an API that limits', () => {
	/** Which pauses are made, and what comes of it, where so many requests are told to wait so long. */
	async function asking(times: number, seconds: number | undefined, { hasAnswered = true, goesOn = true } = {}) {
		let failures = hasAnswered ? -1 : 0;
		const answer = { body: 'an answer', date: NOW + 60_000 };
		const access: Access<CallScalerCall> = {
			api: callsApi,
			named,
			ask: async () => {
				if (++failures > 0 && failures <= times)
					throw new ApiTrouble('limited', named, 429, seconds && seconds * 1_000);
				return answer;
			},
		};
		const pauses: number[] = [];
		const clock = new ApiClock();
		const end = new AbortController();
		const wait = async (ms: number) => {
			pauses.push(ms);
			if (!goesOn) end.abort();
		};
		const { ask } = patient(access, { clock, pace: { wait }, end });
		if (hasAnswered) await ask(QUESTION);
		const became = await ask(QUESTION)
			.then(({ body }) => body)
			.catch((error: unknown) => troubleOf(error, named).kind);
		return { pauses, became, minutesAhead: (clock.now() - NOW) / 60_000 };
	}

	it('is asked again after each of three pauses, and tells its time', async () => {
		expect(await asking(0, 1)).toEqual({ pauses: [], became: 'an answer', minutesAhead: 1 });
		expect(await asking(3, 60)).toEqual({ pauses: [60_000, 60_000, 60_000], became: 'an answer', minutesAhead: 1 });
	});

	it.each([
		['it limits a fourth time', asking(4, 1), 3],
		['it wants more than a minute', asking(1, 61), 0],
		['it does not say how long', asking(1, undefined), 0],
		['it has answered nothing yet', asking(1, 1, { hasAnswered: false }), 0],
		['the trigger was stopped meanwhile', asking(1, 1, { goesOn: false }), 1],
	])('is not asked again where %s', async (_why, asked, pauses) => {
		const { became, ...made } = await asked;
		expect([became, made.pauses.length]).toEqual(['limited 429', pauses]);
	});
});

it("an API that tells no time is taken to have n8n's", () => {
	const clock = new ApiClock();
	clock.tell(undefined);
	expect([clock.isKnown, clock.now(), clock.of(7), clock.byOwnClock(7)]).toEqual([false, NOW, 7, 7]);
	expect(clock.latestOf(7)).toBe(7);
	clock.tell(NOW + 5_000);
	clock.tell(undefined);
	expect([clock.isKnown, clock.now(), clock.byOwnClock(7_000)]).toEqual([true, NOW + 5_000, 2_000]);
});
