import { randomUUID } from 'node:crypto';

import type { Delivery } from '../deliver/deliver';
import { attempt, type Attempt, PATIENCE_IN_MILLISECONDS } from './attempt';
import endOfCall from './payloads/qcall-end-of-call.json';

export type QCallParameters = Record<string, string | number | boolean>;

export type QCallMethod = 'POST' | 'GET' | 'PUT' | 'DELETE';
export type QCallContentType = 'application/json' | 'application/x-www-form-urlencoded' | 'multipart/form-data';

/** A call with the guide's example payload and a recording of its own, which is what tells calls apart. */
export function qCallCall(change: QCallParameters = {}): QCallParameters {
	const recording = `https://cdn.qcall.ai/recordings/cs_${randomUUID().slice(0, 8)}.mp3`;
	return { ...endOfCall, recording_url: recording, ...change };
}

/** What the AI could not find in the transcript arrives as an empty string. */
export function withMissing(call: QCallParameters, ...names: string[]): QCallParameters {
	return { ...call, ...Object.fromEntries(names.map((name) => [name, ''])) };
}

/** One row of the assistant's Tools, as the dashboard asks for it. */
export interface WebhookTool {
	url: string;
	method?: QCallMethod;
	headers?: Record<string, string>;
	contentType?: QCallContentType;
	queryParameters?: Record<string, string>;
}

function asText(parameters: QCallParameters): Record<string, string> {
	return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

/** How QCall sends the parameters: by the content type, or in the query string where a body is left out. */
export function qCallDelivery(tool: WebhookTool, parameters: QCallParameters): Delivery {
	const { method = 'POST', contentType = 'application/json', headers, queryParameters } = tool;
	const common = { method, headers, timeoutMs: PATIENCE_IN_MILLISECONDS };
	if (method === 'GET' || method === 'DELETE') {
		return { ...common, query: { ...queryParameters, ...asText(parameters) } };
	}
	const withBody = { ...common, query: queryParameters };
	if (contentType === 'application/json') return { ...withBody, json: parameters };
	if (contentType === 'multipart/form-data') return { ...withBody, multipart: asText(parameters) };
	return { ...withBody, form: asText(parameters) };
}

/** The texts of a call are written by a model, anew for each webhook tool: no two are quite the same. */
function inOtherWords(parameters: QCallParameters, tool: number): QCallParameters {
	if (tool === 0) return parameters;
	return {
		...parameters,
		call_summary: `In short (${tool}): ${String(parameters.call_summary ?? '')}`,
		call_outcome: String(parameters.call_outcome ?? '').toUpperCase(),
		sentiment_analysis: String(parameters.sentiment_analysis ?? '').toLowerCase(),
		product_name: `${String(parameters.product_name ?? '')} `,
	};
}

/** QCall's side of an assistant's webhooks: each tool fires once, all at the same moment, and never again. */
export class QCall {
	constructor(private readonly tools: WebhookTool[]) {}

	async endCall(call: QCallParameters): Promise<Attempt[]> {
		return await Promise.all(
			this.tools.map(async (tool, position) => {
				const parameters = inOtherWords(call, position);
				return await attempt(tool.url, qCallDelivery(tool, parameters), parameters);
			}),
		);
	}
}
