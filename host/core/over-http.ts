import express, { type Request, type Response } from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { type Answer, deliver, type Delivery } from '../deliver/deliver';

/** One delivery over real HTTP, on loopback, to whoever handles it; a body of JSON or a form arrives parsed, as from n8n, another unread. */
export async function deliverTo<Result>(
	handle: (request: Request, response: Response) => Result | Promise<Result>,
	delivery: Delivery = {},
): Promise<{ answer: Answer; result: Result | undefined }> {
	const handled: Array<Promise<Result>> = [];
	const app = express();
	app.use(express.json({ limit: '20mb', strict: false }), express.urlencoded({ extended: false }));
	app.use(async (request, response) => {
		request.readRawBody = async () => void (request.rawBody = await buffer(request));
		const result = Promise.resolve(handle(request, response));
		handled.push(result);
		await result;
	});
	const server = createServer(app).listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		const address = server.address();
		if (address === null || typeof address === 'string') throw new Error('No port was assigned.');
		const answer = await deliver(`http://127.0.0.1:${address.port}/`, delivery);
		const [result] = await Promise.all(handled);
		return { answer, result };
	} finally {
		server.close();
	}
}
