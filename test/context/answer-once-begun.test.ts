import type { Response } from 'express';
import type { IDataObject } from 'n8n-workflow';

import { deliverTo } from '../../host/core';
import type { Answer } from '../../nodes/delivery/answer';
import { answerOnceBegun } from '../../nodes/delivery/answer-once-begun';
import { BegunHere } from '../../nodes/n8n/begun-here';

/** An HTTP request whose answer `handle` gives, with a real response object, and what its caller is told. */
async function answerOf(handle: (response: Response) => void): Promise<{ status: number; body: unknown }> {
	const { answer } = await deliverTo((_request, response) => handle(response));
	return { status: answer.status, body: answer.json };
}

let begunHere: BegunHere;
let answered: Answer[];
const answer: Answer = { status: 200, verdict: 'accepted', message: 'Accepted.', details: {} };
const accepted = { success: true, status: 'accepted', message: 'Accepted.' };

// An answer that has gone out leaves its timer behind, which would keep the process for seconds.
beforeEach(() => {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
	begunHere = new BegunHere();
	answered = [];
});
afterEach(() => {
	jest.useRealTimers();
});

interface Way {
	/** Sent by n8n in place of what webhook() returned. */
	instead?: IDataObject;
	status?: number;
	isTest?: boolean;
	onLate?: () => Promise<'begun' | 'kept' | 'not kept'>;
}

/** What is said to a call that is rejected, and held. */
const rejected: Answer = { ...answer, status: 422, verdict: 'rejected' };

/** What the caller is told where n8n sends what webhook() returned, or something else, and then does `after`. */
async function deliver(
	deliveryId: string,
	after: () => void,
	{ instead, status = 200, isTest = false, onLate = async () => 'kept' }: Way = {},
) {
	return await answerOf((response) => {
		const onAnswered = (final: Answer) => void answered.push(final);
		const body = answerOnceBegun(begunHere, { deliveryId, response, answer, isTest, onLate, onAnswered });
		response.status(status).json(instead ?? body);
		after();
	});
}

const begin = (deliveryId: string, executionId: string) => () =>
	setImmediate(() => begunHere.tell(deliveryId, { executionId }));
const nothing = () => undefined;
const pass = (milliseconds: number) => () => setImmediate(() => jest.advanceTimersByTime(milliseconds));

describe('where executions begin in this process, or may', () => {
	beforeEach(() => void begunHere.startsHere());

	it('waits for the first step of its execution, and names it', async () => {
		expect(await deliver('a', begin('a', '17'))).toEqual({
			status: 200,
			body: { ...accepted, request_id: 'a', execution_id: '17' },
		});
		expect(answered).toEqual([answer]);
	});

	it('names the execution that began before n8n answered', async () => {
		const { body } = await answerOf((response) => {
			const held = answerOnceBegun(begunHere, {
				deliveryId: 'a',
				response,
				answer,
				isTest: false,
				onLate: async () => 'kept' as const,
				onAnswered: nothing,
			});
			begunHere.tell('a', { executionId: '17' });
			response.json(held);
		});
		expect(body).toEqual({ ...accepted, request_id: 'a', execution_id: '17' });
	});

	it('is not held back where n8n has something else to say', async () => {
		const instead = { message: 'not stored' };
		expect(await deliver('a', nothing, { instead, status: 500 })).toEqual({ status: 500, body: instead });
		expect(answered).toMatchObject([{ status: 500, verdict: 'failed' }]);
	});

	it('waits for a busy process', async () => {
		const late = () =>
			setImmediate(() => {
				jest.advanceTimersByTime(4_000);
				setImmediate(() => begunHere.tell('a', { executionId: '18' }));
			});
		expect((await deliver('a', late)).body).toEqual({ ...accepted, request_id: 'a', execution_id: '18' });
	});

	it.each([
		['the first one', false],
		['a later one', true],
	])('is a failure where the execution has not begun in time: %s', async (_which, isLater) => {
		if (isLater) await deliver('a', begin('a', '17'));
		const { status, body } = await deliver('b', pass(5_000));
		expect(status).toBe(503);
		expect(body).toMatchObject({ success: false, status: 'failed', request_id: 'b' });
		expect(answered.at(-1)).toMatchObject({ status: 503, verdict: 'failed' });
	});

	it('is none where it begins after all, or turns out to begin elsewhere', async () => {
		expect((await deliver('a', pass(5_000), { onLate: async () => 'begun' })).status).toBe(200);
	});

	it.each<[string, () => void, Way]>([
		['an answer that names its execution', begin('a', '17'), {}],
		['a failure', pass(5_000), {}],
		['what n8n has to say itself', nothing, { instead: { message: 'not stored' }, status: 500 }],
	])('waits no more after %s', async (_what, after, way) => {
		await deliver('a', after, way);
		expect(begunHere.tell('a', { executionId: '18' })).toBe(false);
	});

	it('is answered as accepted where n8n says something else below 400', async () => {
		expect(await deliver('a', nothing, { instead: { ok: 1 }, status: 201 })).toEqual({ status: 201, body: { ok: 1 } });
		expect(answered).toEqual([{ ...answer, status: 201 }]);
	});

	it('waits among a thousand, and no more: memory has an end', async () => {
		const among = (count: number) => () =>
			setImmediate(() => {
				for (let each = 0; each < count; each++) void begunHere.first(`another ${each}`);
				begunHere.tell('a', { executionId: '17' });
				setImmediate(() => jest.advanceTimersByTime(5_000));
			});
		expect((await deliver('a', among(999))).status).toBe(200);
		begunHere = new BegunHere();
		begunHere.startsHere();
		expect((await deliver('a', among(1_000))).status).toBe(503);
	});

	it('does not count those that have gone out', async () => {
		for (let each = 0; each < 900; each++) {
			void begunHere.first(`gone ${each}`);
			begunHere.leave(`gone ${each}`);
		}
		const among = () =>
			setImmediate(() => {
				for (let each = 0; each < 900; each++) void begunHere.first(`another ${each}`);
				begunHere.tell('a', { executionId: '17' });
			});
		expect((await deliver('a', among)).status).toBe(200);
	});
});

it.each([true, false])('has the status of whatever is answered (executions begin here: %p)', async (isHere) => {
	if (isHere) begunHere.startsHere();
	const { status } = await answerOf((response) => {
		const waiting = { deliveryId: 'a', response, answer: rejected, isTest: false, onLate: async () => 'kept' as const };
		const body = answerOnceBegun(begunHere, { ...waiting, onAnswered: nothing });
		response.json(body);
		begin('a', '17')();
	});
	expect(status).toBe(422);
});

it('n8n is one process where it has started a trigger in this one, unless an execution has ended in another', () => {
	begunHere.tell('any', { executionId: '1' });
	expect(begunHere.isOneProcess).toBe(false);
	begunHere.startsHere();
	expect(begunHere.isOneProcess).toBe(true);
	begunHere.endedElsewhere();
	begunHere.startsHere();
	expect(begunHere.isOneProcess).toBe(false);
});

it('all who wait for one execution hear of it', async () => {
	const waiting = Promise.all([begunHere.first('a'), begunHere.first('a')]);
	expect(begunHere.tell('a', { executionId: '17' })).toBe(true);
	expect(await waiting).toEqual([{ executionId: '17' }, { executionId: '17' }]);
});

describe('where executions begin in another process', () => {
	it('goes out at once, without an id', async () => {
		// The clock stands still: whoever waits, waits for ever.
		expect(await deliver('a', nothing)).toEqual({ status: 200, body: { ...accepted, request_id: 'a' } });
		expect(answered).toEqual([answer]);
	});

	it('so it does once an execution of a trigger that is started here has ended without having begun here', async () => {
		begunHere.startsHere();
		begunHere.endedElsewhere();
		expect((await deliver('a', nothing)).status).toBe(200);
	});

	it('so it does once n8n has stopped every trigger that it had started here: another process leads now', async () => {
		const stops = [begunHere.startsHere(), begunHere.startsHere()];
		stops[0]?.();
		expect(begunHere.isElsewhere).toBe(false);
		stops[1]?.();
		expect((await deliver('a', nothing)).status).toBe(200);
	});

	it('names the execution again as soon as one has begun in this process', async () => {
		begunHere.tell('another', { executionId: '16' });
		expect((await deliver('a', begin('a', '17'))).body).toEqual({ ...accepted, request_id: 'a', execution_id: '17' });
	});
});

describe('in a test', () => {
	beforeEach(() => void begunHere.startsHere());

	it('goes out without an id after a fifth of a second, until an execution has begun here', async () => {
		expect((await deliver('a', pass(200), { isTest: true })).body).toEqual({ ...accepted, request_id: 'a' });
	});

	it('is no failure', async () => {
		begunHere.tell('another', { executionId: '16' });
		expect((await deliver('a', pass(5_000), { isTest: true })).status).toBe(200);
	});
});
