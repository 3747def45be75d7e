import { gunzipSync, inflateSync } from 'node:zlib';

import type { HostileRequest } from './request';

/**
 * What n8n itself refuses before it calls a trigger, told from the request alone: where it answers one of these to a
 * request that it can read, something is wrong.
 */

export const MEGABYTE = 2 ** 20;
/** n8n's N8N_PAYLOAD_SIZE_MAX, as it is without being set. */
const LARGEST_BODY = 16 * MEGABYTE;

/** The words of n8n 2.41 for each status; the last is for whatever else fails, and is logged as an error of n8n's. */
export const WORDS_OF_N8N: Record<number, string> = {
	400: 'The submitted form data could not be parsed.',
	413: 'The submitted form data exceeds the allowed size.',
	422: 'Failed to parse request body',
	500: 'There was a problem executing the workflow',
};

/** The causes of its 500 in its log: a body that is too large, or zlib's words for what is not compressed as it says. */
export const CAUSES_OF_N8N = [
	...['request entity too large', 'unexpected end of file', 'incorrect (header|data|length) check'],
	...['unknown compression method', 'unknown header flags set', 'header crc mismatch', 'invalid window size'],
	...['invalid block type', 'invalid stored block lengths', 'too many length or distance symbols'],
	...['invalid code', 'invalid bit length repeat', 'invalid literal/length', 'invalid distance'],
];

function headerOf({ headers }: HostileRequest, name: string): string {
	const [, value = ''] = Object.entries(headers).find(([each]) => each.toLowerCase() === name) ?? [];
	return String(value).trim();
}

/** The bytes of a body that says how it is compressed; undefined where it is not. */
function unpacked(body: Buffer, encoding: string): Buffer | undefined {
	try {
		if (encoding === 'gzip') return gunzipSync(body);
		if (encoding === 'deflate') return inflateSync(body);
		return body;
	} catch {
		return undefined;
	}
}

function isJson(text: string): boolean {
	try {
		JSON.parse(text.replace(/^\ufeff/, ''));
		return true;
	} catch {
		return false;
	}
}

/** With which statuses n8n may refuse a request by itself; with none if it can read it. */
export function refusalsOf(request: HostileRequest): number[] {
	const [type = '', ...parameters] = headerOf(request, 'content-type').toLowerCase().split(';');
	if (type === 'multipart/form-data') return [400, 413];

	// Nothing at all is no compressed nothing either.
	const bytes = unpacked(request.body ?? Buffer.alloc(0), headerOf(request, 'content-encoding'));
	if (bytes === undefined || bytes.length > LARGEST_BODY) return [500];
	if (bytes.length === 0) return [];

	const charset = parameters
		.map((each) => /^\s*charset\s*=\s*"?([^"]*)"?\s*$/.exec(each)?.[1])
		.filter((each) => each !== undefined)
		.at(-1);
	const encoding = charset ?? 'utf-8';
	const isText = ['application/json', 'application/x-www-form-urlencoded', 'text/plain'].includes(type);
	if (/[/+]xml$/.test(type) || (isText && !Buffer.isEncoding(encoding))) return [422];
	return type === 'application/json' && Buffer.isEncoding(encoding) && !isJson(bytes.toString(encoding)) ? [422] : [];
}
