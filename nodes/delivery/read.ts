import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';

import { isBlank } from '../provider/comparing';
import { asObject, harmlessFields, isObject } from '../provider/objects';
import type { Provider, Transport } from '../provider/provider';
import { ended } from './answer';
import type { Delivery } from './delivery';

const object = z.custom<IDataObject>(isObject);

/** What n8n makes of a multipart body (docs/n8n.md, 12). */
const multipart = z.object({ data: object.default({}), files: object.default({}) });

/**
 * The fields of a delivery, from wherever the provider put them: JSON, a form, or the query string (QCall guide,
 * "Content Types Supported"). Where a body and a query string name the same field, the body counts. Ends a delivery that
 * has none, and one whose body cannot be read: the query string beside it may be only a part of the call.
 */
export function readFields<Call extends IDataObject>(
	delivery: Delivery,
	{ title, transports, phoneFields = [] }: Provider<Call>,
): IDataObject {
	const body = readBody(delivery, transports, phoneFields);
	const query = transports.includes('query') ? withPlus(delivery.query, phoneFields) : {};
	const hasQuery = Object.keys(query).length > 0;
	if (body === undefined) {
		if (!hasQuery) throw ended.nothingToRead(title, transports);
		if (!isBlank(delivery.body)) throw ended.unreadableBody(title, transports);
	}
	return harmlessFields(body === undefined || hasQuery ? { ...query, ...body } : body);
}

/**
 * A delivery whose body n8n did not parse, with the text of that: of a content type that it does not know to the letter
 * (docs/n8n.md, 12) it leaves the body unread. No longer than n8n takes of a body that it parses (`N8N_PAYLOAD_SIZE_MAX`). For a
 * delivery that was let in, since a stranger's body is read by nobody. Ends one whose body does not come to its end, is longer,
 * compressed wrongly, or in letters that nobody knows.
 */
export async function withUnparsedBody<Call extends IDataObject>(
	context: IWebhookFunctions,
	delivery: Delivery,
	{ title, transports }: Provider<Call>,
): Promise<Delivery> {
	const { headers, body } = delivery;
	const isSent = Number(headers['content-length']) > 0 || headers['transfer-encoding'] !== undefined;
	if (body !== undefined || !isSent) return delivery;
	const request = context.getRequestObject();
	try {
		await request.readRawBody();
		return { ...delivery, body: request.rawBody.toString(request.encoding) };
	} catch {
		throw ended.nothingToRead(title, transports);
	}
}

function readBody(
	{ headers, body }: Delivery,
	transports: readonly Transport[],
	phoneFields: readonly string[],
): IDataObject | undefined {
	const contentType = String(headers['content-type'] ?? '')
		.trim()
		.toLowerCase();
	if (contentType.startsWith('multipart/form-data')) {
		const form = multipart.safeParse(body);
		if (!transports.includes('form') || !form.success) return undefined;
		// A part that was sent as a file is a field all the same; its content is not kept.
		const files = Object.entries(form.data.files).map(([name, file]) => [name, fileName(file)] as const);
		return { ...Object.fromEntries(files), ...form.data.data };
	}
	if (contentType.startsWith('application/x-www-form-urlencoded')) {
		const form = transports.includes('form') ? asObject(body) : undefined;
		return form && withPlus(form, phoneFields);
	}
	if (/[/+]xml\b/.test(contentType)) return undefined;
	return callInJson(body);
}

/** The call in JSON: in a text too, which may stand in JSON itself, and alone in a list. */
function callInJson(body: unknown): IDataObject | undefined {
	let value = body;
	while (typeof value === 'string') value = parseJson(value);
	return asObject(Array.isArray(value) && value.length === 1 ? value[0] : value);
}

/**
 * A phone number with its country code whose "+" was not escaped: in a query string or an urlencoded form it means a space.
 * Any notation of it, as ` 91-98765-43210`. Longer than a phone number in any notation is none.
 */
const UNESCAPED_PHONE_NUMBER = /^ (?=[1-9][\d\s().-]{5,40}$)/;

function withPlus(fields: IDataObject, phoneFields: readonly string[]): IDataObject {
	const restored = phoneFields.flatMap((name) => {
		const value = fields[name];
		return typeof value === 'string' ? [[name, value.replace(UNESCAPED_PHONE_NUMBER, '+')] as const] : [];
	});
	return { ...fields, ...Object.fromEntries(restored) };
}

/** Some write a mark of the byte order before it, which JSON does not know. */
function parseJson(text: string): unknown {
	try {
		return JSON.parse(text.replace(/^\ufeff/, ''));
	} catch {
		return undefined;
	}
}

function fileName(file: unknown): string {
	const name = z.object({ originalFilename: z.string() }).safeParse(Array.isArray(file) ? file[0] : file);
	return name.success ? name.data.originalFilename : '';
}
