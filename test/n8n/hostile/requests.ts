import fc from 'fast-check';
import { parse as parseForm } from 'node:querystring';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { isFields } from './arrived';
import { formText, hostileName, HOSTILE_TEXTS, jsonObjectText, jsonValueText, numberText } from './json-text';
import type { HostileRequest } from './request';
import type { SetupName } from './setups';
import { wellFormed } from './well-formed';

/** A request, and the fields that must arrive of it; without them it may also be refused. */
export interface Case {
	request: HostileRequest;
	fields?: Record<string, unknown>;
}

const FORM_SETUPS: SetupName[] = ['qCall', 'qCallRaw', 'qCallUnified', 'qCallFiltered', 'qCallStrict'];
const JSON_SETUPS: SetupName[] = [
	...FORM_SETUPS,
	...(['callScaler', 'callScalerRaw', 'callScalerUnified', 'callScalerFiltered', 'callScalerStrict'] as const),
];

const post = (
	setup: SetupName,
	contentType: string,
	body: Buffer,
	more: Record<string, string> = {},
): HostileRequest => ({
	setup,
	method: 'POST',
	headers: { 'content-type': contentType, ...more },
	body,
});

function fieldsOf(json: string): Record<string, unknown> | undefined {
	const parsed: unknown = JSON.parse(json);
	return isFields(parsed) ? parsed : undefined;
}

const CHARSETS: Array<[string, BufferEncoding]> = [
	['', 'utf8'],
	['; charset=utf-8', 'utf8'],
	['; charset="UTF-8"', 'utf8'],
	[';charset=utf8; boundary=x', 'utf8'],
	['; charset=utf-16le', 'utf16le'],
];

/** Objects in JSON, in every encoding that n8n reads: all of it must arrive. */
export const jsonObjects: fc.Arbitrary<Case> = fc
	.record({ setup: fc.constantFrom(...JSON_SETUPS), json: jsonObjectText, charset: fc.constantFrom(...CHARSETS) })
	.map(({ setup, json, charset: [suffix, encoding] }) => ({
		request: post(setup, `application/json${suffix}`, Buffer.from(json, encoding)),
		fields: fieldsOf(Buffer.from(json, encoding).toString(encoding)),
	}));

const DATE_FIELDS: Array<[SetupName, string]> = [
	...(['created_at', 'webhook_sent_at', 'timestamp'] as const).flatMap(
		(field): Array<[SetupName, string]> => [
			['callScaler', field],
			['callScalerStrict', field],
		],
	),
	['qCall', 'call_date'],
	['qCallUnified', 'call_date'],
];

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));

/** Texts around what is a date: real ones in every notation, impossible ones, and what has more or fewer digits. */
const dateText = fc.oneof(
	fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
	fc.date({ noInvalidDate: true, min: new Date(0) }).map(String),
	fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString().slice(0, 10)),
	fc.integer().map(String),
	fc
		.tuple(digits(0, 6), digits(0, 3), digits(0, 3), fc.constantFrom('T', 't', ' ', ''), digits(0, 3), digits(0, 3))
		.chain(([year, month, day, between, hour, minute]) =>
			fc
				.tuple(
					fc.option(digits(0, 12)),
					fc.constantFrom('', 'Z', 'z', '+00:00', '-24:00', '+0530', '+99:99', ' UTC', '[UTC]'),
				)
				.map(
					([second, zone]) =>
						`${year}-${month}-${day}${between}${hour}:${minute}${second === null ? '' : `:${second}`}${zone}`,
				),
		),
);

/** One date, or what looks like one: it arrives, or the item says that it is none. */
export const dates: fc.Arbitrary<Case> = fc
	.record({ where: fc.constantFrom(...DATE_FIELDS), text: dateText })
	.map(({ where: [setup, field], text }) => ({
		request: post(setup, 'application/json', Buffer.from(JSON.stringify({ [field]: text }))),
		fields: { [field]: text },
	}));

const NUMBER_FIELDS: Array<[SetupName, string]> = [
	['callScaler', 'ai_score'],
	['callScaler', 'duration_seconds'],
	['callScalerStrict', 'value_cents'],
	['qCall', 'call_duration'],
	['qCallFiltered', 'guests'],
	['qCallFiltered', 'a_field_of_no_type'],
];

/** One number, or what looks like one: it arrives as a number, or the item says that it is none. */
export const numbers: fc.Arbitrary<Case> = fc
	.record({ where: fc.constantFrom(...NUMBER_FIELDS), value: numberText })
	.map(({ where: [setup, field], value }) => {
		const json = `{${JSON.stringify(field)}:${value}}`;
		return { request: post(setup, 'application/json', Buffer.from(json)), fields: fieldsOf(json) };
	});

/** Objects in JSON, compressed. */
export const compressedObjects: fc.Arbitrary<Case> = fc
	.record({ setup: fc.constantFrom(...JSON_SETUPS), json: jsonObjectText, gzip: fc.boolean() })
	.map(({ setup, json, gzip }) => {
		const encode = gzip ? gzipSync : deflateSync;
		const headers = { 'content-encoding': gzip ? 'gzip' : 'deflate' };
		return { request: post(setup, 'application/json', encode(json), headers), fields: fieldsOf(json) };
	});

/** Compressed in a way that n8n does not know, or not to the end, or not at all though the header says so. */
export const brokenEncodings: fc.Arbitrary<Case> = fc
	.record({
		setup: fc.constantFrom(...JSON_SETUPS),
		json: jsonObjectText,
		encoding: fc.constantFrom(
			'gzip',
			'deflate',
			'br',
			'GZIP',
			'gzip, gzip',
			'x-gzip',
			'identity',
			'zstd',
			'nonsense',
			'',
		),
		bytes: fc.constantFrom('gzip', 'deflate', 'br', 'plain'),
		keep: fc.double({ min: 0, max: 1, noNaN: true }),
	})
	.map(({ setup, json, encoding, bytes, keep }) => {
		const whole = {
			gzip: () => gzipSync(json),
			deflate: () => deflateSync(json),
			br: () => brotliCompressSync(json),
			plain: () => Buffer.from(json),
		}[bytes]();
		const body = whole.subarray(0, Math.ceil(whole.length * keep));
		return { request: post(setup, 'application/json', body, { 'content-encoding': encoding }) };
	});

const CONTENT_TYPES = [
	...[
		'application/json',
		'APPLICATION/JSON',
		' application/json ',
		'application/json ;charset=utf-8',
		'application/json;',
	],
	...['application/json; charset=utf-7', 'application/json; charset=', 'application/json; charset="%"', 'text/json'],
	...['application/ld+json', 'text/plain', 'text/plain; charset=latin1', 'text/html', 'application/xml', 'text/xml'],
	...[
		'application/soap+xml',
		'application/x-www-form-urlencoded',
		'multipart/form-data',
		'multipart/form-data; boundary=',
	],
	...[
		'multipart/form-data; boundary=x',
		'multipart/mixed; boundary=x',
		'application/octet-stream',
		'image/png',
		'*/*',
		'',
	],
	...['json', ';', '/', 'application', 'application/json, text/plain', '__proto__', 'constructor; charset=constructor'],
];

const bodyText = fc.oneof(
	jsonObjectText,
	jsonValueText,
	formText,
	fc.constantFrom(
		'',
		' ',
		'{',
		'{}',
		'[]',
		'"',
		'null',
		'undefined',
		'\ufeff{}',
		'{"a":1}x',
		'{"a":01}',
		"{'a':1}",
		'<a>b</a>',
	),
	fc.constantFrom(
		'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
		'<__proto__><x>1</x></__proto__>',
	),
	fc.constantFrom('--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n', '--x\r\n\r\n', '--x--'),
);

const typed = (contentType: string | null): Record<string, string> =>
	contentType === null ? {} : { 'content-type': contentType };

const METHODS = ['POST', 'POST', 'POST', 'PUT', 'GET', 'DELETE'];

/** n8n 2.41 never answers some bodies that are declared as XML and are none: its own parser does not come back. */
const isXml = (contentType: string | null) => /xml\s*(;|$)/i.test(contentType ?? '');

const XML = ['<a>b</a>', '<__proto__><x>1</x></__proto__>', '<a b="c"/>', '<a><b>1</b><b>2</b></a>'];

/** Anything as any type with any method. */
export const anything: fc.Arbitrary<Case> = fc
	.record({
		setup: fc.constantFrom(...FORM_SETUPS),
		contentType: fc.option(fc.oneof(fc.constantFrom(...CONTENT_TYPES), fc.string({ maxLength: 30 }))),
		body: fc.oneof(
			bodyText.map((text) => Buffer.from(text)),
			fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
		),
		xml: fc.constantFrom(...XML),
		method: fc.constantFrom(...METHODS),
	})
	.map(({ setup, contentType, body, xml, method }) => ({
		request: { setup, method, headers: typed(contentType), body: isXml(contentType) ? Buffer.from(xml) : body },
	}));

/** Names and values of a form, as a browser would encode them. */
export const forms: fc.Arbitrary<Case> = fc
	.record({
		setup: fc.constantFrom(...FORM_SETUPS),
		pairs: fc.array(fc.tuple(hostileName.map(wellFormed), formText), { minLength: 1, maxLength: 12 }),
		method: fc.constantFrom('POST', 'PUT'),
	})
	.map(({ setup, pairs, method }) => {
		const text = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
		const request = { ...post(setup, 'application/x-www-form-urlencoded', Buffer.from(text)), method };
		// Through JSON, since jest has an Array of its own and Node's parser another.
		return { request, fields: fieldsOf(JSON.stringify(parseForm(text))) };
	});

const FORM_NOISE = [
	'a[__proto__][x]=1',
	'__proto__[x]=1',
	'__proto__=1',
	'constructor[prototype][x]=1',
	'a=1&a=2',
	'a[]=1&a[]=2',
	'%',
	'%ff',
	'=',
	'&',
	'a',
	'=a',
	'a=%',
	'a=%u0041',
	'a.b.c=1',
	'a[b][c][d][e][f][g][h]=1',
	'a[99999999]=1',
	'+',
	'%00=%00',
];

const noise = fc
	.array(fc.oneof(fc.constantFrom(...FORM_NOISE), fc.string({ maxLength: 20 }), formText.map(encodeURIComponent)), {
		maxLength: 12,
	})
	.map((parts) => parts.join('&'));

/** Forms that nothing encoded. */
export const brokenForms: fc.Arbitrary<Case> = fc
	.record({ setup: fc.constantFrom(...FORM_SETUPS), text: noise })
	.map(({ setup, text }) => ({ request: post(setup, 'application/x-www-form-urlencoded', Buffer.from(text)) }));

/** What a request line can carry: anything but white space and control characters. */
const onALine = (text: string) => text.replace(/[^!-~]/g, '');

/** Query strings that nothing encoded. */
export const brokenQueries: fc.Arbitrary<Case> = fc
	.record({ setup: fc.constantFrom(...FORM_SETUPS), text: noise, method: fc.constantFrom(...METHODS) })
	.map(({ setup, text, method }) => ({ request: { setup, method, headers: {}, query: onALine(text) } }));

const plainName = fc.stringMatching(/^[a-z][a-z0-9_]{0,15}$/).filter((name) => !(name in {}));

/** Each name once, in letters that every parser leaves as they are. */
const plainPairs = fc.uniqueArray(fc.tuple(plainName, formText), {
	selector: ([name]) => name,
	minLength: 1,
	maxLength: 12,
});

/** Hostile values in the query string: all of them must arrive. */
export const queries: fc.Arbitrary<Case> = fc
	.record({
		setup: fc.constantFrom(...FORM_SETUPS),
		pairs: plainPairs,
		method: fc.constantFrom('GET', 'DELETE', 'POST', 'PUT'),
	})
	.map(({ setup, pairs, method }) => ({
		request: {
			setup,
			method,
			headers: {},
			query: pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'),
		},
		fields: Object.fromEntries(pairs),
	}));

interface Part {
	name: string;
	value: string;
	fileName?: string;
}

function multipart(boundary: string, parts: Part[]): Buffer {
	const encoded = parts.map(({ name, value, fileName }) => {
		const file = fileName === undefined ? '' : `; filename="${fileName}"\r\ncontent-type: application/octet-stream`;
		return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
	});
	return Buffer.from(`${encoded.join('')}--${boundary}--\r\n`);
}

const BOUNDARY = '----a-boundary-that-no-value-holds';

/** A multipart form of values and files: each value arrives, of each file its name. */
export const multipartForms: fc.Arbitrary<Case> = fc
	.record({
		setup: fc.constantFrom(...FORM_SETUPS),
		pairs: plainPairs,
		files: fc.uniqueArray(fc.tuple(plainName, fc.stringMatching(/^[a-z]{1,10}\.mp3$/)), {
			selector: ([name]) => name,
			maxLength: 3,
		}),
	})
	.map(({ setup, pairs, files }) => {
		const values = new Map(pairs);
		const onlyFiles = files.filter(([name]) => !values.has(name));
		const parts: Part[] = [
			...pairs.map(([name, value]) => ({ name, value })),
			...onlyFiles.map(([name, fileName]) => ({ name, value: 'ID3', fileName })),
		];
		return {
			request: post(setup, `multipart/form-data; boundary=${BOUNDARY}`, multipart(BOUNDARY, parts)),
			fields: Object.fromEntries([...pairs, ...onlyFiles]),
		};
	});

/** Multipart with names that mean something, files without end, parts that are none. */
export const brokenMultipart: fc.Arbitrary<Case> = fc
	.record({
		setup: fc.constantFrom(...FORM_SETUPS),
		parts: fc.array(
			fc.record(
				{
					name: fc.oneof(hostileName, fc.constantFrom(...HOSTILE_TEXTS)),
					value: fc.oneof(formText, fc.constantFrom(...HOSTILE_TEXTS)),
					fileName: fc.constantFrom(...HOSTILE_TEXTS, 'a.mp3', ''),
				},
				{ requiredKeys: ['name', 'value'] },
			),
			{ maxLength: 5 },
		),
		declared: fc.constantFrom(BOUNDARY, `"${BOUNDARY}"`, 'another', ''),
		keep: fc.oneof(
			{ weight: 2, arbitrary: fc.constant(1) },
			{ arbitrary: fc.double({ min: 0, max: 1, noNaN: true }), weight: 1 },
		),
	})
	.map(({ setup, parts, declared, keep }) => {
		const whole = multipart(BOUNDARY, parts);
		const body = whole.subarray(0, Math.ceil(whole.length * keep));
		return { request: post(setup, `multipart/form-data; boundary=${declared}`, body) };
	});

/** Any JSON text, of few levels: what is nested deeper than an item is cut off, and then looks the same. */
export const ticketText = fc.oneof(
	formText.map((each) => JSON.stringify(each)),
	fc.json({ maxDepth: 3 }),
);
