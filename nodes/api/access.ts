import { DateTime } from 'luxon';
import type {
	ICredentialTestFunctions,
	IDataObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	ITriggerFunctions,
} from 'n8n-workflow';
import { z } from 'zod/v4';

import { isOfTheCredential } from '../n8n/credential-error';
import { inTime } from '../n8n/in-time';
import type { ApiRequest, CallsApi } from '../provider/calls-api';
import { isBlank } from '../provider/comparing';
import { asObject } from '../provider/objects';
import type { Provider } from '../provider/provider';
import { safeOriginOf } from './own-host';
import { ApiTrouble, type Named } from './trouble';

const TIMEOUT_IN_SECONDS = 20;
const MOST_MEGABYTES = 10;
/** A longer wait is as good as a refusal, and would leave calls waiting for a slip in a header. */
const LONGEST_WAIT_IN_MS = 6 * 3_600_000;

/** n8n's way to send a request, with all of the answer whatever its status, its body as a stream. */
type Send = (options: IHttpRequestOptions) => Promise<unknown>;

/** An API that can be asked, by what its credential holds. */
export interface Access<Call extends IDataObject> {
	readonly api: CallsApi<Call>;
	readonly named: Named;
	/** Throws an ApiTrouble for whatever goes wrong. */
	readonly ask: (request: ApiRequest) => Promise<ApiAnswer>;
}

export interface ApiAnswer {
	/** What the JSON of its body says. */
	readonly body: unknown;
	/** The API's own time, in milliseconds since the epoch; undefined where it tells none. */
	readonly date: number | undefined;
}

/** Access by the credential that is chosen. Throws an ApiTrouble where there is none that can be used. */
export async function accessTo<Call extends IDataObject>(
	context: ITriggerFunctions | ILoadOptionsFunctions,
	{ title }: Provider<Call>,
	api: CallsApi<Call>,
): Promise<Access<Call>> {
	const named = { ...api, title };
	const data: unknown = await context.getCredentials(api.credential).catch((error: unknown) => {
		throw new ApiTrouble(isOfTheCredential(error) ? 'no credential' : 'credential out of reach', named);
	});
	return accessBy(data, api, named, async (options) => {
		const answer: unknown = await context.helpers.httpRequest(options);
		return answer;
	});
}

/** Access by a credential that is tested, for which n8n has another way to send. Throws an ApiTrouble likewise. */
export function accessOfTest<Call extends IDataObject>(
	{ helpers }: { readonly helpers: Pick<ICredentialTestFunctions['helpers'], 'request'> },
	{ title }: Provider<Call>,
	api: CallsApi<Call>,
	data: unknown,
): Access<Call> {
	return accessBy(data, api, { ...api, title }, async ({ url, qs, headers, timeout }) => {
		const asStream = { useStream: true, resolveWithFullResponse: true, simple: false, followRedirect: false };
		const answer: unknown = await helpers.request({ uri: url, qs, headers, timeout, ...asStream });
		return answer;
	});
}

const trimmed = z.preprocess((text) => (isBlank(text) ? undefined : String(text).trim()), z.string().optional());
const credential = z.object({ apiKey: trimmed, baseUrl: trimmed });

const PRINTABLE = /^[\x21-\x7e]+$/;

function accessBy<Call extends IDataObject>(
	data: unknown,
	api: CallsApi<Call>,
	named: Named,
	send: Send,
): Access<Call> {
	const parsed = credential.safeParse(data);
	if (!parsed.success) throw new ApiTrouble('no credential', named);
	const { apiKey, baseUrl = named.baseUrl } = parsed.data;
	if (apiKey === undefined) throw new ApiTrouble('no key', named);
	if (!PRINTABLE.test(apiKey)) throw new ApiTrouble('bad key', named);
	if (!isSafe(baseUrl)) throw new ApiTrouble('bad url', named);
	const headers = { ...api.headerOf(apiKey), Accept: 'application/json' };
	const ask = async ({ path, query }: ApiRequest) =>
		await askApi(named, send, { url: baseUrl.replace(/\/+$/, '') + path, qs: told(query), headers });
	return { api, named, ask };
}

/** What has a value. */
const told = (query: ApiRequest['query']) =>
	Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));

/**
 * Whether a key may go to this address: encrypted on its way, or not leaving this machine. It is looked at as it is written,
 * since of "#" and "?" with nothing behind them a URL shows nothing, and what is added would be no path.
 */
function isSafe(baseUrl: string): boolean {
	if (!PRINTABLE.test(baseUrl) || /[?#\\]/.test(baseUrl) || !URL.canParse(baseUrl)) return false;
	const { username, password } = new URL(baseUrl);
	return username === '' && password === '' && safeOriginOf(baseUrl) !== undefined;
}

/**
 * The key goes to the host of the base URL and nowhere else: a redirect is an error. Throws an ApiTrouble for whatever goes
 * wrong, and never the error of the request itself, which holds the key.
 */
async function askApi(named: Named, send: Send, request: IHttpRequestOptions): Promise<ApiAnswer> {
	const stop = new AbortController();
	const answer = await inTime(TIMEOUT_IN_SECONDS * 1000, exchange(named, send, request, stop));
	if (answer !== undefined) return answer;
	stop.abort();
	throw new ApiTrouble('no answer', named, TIMEOUT_IN_SECONDS);
}

const answered = z.object({
	statusCode: z.number(),
	// n8n gives an object of axios' own class, which is no record to zod.
	headers: z.preprocess((headers) => ({ ...asObject(headers) }), z.record(z.string(), z.unknown())),
	body: z.custom<AsyncIterable<Uint8Array> & { destroy?: () => unknown }>(
		(body) => Symbol.asyncIterator in Object(body),
	),
});

async function exchange(named: Named, send: Send, request: IHttpRequestOptions, stop: AbortController) {
	const answer = await send({
		...{ ...request, timeout: TIMEOUT_IN_SECONDS * 1000, abortSignal: stop.signal },
		...{ encoding: 'stream', returnFullResponse: true, ignoreHttpStatusErrors: true, disableFollowRedirect: true },
	}).catch((error: unknown) => {
		throw unreachable(named, error);
	});
	const { statusCode, headers, body } = answered.parse(answer);
	const end = () => void body.destroy?.();
	stop.signal.addEventListener('abort', end);
	if (stop.signal.aborted) end();
	// Read whatever the status: a body that nobody reads keeps its connection.
	const text = await textOf(named, body, stop);
	if (statusCode >= 300) throw refusal(named, statusCode, waitOf(headers['retry-after']));
	const json = parsed(text);
	if (json === undefined) throw new ApiTrouble('not JSON', named);
	const { success, status } = asObject(json) ?? {};
	// A failure, whatever HTTP says.
	if (success === false) throw refusal(named, Number(status), waitOf(headers['retry-after']));
	return { body: json, date: httpDate(headers.date) };
}

/** What a text in JSON says; undefined for one that is none. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The errors of a request hold the request, so nothing of them is kept but their code. */
function unreachable(named: Named, error: unknown): ApiTrouble {
	const code = String(asObject(error)?.code ?? asObject(asObject(error)?.cause)?.code);
	if (['ECONNABORTED', 'ETIMEDOUT', 'ERR_CANCELED'].includes(code))
		return new ApiTrouble('no answer', named, TIMEOUT_IN_SECONDS);
	return new ApiTrouble('no network', named, /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no connection');
}

async function textOf(named: Named, body: AsyncIterable<Uint8Array>, stop: AbortController): Promise<string> {
	const chunks: Uint8Array[] = [];
	const reading = body[Symbol.asyncIterator]();
	let bytes = 0;
	for (;;) {
		const read = await reading.next().catch(() => {
			throw new ApiTrouble('cut off', named);
		});
		if (read.done === true) return Buffer.concat(chunks).toString('utf8');
		bytes += read.value.length;
		chunks.push(read.value);
		if (bytes > MOST_MEGABYTES * 1_000_000) {
			// Ends the connection. The reading itself is not ended: that would wait for whoever is sending.
			stop.abort();
			throw new ApiTrouble('too large', named, MOST_MEGABYTES);
		}
	}
}

/** What a status says of a request that was not answered. */
function refusal(named: Named, status: number, waitMs: number | undefined): ApiTrouble {
	if (!(status >= 300)) return new ApiTrouble('failed', named);
	if (status < 400) return new ApiTrouble('redirected', named, status);
	if (status === 401 || status === 403) return new ApiTrouble('refused', named, status);
	if (status === 404) return new ApiTrouble('not there', named, status);
	if (status === 429) return new ApiTrouble('limited', named, status, waitMs);
	return status >= 500 ? new ApiTrouble('failing', named, status, waitMs) : new ApiTrouble('odd', named, status);
}

/** What `Retry-After` says, in seconds or as a date, in milliseconds from now. */
function waitOf(retryAfter: unknown): number | undefined {
	const text = String(retryAfter);
	const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : (httpDate(text) ?? 0) - Date.now();
	return ms > 0 ? Math.min(ms, LONGEST_WAIT_IN_MS) : undefined;
}

function httpDate(header: unknown): number | undefined {
	const date = DateTime.fromHTTP(String(header));
	return date.isValid ? date.toMillis() : undefined;
}
