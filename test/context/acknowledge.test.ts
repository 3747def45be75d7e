import express from 'express';
import { mock } from 'jest-mock-extended';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import { answerWithExecutionId, executionBegan } from '../../nodes/delivery/acknowledge';

interface Told {
	status: number;
	body: unknown;
}

/** One delivery, to whose caller n8n says something once webhook() is done. */
async function deliver(
	deliveryId: string,
	n8nSays: (body: IDataObject) => { status: number; body: unknown },
): Promise<Told> {
	const app = express();
	app.use((_request, response) => {
		const context = mock<IWebhookFunctions>();
		context.getResponseObject.mockReturnValue(response);
		const said = n8nSays(answerWithExecutionId(context, deliveryId, { status: 'accepted' }));
		response.status(said.status).json(said.body);
	});
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

const accepted = (body: IDataObject) => ({ status: 200, body });

describe('the answer to an accepted delivery', () => {
	it('waits for the first step of its execution, and names it', async () => {
		const deliveryId = randomUUID();
		const { body } = await deliver(deliveryId, (answer) => {
			setImmediate(() => executionBegan(deliveryId, '17'));
			return accepted(answer);
		});
		expect(body).toEqual({ status: 'accepted', execution_id: '17' });
	});

	it('is not held back where n8n has something else to say', async () => {
		const { status, body } = await deliver(randomUUID(), () => ({ status: 500, body: { message: 'not stored' } }));
		expect({ status, body }).toEqual({ status: 500, body: { message: 'not stored' } });
	});

	it('goes out without an id where executions begin in another process, from the second one on at once', async () => {
		jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
		try {
			const first = deliver(randomUUID(), (answer) => {
				setImmediate(() => jest.advanceTimersByTime(5_000));
				return accepted(answer);
			});
			expect((await first).body).toEqual({ status: 'accepted' });
			// From here on the clock stands still: whoever waits, waits for ever.
			expect((await deliver(randomUUID(), accepted)).body).toEqual({ status: 'accepted' });
		} finally {
			jest.useRealTimers();
		}
	});

	it('names the execution again as soon as one has begun in this process', async () => {
		const late = randomUUID();
		expect((await deliver(late, accepted)).body).toEqual({ status: 'accepted' });
		executionBegan(late, '18');
		const deliveryId = randomUUID();
		const { body } = await deliver(deliveryId, (answer) => {
			setImmediate(() => executionBegan(deliveryId, '19'));
			return accepted(answer);
		});
		expect(body).toEqual({ status: 'accepted', execution_id: '19' });
	});
});
