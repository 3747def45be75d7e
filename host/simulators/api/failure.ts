import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What the API does in place of an answer. */
export type Failure = (response: ServerResponse) => void | Promise<void>;

const MILLION = 1_000_000;
const MEGABYTE = 2 ** 20;
const ROWS_PER_PIECE = 500;

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Never answers; the connection stays open. */
export const hang: Failure = () => {};

/** Closes the connection in place of an answer. */
export const hangUp: Failure = (response) => {
	response.destroy();
};

export const refuse =
	(status: number, message: string, headers?: Record<string, string>): Failure =>
	(response) =>
		json(response, status, { error: 'error', message }, headers);

export const refuseKey = refuse(401, 'Invalid API key');

export const limitRate = (retryAfterInSeconds: number): Failure =>
	refuse(429, 'Too many requests', { 'retry-after': String(retryAfterInSeconds) });

/** A failure with HTTP status 200, of which only its body tells: QCall's way. */
export const failInside =
	(status: number, message: string): Failure =>
	(response) =>
		json(response, 200, { success: false, status, message, data: null });

/** A page for people with status 200, as proxies and maintenance pages send it. */
export const answerHtml: Failure = (response) => {
	response
		.writeHead(200, { 'content-type': 'text/html' })
		.end('<!doctype html><title>Maintenance</title><h1>We are back soon.</h1>');
};

/** JSON that ends in its middle, though the answer as such is complete. */
export const answerHalf: Failure = (response) => {
	response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"calls":[{"id":"call-1","caller_nu');
};

/** The connection breaks in the middle of the answer. */
export const breakOff: Failure = (response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' });
	response.write('{"data":{"calls":[{"id":"call-1","caller_nu', () => response.destroy());
};

export const redirectTo =
	(url: string): Failure =>
	(response) => {
		response.writeHead(302, { location: url }).end();
	};

/** Valid JSON that is too long, by one call's transcript. */
export const answerMegabytes =
	(megabytes: number): Failure =>
	(response) =>
		json(response, 200, {
			data: {
				calls: [{ id: 'long', status: 'completed', transcription: 'a'.repeat(megabytes * MEGABYTE) }],
				has_more: false,
				next_cursor: null,
			},
		});

function* aMillionRows(): Generator<string> {
	yield '{"data":{"calls":[{"id":"row"}';
	for (let first = 0; first < MILLION; first += ROWS_PER_PIECE) {
		const rows = Array.from({ length: ROWS_PER_PIECE }, (_, at) =>
			JSON.stringify({ id: `row-${first + at}`, status: 'completed', duration_seconds: 30 }),
		);
		yield `,${rows.join(',')}`;
	}
	yield '],"has_more":false,"next_cursor":null}}';
}

/** A million rows in one answer, whatever limit was asked for, until the caller hangs up. */
export const answerMillion: Failure = async (response) => {
	response.writeHead(200, { 'content-type': 'application/json' });
	await pipeline(Readable.from(aMillionRows()), response).catch(() => {
		// The caller had enough.
	});
};

function* endless(): Generator<string> {
	yield '{"data":{"calls":["';
	for (;;) yield 'a'.repeat(MEGABYTE);
}

/** An answer that goes on until the caller hangs up. */
export const answerEndless: Failure = async (response) => {
	response.writeHead(200, { 'content-type': 'application/json' });
	await pipeline(Readable.from(endless()), response).catch(() => {
		// The caller had enough.
	});
};
