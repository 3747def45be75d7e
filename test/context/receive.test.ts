import { randomUUID } from 'node:crypto';
import { ExpressionError, OperationalError } from 'n8n-workflow';

import { CallScalerTrigger } from '../../nodes/CallScaler/CallScalerTrigger.node';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';
import callScalerCall from '../../host/simulators/payloads/callscaler-post-call.json';
import qCallCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { standIn, Trigger } from '../../host/core';

/** As n8n-core's, which is made of more than a test has. */
class CredentialDataError extends OperationalError {}

const secret = randomUUID();
const credential = { headerName: 'X-Webhook-Secret', secret, previousSecret: '' };
const headers = { 'x-webhook-secret': secret };

const callScaler = (parameters = {}) => new Trigger({ nodeType: new CallScalerTrigger(), parameters, credential });
const qCall = (parameters = {}) => new Trigger({ nodeType: new QCallTrigger(), parameters, credential });

describe('authenticate', () => {
	it.each<[string, Record<string, string>, number]>([
		['the secret', headers, 200],
		['Bearer and the secret', { 'x-webhook-secret': `Bearer ${secret}` }, 200],
		['no header', {}, 401],
		['an empty header', { 'x-webhook-secret': '' }, 401],
		['a wrong secret', { 'x-webhook-secret': randomUUID() }, 401],
		['a shortened secret', { 'x-webhook-secret': secret.slice(0, -1) }, 401],
		['a lengthened secret', { 'x-webhook-secret': `${secret}2` }, 401],
		['Bearer alone', { 'x-webhook-secret': 'Bearer ' }, 401],
		['the secret in another header', { authorization: secret }, 401],
		['the secret in other case', { 'x-webhook-secret': secret.toUpperCase() }, 401],
	])('%s', async (_what, sent, status) => {
		const { answered, result } = await callScaler().receive({ headers: sent, json: callScalerCall });
		expect(answered?.status ?? 200).toBe(status);
		expect(result.workflowData === undefined).toBe(status === 401);
		if (answered) {
			expect(answered.body).toMatchObject({ success: false, status: 'rejected' });
			expect(JSON.stringify(answered.body)).not.toContain(secret);
		}
	});

	it('takes the previous secret too', async () => {
		const newSecret = randomUUID();
		const trigger = new Trigger({
			nodeType: new QCallTrigger(),
			credential: { headerName: 'authorization', secret: newSecret, previousSecret: secret },
		});
		for (const value of [secret, `Bearer ${secret}`, newSecret]) {
			const { answered } = await trigger.receive({ headers: { Authorization: value }, json: { a: value } });
			expect(answered).toBeUndefined();
		}
	});

	it('takes a secret outside ASCII, as UTF-8', async () => {
		const beyond = 'clé-secrète-très-longue';
		const trigger = new Trigger({ nodeType: new QCallTrigger(), credential: { ...credential, secret: beyond } });
		const asBytes = Buffer.from(beyond, 'utf8').toString('latin1');
		expect((await trigger.receive({ headers: { 'x-webhook-secret': asBytes }, json: {} })).answered).toBeUndefined();
	});

	it.each([
		['none is chosen', undefined],
		['n8n cannot decrypt it', new CredentialDataError('It cannot be decrypted')],
		['it has an empty secret', { headerName: 'X-Webhook-Secret', secret: '', previousSecret: '' }],
		['it has a secret of spaces', { headerName: 'X-Webhook-Secret', secret: '  ', previousSecret: ' ' }],
		['it has no header name', { headerName: '', secret, previousSecret: '' }],
		['it is empty', {}],
	])('lets nobody in where there is no usable credential: %s', async (_what, unusable) => {
		const trigger = new Trigger({ nodeType: new CallScalerTrigger(), credential: unusable });
		for (const value of [secret, '', 'Bearer ', 'undefined', 'null']) {
			const { answered } = await trigger.receive({ headers: { 'x-webhook-secret': value }, json: callScalerCall });
			expect(answered).toMatchObject({ status: 401, body: { success: false, status: 'rejected' } });
			expect(answered?.body.message).toContain('nobody in');
		}
	});

	it.each([
		['the database says so', new Error('SQLITE_MISUSE: Database is closed')],
		['n8n waits for its database in vain', new OperationalError('Timed out waiting for database connection recovery')],
		['its expression fails', new ExpressionError('The secret store is not reachable')],
	])('lets nobody in, and has the call sent again, where n8n cannot read the credential: %s', async (_what, unread) => {
		const trigger = new Trigger({ nodeType: new CallScalerTrigger(), credential: unread });
		for (const value of [secret, '']) {
			const { answered, result } = await trigger.receive({
				headers: { 'x-webhook-secret': value },
				json: callScalerCall,
			});
			expect(answered).toMatchObject({ status: 503, body: { success: false, status: 'failed' } });
			expect(answered?.body.message).toMatch(/nobody in.*Send the call again/);
			expect(answered?.body.message).not.toContain(unread.message);
			expect(result.workflowData).toBeUndefined();
		}
	});

	it('asks for no secret where the user wants none', async () => {
		const { answered } = await callScaler({ authentication: 'none' }).receive({ json: callScalerCall });
		expect(answered).toBeUndefined();
	});
});

describe('read', () => {
	it.each([
		['an array', [1]],
		['a text', 'hello'],
		['a number', 7],
		['null', null],
	])('answers 400 to JSON that is %s', async (_what, json) => {
		const { answered, result } = await callScaler().receive({ headers, json });
		expect(answered).toMatchObject({ status: 400, body: { success: false, status: 'rejected' } });
		expect(result.workflowData).toBeUndefined();
	});

	it.each([
		['without a content type', undefined],
		['of a content type that n8n leaves alone', 'application/vnd.api+json'],
	])('reads a body that n8n did not parse: %s', async (_what, contentType) => {
		const { answered, result } = await callScaler({ output: 'raw' }).receive({
			headers,
			body: JSON.stringify(callScalerCall),
			contentType,
		});
		expect(answered).toBeUndefined();
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({ item: callScalerCall });
	});

	it('answers 400 to a body that does not come to its end, whatever stands in the query string', async () => {
		const trigger = qCall();
		const { request, response } = standIn({
			headers: { ...headers, 'content-type': 'text/json', 'content-length': '9' },
			query: { source: 'ads' },
		});
		request.readRawBody = async () => await Promise.reject(new Error('request aborted'));
		const { workflowData } = await trigger.webhook(request, response);
		expect([response.statusCode, workflowData]).toEqual([400, undefined]);
	});

	it('reads no body of somebody without the secret', async () => {
		const { request, response } = standIn({ headers: { 'content-type': 'text/json', 'content-length': '9' } });
		request.readRawBody = jest.fn();
		await qCall().webhook(request, response);
		expect(response.statusCode).toBe(401);
		expect(request.readRawBody).not.toHaveBeenCalled();
	});

	it('answers 400 to a request with neither body nor query', async () => {
		const { answered } = await qCall().receive({ method: 'GET', headers });
		expect(answered?.status).toBe(400);
	});

	it('reads the query string, and lets the body count where both name a field', async () => {
		const { result } = await qCall({ output: 'raw' }).receive({
			headers,
			query: { first_name: 'Query', source: 'ads' },
			json: { first_name: 'Body' },
		});
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({
			item: { first_name: 'Body', source: 'ads' },
		});
	});

	it('keeps hostile names out of the prototype, and what they carried in the item', async () => {
		const { result } = await qCall({ output: 'raw' }).receive({
			headers,
			json: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "constructor_": 4, "a": {"__proto__": 3}}'),
		});
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({
			item: { __proto___: { polluted: 1 }, constructor_: 2, constructor__: 4, a: { __proto___: 3 } },
		});
		expect(Reflect.get({}, 'polluted')).toBeUndefined();
	});

	it('cuts off what is nested deeper than n8n can store', async () => {
		const text = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
		const { answered, result } = await qCall().receive({ headers, body: text, contentType: 'application/json' });
		expect(answered).toBeUndefined();
		expect(JSON.stringify(result.workflowData)).toContain('nested more than 32 levels deep');
	});
});

describe('type', () => {
	const json = { ...callScalerCall, duration_seconds: 'two minutes' };

	it('flags what cannot be typed', async () => {
		const { answered, result } = await callScaler().receive({ headers, json });
		expect(answered).toBeUndefined();
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({
			item: { duration_seconds: null, issues: [{ field: 'duration_seconds', value: 'two minutes' }] },
		});
	});

	it('answers 422 where the user chose reject', async () => {
		const { answered, result } = await callScaler({ options: { onInvalidFields: 'reject' } }).receive({
			headers,
			json,
		});
		expect(answered).toBeUndefined();
		expect(result.webhookResponse).toMatchObject({
			...{ success: false, status: 'rejected', issues: [{ field: 'duration_seconds' }] },
		});
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({ outlet: 'held', fields: json });
	});
});

describe('filter', () => {
	it('ignores, says which filter and why, and does not use the key up', async () => {
		const trigger = callScaler({ filters: { minDuration: 60 } });
		const { answered, result } = await trigger.receive({ headers, json: { ...callScalerCall, duration_seconds: 3 } });
		expect(answered).toMatchObject({ status: 200, body: { success: true, status: 'ignored' } });
		expect(answered?.body.message).toContain('Minimum Duration');
		expect(result.workflowData).toBeUndefined();
		expect((await trigger.receive({ headers, json: callScalerCall })).answered).toBeUndefined();
	});

	it('holds a call where a setting is unusable, until it is corrected', async () => {
		const { result } = await callScaler({ filters: { minDuration: 'sixty' } }).receive({
			headers,
			json: callScalerCall,
		});
		expect(result.webhookResponse).toMatchObject({ status: 'held' });
		const [items = []] = result.workflowData ?? [];
		const problem = /settings that cannot be used: Minimum Duration must be a number/;
		await expect(callScaler().execute(items, '1')).rejects.toThrow(problem);
		const corrected = callScaler({ filters: { minDuration: 60 } });
		expect((await corrected.execute(items, '2', 'retry')).output).toMatchObject([[{ json: callScalerCall }]]);
	});
});

describe('claim', () => {
	it('answers a second delivery as a duplicate, and says since when', async () => {
		const trigger = qCall();
		const before = Date.now();
		expect((await trigger.receive({ headers, json: qCallCall })).result.workflowData).toBeDefined();
		const { answered, result } = await trigger.receive({ headers, json: qCallCall });
		expect(answered).toMatchObject({ status: 200, body: { success: true, status: 'duplicate' } });
		expect(Date.parse(String(answered?.body.accepted_at))).toBeGreaterThanOrEqual(before);
		expect(result.workflowData).toBeUndefined();
	});

	it('gives duplicates to the second output where the user wants to see them', async () => {
		const trigger = qCall({ options: { emitIgnored: true } });
		await trigger.receive({ headers, json: qCallCall });
		const { answered, result } = await trigger.receive({ headers, json: qCallCall });
		expect(answered?.body.status).toBe('duplicate');
		expect(result.noWebhookResponse).toBe(true);
		const { output } = await trigger.execute(result.workflowData?.[0] ?? [], '2');
		expect(output?.[0]).toEqual([]);
		expect(output?.[1]).toMatchObject([{ json: { status: 'duplicate', call: { first_name: 'Kapil' } } }]);
	});

	it('never deduplicates at the test URL', async () => {
		const trigger = new Trigger({ nodeType: new QCallTrigger(), credential, mode: 'manual' });
		for (let delivery = 0; delivery < 3; delivery++) {
			expect((await trigger.receive({ headers, json: qCallCall })).answered).toBeUndefined();
		}
	});
});

describe('item', () => {
	it('has the details of the delivery where the user wants them', async () => {
		const trigger = callScaler({ output: 'simplified', options: { includeDelivery: true } });
		const { result } = await trigger.receive({ headers, json: callScalerCall });
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({
			item: {
				call_id: callScalerCall.call_id,
				delivery: {
					method: 'POST',
					attempt: 1,
					remote_address: expect.stringContaining('127.0.0.1'),
					dedupe_key: `call_id: ${callScalerCall.call_id}, event: call.completed`,
				},
			},
		});
	});

	it("leaves a provider's field of the same name as one of ours under another", async () => {
		const { result } = await qCall().receive({ headers, json: { issues: 'none', call_duration: 'long' } });
		expect(result.workflowData?.[0]?.[0]?.json.postCall).toMatchObject({
			item: { issues_sent: 'none', issues: [{ field: 'call_duration' }] },
		});
	});

	it.each([
		['fields', Object.keys(qCallCall)],
		[
			'simplified',
			[
				'first_name',
				'last_name',
				'phone_number',
				'email_address',
				'order_id',
				'call_date',
				'call_duration',
				'call_outcome',
				'call_summary',
				'recording_url',
			],
		],
		['raw', Object.keys(qCallCall)],
	])('has the keys of the output %s', async (output, keys) => {
		const { result } = await qCall({ output }).receive({ headers, json: qCallCall });
		const handed: unknown = result.workflowData?.[0]?.[0]?.json.postCall;
		expect(handed).toHaveProperty('item');
		expect(Object.keys(Object(Reflect.get(Object(handed), 'item')))).toEqual(keys);
	});

	it('is one flat record from both providers in the unified output', async () => {
		const keys: string[][] = [];
		for (const [trigger, json] of [
			[callScaler({ output: 'unified' }), callScalerCall],
			[qCall({ output: 'unified' }), qCallCall],
		] as const) {
			const { result } = await trigger.receive({ headers, json });
			const handed: unknown = result.workflowData?.[0]?.[0]?.json.postCall;
			keys.push(Object.keys(Object(Reflect.get(Object(handed), 'item'))));
		}
		expect(keys[0]).toEqual(keys[1]);
		expect(keys[0]).toHaveLength(26);
	});
});
