import express, { type Response } from 'express';
import type { IDataObject } from 'n8n-workflow';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { Acknowledgements } from '../../nodes/delivery/acknowledge';

interface Told {
	status: number;
	body: unknown;
}

/** An HTTP request whose answer `handle` gives, with a real response object, and what its caller is told. */
async function answerOf(handle: (response: Response) => void): Promise<Told> {
	const app = express();
	app.use((_request, response) => handle(response));
	const server = createServer(app).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' ? address?.port : undefined;
	try {
		const answer = await fetch(`http://127.0.0.1:${port}/`);
		return { status: answer.status, body: await answer.json() };
	} finally {
		server.close();
	}
}

describe('the answer to an accepted delivery', () => {
	let acknowledgements: Acknowledgements;
	const accepted = { status: 'accepted' };

	beforeEach(() => {
		acknowledgements = new Acknowledgements();
	});

	/** What the caller of a delivery is told where n8n says `said` once webhook() is done, and then does `after`. */
	async function deliver(deliveryId: string, after: () => void, said: IDataObject = accepted, status = 200) {
		return await answerOf((response) => {
			acknowledgements.holdBack(deliveryId, response, accepted);
			response.status(status).json(said);
			after();
		});
	}

	const begin = (deliveryId: string, executionId: string) => () =>
		setImmediate(() => acknowledgements.begun(deliveryId, executionId));
	const nothing = () => undefined;

	it('waits for the first step of its execution, and names it', async () => {
		expect(await deliver('a', begin('a', '17'))).toEqual({
			status: 200,
			body: { status: 'accepted', execution_id: '17' },
		});
	});

	it('names the execution that began before n8n answered', async () => {
		const { body } = await answerOf((response) => {
			acknowledgements.holdBack('a', response, accepted);
			acknowledgements.begun('a', '17');
			response.json(accepted);
		});
		expect(body).toEqual({ status: 'accepted', execution_id: '17' });
	});

	it('is not held back where n8n has something else to say', async () => {
		expect(await deliver('a', nothing, { message: 'not stored' }, 500)).toEqual({
			status: 500,
			body: { message: 'not stored' },
		});
	});

	describe('where executions begin in another process', () => {
		beforeEach(() => {
			jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
		});
		afterEach(() => {
			jest.useRealTimers();
		});

		const pass = (milliseconds: number) => () => setImmediate(() => jest.advanceTimersByTime(milliseconds));

		it('goes out without an id, after a second the first time and then at once', async () => {
			expect((await deliver('a', pass(1_000))).body).toEqual(accepted);
			// From here on the clock stands still: whoever waits, waits for ever.
			expect((await deliver('b', nothing)).body).toEqual(accepted);
		});

		it('names the execution again as soon as one has begun in this process', async () => {
			await deliver('a', pass(1_000));
			await deliver('b', nothing);
			acknowledgements.begun('b', '18');
			expect((await deliver('c', begin('c', '19'))).body).toEqual({ status: 'accepted', execution_id: '19' });
		});

		it('waits longer, for a busy process, where executions have begun in it', async () => {
			await deliver('a', begin('a', '17'));
			const late = () =>
				setImmediate(() => {
					jest.advanceTimersByTime(4_000);
					acknowledgements.begun('b', '18');
				});
			expect((await deliver('b', late)).body).toEqual({ status: 'accepted', execution_id: '18' });
		});
	});
});
