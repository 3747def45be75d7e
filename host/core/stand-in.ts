import express, { type Request, type Response } from 'express';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** What stands for a request whose body n8n has parsed, where the way over HTTP would be in the way. */
export interface Parsed {
	method?: string;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	body?: unknown;
}

/** An express request that came over no wire, and its response, whose answer goes nowhere. */
export function standIn({ method = 'POST', headers = {}, query = {}, body }: Parsed): {
	request: Request;
	response: Response;
} {
	const incoming = Object.assign(new IncomingMessage(new Socket()), { method, headers, body, params: {} });
	// Of express's own, these would ask an app.
	Object.defineProperties(incoming, { ip: { value: '127.0.0.1' }, query: { value: query } });
	const request: Request = Object.setPrototypeOf(incoming, express.request);
	const response: Response = Object.setPrototypeOf(new ServerResponse(incoming), express.response);
	response.json = (answer) => response.end(JSON.stringify(answer));
	return { request, response };
}
