import type { IDataObject } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { answerOrRethrow } from '../../nodes/delivery/answer';
import type { Delivery } from '../../nodes/delivery/delivery';
import { readFields } from '../../nodes/delivery/read';
import { qCall } from '../../nodes/QCall/provider';

/** What arrived, as n8n gives it: `type` is its content type. */
function fields(body: unknown, type?: string, query: IDataObject = {}, provider = qCall): IDataObject {
	const delivery: Delivery = {
		...{
			id: 'd',
			receivedAt: new Date(),
			method: 'POST',
			remoteAddress: '',
			via: 'webhook',
			isTest: false,
			isForSample: false,
		},
		trigger: { id: 't', name: 'The Trigger', instanceId: 'an instance' },
		...{ headers: type === undefined ? {} : { 'content-type': type }, query, body },
	};
	return readFields(delivery, provider);
}

/** The same for a provider that sends JSON alone. */
const fromJsonOnly = (body: unknown, type?: string, query: IDataObject = {}) =>
	fields(body, type, query, { ...qCall, title: callScaler.title, transports: callScaler.transports });

const answer = (read: () => unknown) => {
	try {
		return { read: read() };
	} catch (error) {
		return answerOrRethrow(error);
	}
};

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=x';

it.each([
	undefined,
	'application/json',
	'application/json; charset=utf-8',
	'text/plain',
	FORM,
	` ${FORM.toUpperCase()} `,
])('reads the fields of a body that n8n parsed (%p)', (type) => {
	expect(fields({ a: 1, b: '' }, type)).toEqual({ a: 1, b: '' });
});

it.each([
	undefined,
	'text/plain',
	'text/html',
	'text/json',
	'application/vnd.api+json',
	'application/json ; charset=utf-8',
])('reads JSON that arrived as text (%p)', (type) => {
	expect(fields('{"a": 1}', type)).toEqual({ a: 1 });
	expect(fromJsonOnly('{"a": 1}', type)).toEqual({ a: 1 });
});

it.each<[string, unknown]>([
	['behind a mark of the byte order', '\ufeff{"a": 1}'],
	['in JSON', JSON.stringify('{"a": 1}')],
	['in JSON in JSON', JSON.stringify(JSON.stringify('{"a": 1}'))],
	['alone in a list', [{ a: 1 }]],
	['alone in a list, as text', '[{"a": 1}]'],
	['all of it', JSON.stringify('\ufeff[{"a": 1}]')],
])('reads a call that stands %s', (_where, body) => {
	for (const type of ['application/json', 'text/plain', undefined]) {
		expect(fields(body, type, { b: '2' })).toEqual({ a: 1, b: '2' });
		expect(fromJsonOnly(body, type, { b: '2' })).toEqual({ a: 1 });
	}
});

it('reads a form of several parts, files by their names, and a field before a file', () => {
	const body = {
		data: { a: '1', both: 'field' },
		files: {
			one: { originalFilename: 'call.mp3' },
			two: [{ originalFilename: 'b' }, {}],
			both: {},
			none: {},
			empty: [],
		},
	};
	expect(fields(body, MULTIPART)).toEqual({ a: '1', both: 'field', one: 'call.mp3', two: 'b', none: '', empty: '' });
	expect(fields({ data: { a: '1' } }, ` ${MULTIPART.toUpperCase()}`)).toEqual({ a: '1' });
	expect(fields({ files: { f: { originalFilename: 'x' } } }, MULTIPART)).toEqual({ f: 'x' });
});

it('reads the query string, and a field of the body before one of it', () => {
	expect(fields(undefined, undefined, { a: 'query', b: 'query' })).toEqual({ a: 'query', b: 'query' });
	expect(fields({ a: 'body' }, undefined, { a: 'query', b: 'query' })).toEqual({ a: 'body', b: 'query' });
	expect(fromJsonOnly({ a: 'body' }, undefined, { b: 'query' })).toEqual({ a: 'body' });
});

describe('a body that cannot be read is not passed over for a query string beside it', () => {
	const query = { source: 'ads' };

	it.each<[string, () => unknown]>([
		['a list of several', () => fields([{ a: 1 }, { a: 2 }], 'application/json', query)],
		['a list of a list', () => fields([[{ a: 1 }]], 'application/json', query)],
		['a list of nothing', () => fields([], 'application/json', query)],
		['text', () => fields('a=1', 'text/plain', query)],
		['a number', () => fields(0, 'application/json', query)],
		['XML', () => fields({ call: {} }, 'application/xml', query)],
		['a form that n8n could not read', () => fields([], MULTIPART, query)],
		['text in JSON', () => fields('"a=1"', 'text/plain', query)],
		['a content type that n8n does not know', () => fields('<a/>', 'text/html', query)],
		['XML of a content type that n8n does not know', () => fields('{"a": 1}', 'text/xml ; charset=utf-8', query)],
		['a form of a content type that n8n does not know', () => fields('a=1', `${FORM} ; charset=utf-8`, query)],
	])('%s', (_what, read) => {
		expect(answer(read)).toMatchObject({ status: 400, verdict: 'rejected' });
	});

	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['an empty text', ''],
	])('%s is no body', (_what, body) => {
		expect(fields(body, 'application/json', query)).toEqual(query);
		expect(fields(body, MULTIPART, query)).toEqual(query);
	});
});

describe('a number whose plus was not escaped', () => {
	const sent = { phone_number: ' 919876543210', note: ' 42', order_id: ' 12345678', pincode: ' 110016123' };
	const restored = { ...sent, phone_number: '+919876543210' };

	it('has its plus again where a plus means a space: in a form and in a query string', () => {
		expect(fields(sent, FORM)).toEqual(restored);
		expect(fields(undefined, undefined, sent)).toEqual(restored);
		expect(fields({ phone_number: [' 919876543210'] }, FORM)).toEqual({ phone_number: [' 919876543210'] });
	});

	it.each(['91-98765-43210', '91 98765 43210', '1 (573) 555-1234', '2562533', '44 (0)20 7946 0958'])(
		'in any notation: %s',
		(number) => {
			expect(fields({ phone_number: ` ${number}` }, FORM)).toEqual({ phone_number: `+${number}` });
		},
	);

	it.each([
		'91 98765 43210',
		'  919876543210',
		' ext 7',
		' 0176 1234567',
		' 12',
		` 1${' '.repeat(99_999)}`,
		' 1a234567',
	])('but %j is no such number', (phone_number) => {
		expect(fields({ phone_number }, FORM)).toEqual({ phone_number });
	});

	it('is left as it is where nothing was escaped: in JSON and in a form of several parts', () => {
		expect(fields(sent, 'application/json')).toEqual(sent);
		expect(fields({ data: sent }, MULTIPART)).toEqual(sent);
	});
});

describe('there is nothing to read', () => {
	it.each<[string, () => unknown]>([
		['no body and no query', () => fields(undefined)],
		['text that is no JSON', () => fields('a=1')],
		['JSON that is a list', () => fields('[{"a": 1}, 2]')],
		['a list', () => fields([{ a: 1 }, { a: 1 }])],
		['a list of a text', () => fields(['{"a": 1}'])],
		['null', () => fields(null)],
		['a number', () => fields('7')],
		['XML, which n8n parses too', () => fields({ call: {} }, 'application/xml')],
		['XML of another kind', () => fields({ call: {} }, 'application/soap+xml; charset=utf-8')],
		['XML as text', () => fields({ call: {} }, 'text/xml')],
		['a form that n8n could not read', () => fields([], MULTIPART)],
		['a form that is a text', () => fields('a=1', FORM)],
		['a form from a provider that sends JSON', () => fromJsonOnly({ a: 1 }, `${FORM}; charset=utf-8`)],
		['a form of several parts from a provider that sends JSON', () => fromJsonOnly({ data: { a: 1 } }, MULTIPART)],
		['a query string from a provider that sends JSON', () => fromJsonOnly(undefined, undefined, { a: '1' })],
	])('in %s', (_what, read) => {
		expect(answer(read)).toMatchObject({ status: 400, verdict: 'rejected', details: {} });
	});

	it('and the answer says how calls arrive', () => {
		expect(answer(() => fields(undefined))).toMatchObject({
			message:
				'There is nothing to read. Have QCall send the call as a JSON object (Content-Type: application/json), or as a form (application/x-www-form-urlencoded or multipart/form-data), or as query parameters.',
		});
		expect(answer(() => fromJsonOnly(undefined))).toMatchObject({
			message:
				'There is nothing to read. Have CallScaler send the call as a JSON object (Content-Type: application/json).',
		});
	});

	it('is not so where a content type only sounds like XML, or an object is empty', () => {
		expect(fields({ a: 1 }, 'application/xmlrpc')).toEqual({ a: 1 });
		expect(fields({})).toEqual({});
	});
});

describe('hostile fields', () => {
	it('of names that mean something to objects are kept under another, no two under one', () => {
		const text = `{"__proto__": 1, "__proto___": 2, "constructor": 3, "prototype": 4, "a": [{"constructor": 5, "b": 6}],
			"proto": 7, "my_constructor": 8, "constructor.name": 9}`;
		expect(fields(JSON.parse(text))).toEqual(
			JSON.parse(`{"__proto___": 1, "__proto____": 2, "constructor_": 3, "prototype_": 4,
				"a": [{"constructor_": 5, "b": 6}], "proto": 7, "my_constructor": 8, "constructor.name": 9}`),
		);
	});

	it('nested as deep as 32 levels are kept, deeper ones cut off', () => {
		const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
		const inLists = { a: nested(32) };
		expect(fields(inLists)).toBe(inLists);
		expect(JSON.stringify(fields({ a: nested(33) }))).toContain('(nested more than 32 levels deep)');
		const inObjects = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
		const deepest = inObjects(33);
		expect(fields(deepest)).toBe(deepest);
		expect(JSON.stringify(fields(inObjects(34)))).toContain('(nested more than 32 levels deep)');
	});

	it('are few: all others are not copied, however they are nested', () => {
		const body = {
			text: 'a',
			yes: true,
			n: 0,
			nothing: null,
			list: [1, ['b', { deep: [null, false] }]],
			own: { a: 'c' },
		};
		expect(fields(body)).toBe(body);
	});

	it('are values of JSON, or null', () => {
		const body = { text: 'a', no: false, n: 0, nothing: null, missing: undefined, f: () => 1, big: 1n, s: Symbol('s') };
		expect(fields(body)).toEqual({
			...{ text: 'a', no: false, n: 0, nothing: null },
			...{ missing: null, f: null, big: null, s: null },
		});
	});
});
