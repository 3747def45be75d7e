import type { Response } from 'express';
import type { IDataObject } from 'n8n-workflow';

import { deliverTo, standIn } from '../../host/core';
import type { Answer } from '../../nodes/delivery/answer';
import { HeldAnswers, whereExecutionsBegin } from '../../nodes/delivery/held-answer';
import { webhookContext } from '../unit/webhook-context';

interface Told {
	status: number;
	body: unknown;
}

/** An HTTP request whose answer `handle` gives, with a real response object, and what its caller is told. */
async function answerOf(handle: (response: Response) => void): Promise<Told> {
	const { answer } = await deliverTo((_request, response) => handle(response));
	return { status: answer.status, body: answer.json };
}

describe('the answer to an accepted delivery', () => {
	let heldAnswers: HeldAnswers;
	const failures: Answer[] = [];
	const answer: Answer = { status: 200, verdict: 'accepted', message: 'Accepted.', details: {} };
	const accepted = { success: true, status: 'accepted', message: 'Accepted.' };

	// An answer that has gone out leaves its timer behind, which would keep the process for seconds.
	beforeEach(() => {
		jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
		heldAnswers = new HeldAnswers();
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	/** What the caller is told where n8n sends what webhook() returned, or `instead`, and then does `after`. */
	async function deliver(deliveryId: string, after: () => void, instead?: IDataObject, status = 200) {
		return await answerOf((response) => {
			const body = heldAnswers.hold(deliveryId, response, answer, (failed) => failures.push(failed));
			response.status(status).json(instead ?? body);
			after();
		});
	}

	const begin = (deliveryId: string, executionId: string) => () =>
		setImmediate(() => heldAnswers.begun(deliveryId, executionId));
	const nothing = () => undefined;
	const pass = (milliseconds: number) => () => setImmediate(() => jest.advanceTimersByTime(milliseconds));

	it('waits for the first step of its execution, and names it', async () => {
		expect(await deliver('a', begin('a', '17'))).toEqual({
			status: 200,
			body: { ...accepted, request_id: 'a', execution_id: '17' },
		});
	});

	it('names the execution that began before n8n answered', async () => {
		const { body } = await answerOf((response) => {
			const held = heldAnswers.hold('a', response, answer, nothing);
			heldAnswers.begun('a', '17');
			response.json(held);
		});
		expect(body).toEqual({ ...accepted, request_id: 'a', execution_id: '17' });
	});

	it('is not held back where n8n has something else to say', async () => {
		expect(await deliver('a', nothing, { message: 'not stored' }, 500)).toEqual({
			status: 500,
			body: { message: 'not stored' },
		});
	});

	describe('however many there are', () => {
		/** Accepts so many more deliveries, whose answers n8n sends as they are, or something else, or not yet. */
		const accept = (count: number, send: 'held' | 'other' | 'nothing') => {
			for (let each = 0; each < count; each++) {
				const { response } = standIn({});
				const body = heldAnswers.hold(`${send} ${each}`, response, answer, nothing);
				if (send !== 'nothing') response.json(send === 'held' ? body : {});
				heldAnswers.begun(`${send} ${each}`, '1');
			}
		};
		const withId = { ...accepted, request_id: 'a', execution_id: '17' };

		it('waits while a thousand are held, and no more: memory has an end', async () => {
			heldAnswers.begun('z', '1');
			const among = (count: number) => () =>
				setImmediate(() => {
					accept(count, 'nothing');
					heldAnswers.begun('a', '17');
					setImmediate(() => jest.advanceTimersByTime(5_000));
				});
			expect((await deliver('a', among(999))).body).toEqual(withId);
			heldAnswers = new HeldAnswers(false);
			heldAnswers.begun('z', '1');
			expect((await deliver('a', among(1_000))).body).toEqual({ ...accepted, request_id: 'a' });
		});

		it.each(['held', 'other'] as const)('does not count those that have gone out (%s)', async (send) => {
			heldAnswers.begun('z', '1');
			const among = () =>
				setImmediate(() => {
					accept(900, send);
					setImmediate(() => {
						accept(900, 'nothing');
						heldAnswers.begun('a', '17');
						setImmediate(() => jest.advanceTimersByTime(5_000));
					});
				});
			expect((await deliver('a', among)).body).toEqual(withId);
		});
	});

	describe('where executions begin in another process', () => {
		it('goes out without an id, after a fifth of a second the first time and then at once', async () => {
			expect((await deliver('a', pass(200))).body).toEqual({ ...accepted, request_id: 'a' });
			// From here on the clock stands still: whoever waits, waits for ever.
			expect((await deliver('b', nothing)).body).toEqual({ ...accepted, request_id: 'b' });
		});

		it('names the execution again as soon as one has begun in this process', async () => {
			await deliver('a', pass(200));
			await deliver('b', nothing);
			heldAnswers.begun('b', '18');
			expect((await deliver('c', begin('c', '19'))).body).toEqual({ ...accepted, request_id: 'c', execution_id: '19' });
		});

		it('waits on where another execution begins in this process during the first wait', async () => {
			const late = () =>
				setImmediate(() => {
					heldAnswers.begun('z', '16');
					jest.advanceTimersByTime(200);
					setImmediate(() => heldAnswers.begun('a', '17'));
				});
			expect((await deliver('a', late)).body).toEqual({ ...accepted, request_id: 'a', execution_id: '17' });
		});

		it('waits longer, for a busy process, where executions have begun in it', async () => {
			await deliver('a', begin('a', '17'));
			const late = () =>
				setImmediate(() => {
					jest.advanceTimersByTime(4_000);
					setImmediate(() => heldAnswers.begun('b', '18'));
				});
			expect((await deliver('b', late)).body).toEqual({ ...accepted, request_id: 'b', execution_id: '18' });
		});
	});

	describe('where n8n answers before it stores the execution, as n8n 1.x does', () => {
		beforeEach(() => {
			heldAnswers = new HeldAnswers(true);
		});

		it('is a failure where the execution has not begun in time, though others have in this process', async () => {
			await deliver('a', begin('a', '17'));
			const { status, body } = await deliver('b', pass(5_000));
			expect(status).toBe(503);
			expect(body).toMatchObject({ success: false, status: 'failed', request_id: 'b' });
			expect(failures).toMatchObject([{ status: 503, verdict: 'failed' }]);
		});

		it.each([
			['here', 503],
			['unknown', 200],
		] as const)('is the first one’s too where n8n tells where executions begin: %s', async (place, status) => {
			const told = answerOf((response) => {
				const body = heldAnswers.hold('a', response, answer, nothing, () => place);
				response.json(body);
				pass(5_000)();
			});
			expect((await told).status).toBe(status);
		});

		it('goes out at once where n8n tells that executions begin elsewhere', async () => {
			const told = answerOf((response) => {
				const body = heldAnswers.hold('a', response, answer, nothing, () => 'elsewhere');
				response.json(body);
			});
			expect((await told).body).toEqual({ ...accepted, request_id: 'a' });
		});

		it('asks n8n where executions begin until it knows', () => {
			const asked = jest.fn(() => 'here' as const);
			const hold = () => heldAnswers.hold('a', standIn({}).response, answer, nothing, asked);
			hold();
			hold();
			expect(asked).toHaveBeenCalledTimes(1);
			heldAnswers = new HeldAnswers(false);
			hold();
			expect(asked).toHaveBeenCalledTimes(1);
		});

		it('is no failure where executions may begin in another process', async () => {
			expect((await deliver('a', pass(1_000))).status).toBe(200);
			expect((await deliver('b', nothing)).status).toBe(200);
		});
	});

	it('is no failure where n8n 2.x has stored an execution that has not begun in time', async () => {
		await deliver('a', begin('a', '17'));
		const late = deliver('b', pass(5_000));
		expect((await late).body).toEqual({ ...accepted, request_id: 'b' });
		expect((await deliver('c', begin('c', '19'))).body).toEqual({ ...accepted, request_id: 'c', execution_id: '19' });
	});
});

describe('where n8n begins executions', () => {
	it.each([
		['regular', 'webhook', 'here'],
		['regular', 'manual', 'here'],
		['queue', 'webhook', 'elsewhere'],
		['queue', 'manual', 'unknown'],
		['unknown', 'webhook', 'unknown'],
		[undefined, 'webhook', 'unknown'],
	] as const)('is what its mode tells: %p, for a delivery in mode %s', (executionsMode, mode, place) => {
		expect(whereExecutionsBegin(webhookContext({ evaluate: () => executionsMode, mode }).context)).toBe(place);
	});

	it('is not known where a node must not see the environment', () => {
		const evaluate = () => {
			throw new Error('access to env vars denied');
		};
		expect(whereExecutionsBegin(webhookContext({ evaluate }).context)).toBe('unknown');
	});
});
