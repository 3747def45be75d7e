import { DateTime } from 'luxon';
import type { FunctionsBase, ICredentialTestFunctions, IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { z } from 'zod/v4';

import { isOfTheCredential } from '../delivery/credential-error';
import { isBlank } from '../provider/comparing';
import type { ApiRequest, CallsApi } from '../provider/calls-api';
import type { Provider } from '../provider/provider';
import type { ApiTrouble, Named } from './api-trouble';
import { inTime } from '../delivery/in-time';
import { trouble } from './api-trouble';

const TIMEOUT_IN_SECONDS = 20;
const MAX_BYTES = 10_000_000;

/** An API with what its credential holds. */
export interface Access extends Named {
	readonly apiKey: string;
	/** Without a slash at its end. */
	readonly baseUrl: string;
	/** The base URL that the credential begins with. */
	readonly defaultBaseUrl: string;
}

export interface ApiAnswer {
	/** What the JSON of its body says. */
	readonly body: unknown;
	/** The API's own time, in milliseconds since the epoch; undefined where it tells none. */
	readonly date: number | undefined;
}

/** n8n's way to send a request, with all of the answer whatever its status, its body as a stream. */
export type Send = (options: IHttpRequestOptions) => Promise<unknown>;

/** The only way that n8n offers to the test of a credential. */
export function sendByTest({ helpers }: ICredentialTestFunctions): Send {
	return async ({ url, qs, headers, timeout }) =>
		await helpers.request({
			...{ uri: url, qs, headers, timeout, useStream: true },
			...{ resolveWithFullResponse: true, simple: false, followRedirect: false },
		});
}

const credential = z.object({
	apiKey: z.preprocess((key) => (isBlank(key) ? '' : String(key).trim()), z.string()),
	baseUrl: z.preprocess((url) => (isBlank(url) ? undefined : String(url).trim()), z.string().optional()),
});

const PRINTABLE = /^[\x21-\x7e]+$/;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** What the credential that is chosen gives access to. Throws an ApiTrouble where there is none that can be used. */
export async function accessTo<Call extends IDataObject>(
	context: Pick<FunctionsBase, 'getCredentials'>,
	provider: Provider<Call>,
	api: CallsApi<Call>,
): Promise<Access> {
	let data: unknown;
	try {
		data = await context.getCredentials(api.credential);
	} catch (error) {
		const named = { ...api, title: provider.title };
		throw isOfTheCredential(error) ? trouble.noCredential(named) : trouble.credentialOutOfReach(named);
	}
	return accessOf(provider, api, data);
}

/** What a credential gives access to. Throws an ApiTrouble that says what is wrong with it. */
export function accessOf<Call extends IDataObject>(
	{ title }: Provider<Call>,
	{ credentialTitle, whereKeysAreMade, baseUrl: defaultBaseUrl }: CallsApi<Call>,
	data: unknown,
): Access {
	const named = { title, credentialTitle, whereKeysAreMade };
	const parsed = credential.safeParse(data);
	if (!parsed.success) throw trouble.noCredential(named);
	const { apiKey, baseUrl = defaultBaseUrl } = parsed.data;
	if (apiKey === '') throw trouble.noKey(named);
	if (!PRINTABLE.test(apiKey)) throw trouble.badKey(named);
	if (!isSafe(baseUrl)) throw trouble.badUrl(named, defaultBaseUrl);
	return { ...named, apiKey, baseUrl: baseUrl.replace(/\/+$/, ''), defaultBaseUrl };
}

/**
 * Whether a key may go to this address: encrypted on its way, or not leaving this machine. It is looked at as it is written,
 * since of "#" and "?" with nothing behind them a URL shows nothing, and what is added would be no path.
 */
function isSafe(baseUrl: string): boolean {
	if (!PRINTABLE.test(baseUrl) || /[?#\\]/.test(baseUrl) || !URL.canParse(baseUrl)) return false;
	const { protocol, hostname, username, password } = new URL(baseUrl);
	if (username !== '' || password !== '') return false;
	return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/**
 * Asks an API. The key goes to the host of the base URL and nowhere else: a redirect is an error. Throws an ApiTrouble
 * for whatever goes wrong, and never the error of the request itself, which holds the key.
 */
export async function askApi(send: Send, access: Access, request: ApiRequest): Promise<ApiAnswer> {
	const stop = new AbortController();
	const answer = await inTime(TIMEOUT_IN_SECONDS * 1000, exchange(send, access, request, stop));
	if (answer !== undefined) return answer;
	stop.abort();
	throw trouble.noAnswer(access, TIMEOUT_IN_SECONDS);
}

const answered = z.object({
	statusCode: z.number(),
	// n8n gives an object of axios' own class, which is no record to zod.
	headers: z.preprocess((headers) => ({ ...Object(headers) }), z.record(z.string(), z.unknown())),
	body: z.custom<AsyncIterable<Uint8Array> & { destroy?: () => unknown }>(
		(body) => Symbol.asyncIterator in Object(body),
	),
});

async function exchange(send: Send, access: Access, { path, query }: ApiRequest, stop: AbortController) {
	const answer = answered.parse(
		await send({
			...{ url: access.baseUrl + path, qs: { ...query }, timeout: TIMEOUT_IN_SECONDS * 1000 },
			headers: { Authorization: `Bearer ${access.apiKey}`, Accept: 'application/json' },
			...{ encoding: 'stream', returnFullResponse: true, ignoreHttpStatusErrors: true, disableFollowRedirect: true },
			abortSignal: stop.signal,
		}).catch((error: unknown) => {
			throw unreachable(access, error);
		}),
	);
	const end = () => void answer.body.destroy?.();
	stop.signal.addEventListener('abort', end);
	if (stop.signal.aborted) end();
	// Read whatever the status: a body that nobody reads keeps its connection.
	const text = await textOf(access, answer.body, stop);
	const wrong = problemWith(access, answer.statusCode, answer.headers['retry-after']);
	if (wrong !== undefined) throw wrong;
	return { body: parse(access, text), date: httpDate(answer.headers.date) };
}

/** The errors of a request hold the request, so nothing of them is kept but their code. */
function unreachable(named: Named, error: unknown): ApiTrouble {
	const coded = z.object({ code: z.string() });
	const wrapped = z.object({ cause: coded }).safeParse(error);
	const own = coded.safeParse(error);
	const code = own.success ? own.data.code : wrapped.success ? wrapped.data.cause.code : 'no connection';
	if (['ECONNABORTED', 'ETIMEDOUT', 'ERR_CANCELED'].includes(code)) return trouble.noAnswer(named, TIMEOUT_IN_SECONDS);
	return trouble.noNetwork(named, /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'no connection');
}

async function textOf(named: Named, body: AsyncIterable<Uint8Array>, stop: AbortController): Promise<string> {
	const chunks: Uint8Array[] = [];
	const reading = body[Symbol.asyncIterator]();
	let bytes = 0;
	for (;;) {
		const read = await reading.next().catch(() => {
			throw trouble.cutOff(named);
		});
		if (read.done === true) return Buffer.concat(chunks).toString('utf8');
		bytes += read.value.length;
		chunks.push(read.value);
		if (bytes > MAX_BYTES) {
			// Ends the connection. The reading itself is not ended: that would wait for whoever is sending.
			stop.abort();
			throw trouble.tooLarge(named, MAX_BYTES);
		}
	}
}

/** What a status says of the request; undefined where it was answered. */
function problemWith(access: Access, status: number, retryAfter: unknown): ApiTrouble | undefined {
	if (status >= 200 && status < 300) return undefined;
	if (status >= 300 && status < 400) return trouble.redirected(access, status);
	if (status === 401 || status === 403) return trouble.refused(access, status);
	if (status === 404) return trouble.notThere(access, access.defaultBaseUrl);
	if (status === 429) return trouble.limited(access, waitOf(retryAfter));
	return status >= 500 ? trouble.failing(access, status, waitOf(retryAfter)) : trouble.odd(access, status);
}

/** A longer one is as good as a refusal, and would leave calls waiting for a slip in a header. */
const LONGEST_WAIT_IN_MS = 6 * 3_600_000;

/** What `Retry-After` says, in seconds or as a date, in milliseconds from now. */
function waitOf(retryAfter: unknown): number | undefined {
	if (typeof retryAfter !== 'string') return undefined;
	const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : (httpDate(retryAfter) ?? 0) - Date.now();
	return ms > 0 ? Math.min(ms, LONGEST_WAIT_IN_MS) : undefined;
}

function parse(named: Named, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw trouble.notJson(named);
	}
}

function httpDate(header: unknown): number | undefined {
	const date = DateTime.fromHTTP(String(header));
	return date.isValid ? date.toMillis() : undefined;
}
