import type { Agent } from 'node:http';

import { exchange, NoAnswer, type RawAnswer } from './exchange';

const DEFAULT_TIMEOUT_IN_MILLISECONDS = 60_000;

export interface Delivery {
	method?: string;
	headers?: Record<string, string | string[]>;
	query?: Record<string, string>;
	json?: unknown;
	form?: Record<string, string>;
	multipart?: Record<string, string>;
	/** Sent as it is, with `contentType` if given. */
	body?: string | Uint8Array;
	contentType?: string;
	timeoutMs?: number;
	/** Resolves when the caller hangs up without waiting for the answer. */
	hangsUp?: Promise<unknown>;
	/** To reuse connections under load. Without it each delivery has a connection of its own, as providers do. */
	agent?: Agent;
}

export interface Answer extends RawAnswer {
	/** undefined where the answer is not JSON. */
	json: unknown;
	ms: number;
}

interface Encoded {
	body?: Uint8Array;
	contentType?: string;
}

async function encode(delivery: Delivery): Promise<Encoded> {
	const { json, form, multipart, body, contentType } = delivery;
	if (json !== undefined) return withType(JSON.stringify(json), contentType ?? 'application/json');
	if (form) {
		const encoded = new URLSearchParams(form).toString();
		return withType(encoded, contentType ?? 'application/x-www-form-urlencoded');
	}
	if (multipart) return await encodeMultipart(multipart);
	if (body !== undefined) return withType(body, contentType);
	return { contentType };
}

function withType(body: string | Uint8Array, contentType?: string): Encoded {
	return { body: typeof body === 'string' ? Buffer.from(body) : body, contentType };
}

async function encodeMultipart(fields: Record<string, string>): Promise<Encoded> {
	const form = new FormData();
	for (const [name, value] of Object.entries(fields)) form.append(name, value);
	const encoded = new Response(form);
	return {
		body: new Uint8Array(await encoded.arrayBuffer()),
		contentType: encoded.headers.get('content-type') ?? undefined,
	};
}

function withQuery(url: string, query: Record<string, string> = {}): URL {
	const full = new URL(url);
	for (const [name, value] of Object.entries(query)) full.searchParams.append(name, value);
	return full;
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Sends one delivery, as a provider does, and waits for the answer. */
export async function deliver(url: string, delivery: Delivery = {}): Promise<Answer> {
	const { body, contentType } = await encode(delivery);
	const start = performance.now();
	const answer = await exchange(
		withQuery(url, delivery.query),
		{
			method: delivery.method ?? 'POST',
			agent: delivery.agent ?? false,
			headers: {
				...(contentType ? { 'content-type': contentType } : {}),
				...(body ? { 'content-length': String(body.byteLength) } : {}),
				...delivery.headers,
			},
		},
		body,
		{ timeoutMs: delivery.timeoutMs ?? DEFAULT_TIMEOUT_IN_MILLISECONDS, hangsUp: delivery.hangsUp },
	);
	return { ...answer, json: parseJson(answer.text), ms: performance.now() - start };
}

/**
 * A caller that hangs up once this resolves, as when the call has reached the end of the workflow: after a fixed time a busy
 * n8n might not even have read the delivery.
 */
export async function deliverAndHangUp(url: string, delivery: Delivery, hangsUp: Promise<unknown>): Promise<void> {
	try {
		await deliver(url, { ...delivery, hangsUp });
	} catch (error) {
		if (error instanceof NoAnswer && error.reason === 'timeout') return;
		throw error;
	}
	throw new Error('It was answered before the caller hung up: there was nothing to hang up on.');
}
