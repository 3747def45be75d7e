import { documentedAnswer } from './answer';
import { isFields, wrongInItem } from './arrived';
import { LONG_TEXTS } from './explicit';
import { describeHostile, type Ground } from './properties';
import { refusalsOf, WORDS_OF_N8N } from './refusals';
import { sendHostile, tellOf } from './request';
import type { Case } from './requests';
import { startWay } from './way/start';

/**
 * Thousands of hostile requests along n8n's own way from a request to a trigger's item: n8n's parsers, n8n-core's
 * contexts, the trigger's webhook() and execute(). Fewer of them go through a whole n8n, in n8n.test.ts.
 */
async function openWay(): Promise<Ground> {
	const way = await startWay();
	return {
		secret: way.secret,
		send: async (request) => {
			const answer = await sendHostile(way.urlOf(request.setup), request);
			const pollution = answer.headers['x-pollution'];
			if (pollution) throw new Error(`${tellOf(request)} polluted prototypes: ${pollution}`);
			return answer;
		},
		isRefused: (request, { headers, status, text }) => {
			if (headers['x-answered-by'] !== 'n8n') return false;
			const body: unknown = JSON.parse(text);
			// What n8n answers with 500 is said here in the words of its cause.
			const isInItsWords = status === 500 || (isFields(body) && body.message === WORDS_OF_N8N[status]);
			if (!refusalsOf(request).includes(status) || !isInItsWords) throw new Error('n8n itself must not refuse this.');
			return true;
		},
		look: ({ request, fields }, answer) => {
			if (answer.headers['x-answered-by'] !== 'execution') {
				const said = documentedAnswer(answer);
				if (said.status === 'accepted') throw new Error('It was accepted, and nothing was handed over.');
				return said;
			}
			const body: unknown = JSON.parse(answer.text);
			const [item] = isFields(body) && Array.isArray(body.items) ? body.items.filter(isFields) : [];
			if (item === undefined && fields !== undefined) throw new Error('Nothing arrived.');
			if (item && fields) expect(wrongInItem(request.setup, item, fields)).toEqual([]);
			return { status: 'accepted', success: true, message: 'Its item arrived.', request_id: '' };
		},
		close: way.stop,
	};
}

const { allGoesWell } = describeHostile('way', openWay);

describe('a long text', () => {
	const LENGTH = 50_000;
	/** Where time grows with the square of the length it takes some thousand times as long, otherwise a few times at most. */
	const MOST_TIMES_AS_LONG = 40;
	const READINGS = 5;

	async function shortestTime(each: Case): Promise<number> {
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
