import { sleep } from 'n8n-workflow';

import { EVENTS } from '../../nodes/CallScaler/payload';
import { callScaler } from '../../nodes/CallScaler/provider';
import { begunHere } from '../../nodes/n8n/begun-here';
import { keyedDigestOf } from '../../nodes/delivery/dedupe-key';
import { readHandover } from '../../nodes/delivery/handover';
import { receive } from '../../nodes/delivery/receive';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { Claim, claimsOf } from '../../nodes/memory/claims';
import { qCall } from '../../nodes/QCall/provider';
import qCallExample from '../../host/simulators/payloads/qcall-end-of-call.json';
import type { Setup } from './webhook-context';
import { webhookContext } from './webhook-context';

const SECRET = 'a-secret-of-some-length';
const readers = { callScaler: settingsReader(callScaler), qCall: settingsReader(qCall) };
const call = { call_id: 'c1', event: 'call.completed', duration_seconds: 30 };
const headers = { 'x-secret': SECRET };

afterEach(() => {
	jest.useRealTimers();
});

/** One delivery to a CallScaler trigger, and what webhook() left behind. */
async function delivered({ parameters = {}, ...setup }: Setup = {}) {
	const trigger = webhookContext({
		credential: { headerName: 'X-Secret', secret: SECRET, previousSecret: '' },
		headers,
		body: call,
		...setup,
		parameters: { triggerOn: Object.keys(EVENTS), ...parameters },
	});
	const result = await receive(trigger.context, callScaler, readers.callScaler);
	const handover = readHandover(result.workflowData?.[0] ?? []);
	/** Of one that is not held. */
	const { item, hints } = { item: undefined, hints: undefined, ...(handover?.outlet === 'held' ? {} : handover) };
	const [answer] = trigger.answers;
	return {
		...trigger,
		result,
		handover,
		item,
		hints,
		answer,
		requestId: String(trigger.response.getHeader('X-Request-Id')),
	};
}

const wrong = { headers: { 'x-secret': 'another' } };
const excluded = { filters: { minDuration: 60 } };

describe('an accepted delivery', () => {
	it('is handed over with all that its execution needs, and n8n answers', async () => {
		const { result, handover, answer, requestId } = await delivered();
		expect(answer).toBeUndefined();
		expect(result.noWebhookResponse).toBeUndefined();
		expect(result.webhookResponse).toMatchObject({ success: true, status: 'accepted', request_id: requestId });
		expect(handover).toMatchObject({
			...{ deliveryId: requestId, outlet: 'calls', item: call, isAnsweredByLastNode: false, hasIgnoredOutput: false },
			history: 1_000,
			byKey: { key: expect.any(String), windowInMs: 24 * 3_600_000 },
		});
	});

	it('tells its execution how it is answered, and which outputs there are', async () => {
		const parameters = { respond: 'lastNode', options: { emitRejected: true } };
		expect((await delivered({ parameters })).handover).toMatchObject({
			isAnsweredByLastNode: true,
			hasIgnoredOutput: true,
		});
	});

	it('is held back only where it is answered immediately', async () => {
		begunHere('webhook').beginHere = true;
		const held = await delivered();
		begunHere('webhook').beginHere = false;
		held.response.json(held.result.webhookResponse);
		expect(held.answers).toEqual([]);
		const last = await delivered({ parameters: { respond: 'lastNode' } });
		last.response.json(last.result.webhookResponse);
		expect(last.answers).toHaveLength(1);
	});

	it.each<[string, Setup]>([
		['without a key', { parameters: { deduplicate: false } }],
		['at the test URL', { mode: 'manual' }],
	])('is not remembered %s', async (_what, setup) => {
		expect((await delivered(setup)).handover).toMatchObject({ outlet: 'calls', byKey: undefined });
		expect((await delivered({ ...setup, workflow: 'the same' })).answer).toBeUndefined();
		expect((await delivered({ ...setup, workflow: 'the same' })).answer).toBeUndefined();
	});
});

describe('a second delivery of a call', () => {
	it('is a duplicate once the first one was accepted, and costs no execution', async () => {
		const first = await delivered({ workflow: 'twice' });
		first.response.end();
		const { answer, result, requestId } = await delivered({ workflow: 'twice' });
		expect(answer).toMatchObject({ status: 200, body: { status: 'duplicate', request_id: requestId } });
		expect(answer).toMatchObject({ body: { dedupe_key: 'call_id: c1, event: call.completed' } });
		expect(result).toEqual({ noWebhookResponse: true, workflowData: undefined });
	});

	it('is in progress while the first one is being worked on', async () => {
		jest.useFakeTimers();
		await delivered({ workflow: 'slow' });
		const second = delivered({ workflow: 'slow' });
		await jest.advanceTimersByTimeAsync(7_000);
		expect((await second).answer).toMatchObject({ status: 409, body: { success: false, status: 'in_progress' } });
	});

	it('is accepted where it is of another trigger', async () => {
		(await delivered({ workflow: 'one' })).response.end();
		expect((await delivered({ workflow: 'two' })).answer).toBeUndefined();
	});
});

describe('where the trigger catches up', () => {
	const ids = [`call_id ${keyedDigestOf('c1', 'this n8n')}`];
	const parameters = { catchUp: true, catchUpCallFlows: ['7', '8'], deduplicate: false };
	const endedAt = Date.UTC(2026, 3, 24, 14, 30);

	it.each<[string, Setup, boolean]>([
		['of a call flow that is asked for', { parameters, body: { ...call, call_flow_id: ' 8 ' } }, true],
		['of which no call flow is told', { parameters, body: { ...call, call_flow_id: '' } }, true],
		['of any, where none is chosen', { parameters: { catchUp: true }, body: { ...call, call_flow_id: '9' } }, true],
		['not of another call flow', { parameters, body: { ...call, call_flow_id: '9' } }, false],
		['not without an id', { parameters, body: { ...call, call_id: ' ' } }, false],
		['not in a test', { parameters, mode: 'manual' }, false],
		['not where it is off', { parameters: { ...parameters, catchUp: false } }, false],
	])('a call is known by its id: %s', async (_which, setup, isKnown) => {
		const { handover } = await delivered(setup);
		expect(handover).toMatchObject({ outlet: 'calls', byId: isKnown ? { ids, door: 'webhook' } : undefined });
		if (isKnown) expect(handover).toMatchObject({ byId: expect.not.objectContaining({ looks: expect.anything() }) });
		expect(handover).toMatchObject({ idsOfACall: setup.parameters?.catchUp === true ? 1 : 0 });
	});

	it.each<[string, Setup['body'], object | undefined]>([
		['an id too', qCallExample, { ids: [expect.any(String)] }],
		['what it looks like alone', { ...qCallExample, recording_url: '' }, { ids: [] }],
		['neither', { ...qCallExample, recording_url: '', call_duration: '' }, undefined],
	])('a call whose ids may be made up is known by what it looks like: it has %s', async (_what, body, byId) => {
		const looks = expect.arrayContaining([expect.stringMatching(/^looks [\w-]{43}$/)]);
		const parameters = { authentication: 'none', triggerOn: 'callEnded', catchUp: true };
		const { context } = webhookContext({ parameters, body });
		const { workflowData } = await receive(context, qCall, readers.qCall);
		expect(readHandover(workflowData?.[0] ?? [])).toMatchObject({
			...{ outlet: 'calls', idsOfACall: 3 },
			byId: byId && { ...byId, looks, door: 'webhook' },
		});
	});

	it.each([
		[true, 200, 'duplicate', /asked for at CallScaler and handled/],
		[false, 409, 'in_progress', /asked for at CallScaler, and is still being worked on/],
	])('a late delivery ends where its call was caught up (%p): %d', async (writableEnded, status, verdict, message) => {
		jest.useFakeTimers();
		const workflow = `caught up ${verdict}`;
		const claim = new Claim('an asking', { writableEnded, statusCode: 200 }, endedAt, 'catch_up');
		claimsOf(`${workflow}/trigger`).catchUp(ids, claim, 10);
		const late = delivered({ parameters, workflow });
		await jest.advanceTimersByTimeAsync(7_000);
		const { answer, handover } = await late;
		const body = { status: verdict, message: expect.stringMatching(message), ended_at: '2026-04-24T14:30:00.000Z' };
		expect(answer).toMatchObject({ status, body });
		expect(handover).toBeUndefined();
	});
});

describe('every answer', () => {
	it.each<[string, Setup, number, string]>([
		['rejected', wrong, 401, 'rejected'],
		['unreadable', { body: Object([1]) }, 400, 'rejected'],
		[
			'not typed',
			{
				body: { ...call, duration_seconds: 'long' },
				parameters: { options: { onInvalidFields: 'reject' } },
				workflowSettings: { saveDataErrorExecution: 'none' },
			},
			422,
			'rejected',
		],
		['ignored', { parameters: excluded }, 200, 'ignored'],
		['no sample', { webhookName: 'setup' }, 404, 'rejected'],
	])('names the delivery, and so does the log: %s', async (_what, setup, status, verdict) => {
		const { answer, result, logger, requestId } = await delivered(setup);
		expect(answer).toMatchObject({ status, body: { success: status < 400, status: verdict, request_id: requestId } });
		expect(result).toEqual({ noWebhookResponse: true, workflowData: undefined });
		const line = `The Trigger: delivery ${requestId} from 127.0.0.1: ${status} ${verdict}`;
		const { debug, info, warn } = logger;
		const isLoud = verdict === 'rejected';
		expect({ debug: debug.mock.calls, info: info.mock.calls, warn: warn.mock.calls }).toEqual({
			debug: isLoud ? [] : [[line]],
			info: [],
			warn: isLoud ? [[line]] : [],
		});
	});

	it('of an accepted one too', async () => {
		const { logger, requestId, response, result } = await delivered();
		response.json(result.webhookResponse);
		expect(logger.debug).toHaveBeenCalledWith(`The Trigger: delivery ${requestId} from 127.0.0.1: 200 accepted`);
	});

	it.each([
		[200, 'debug', 'accepted'],
		[500, 'warn', 'failed'],
	] as const)('of one whose last node answers, when it has: %d', async (status, level, verdict) => {
		const { logger, requestId, response } = await delivered({ parameters: { respond: 'lastNode' } });
		expect([...logger.debug.mock.calls, ...logger.warn.mock.calls]).toEqual([]);
		response.emit('close');
		await new Promise(setImmediate);
		// Its sender has hung up, and n8n goes on.
		expect([...logger.debug.mock.calls, ...logger.warn.mock.calls]).toEqual([]);
		response.status(status).end();
		await sleep(60);
		expect(logger[level]).toHaveBeenCalledWith(
			`The Trigger: delivery ${requestId} from 127.0.0.1: ${status} ${verdict}`,
		);
	});

	it('of one that n8n did not begin to work on in time', async () => {
		jest.useFakeTimers();
		begunHere('webhook').beginHere = true;
		const { logger, requestId, response, result } = await delivered();
		response.json(result.webhookResponse);
		await jest.advanceTimersByTimeAsync(5_000);
		begunHere('webhook').beginHere = false;
		expect(logger.warn).toHaveBeenCalledWith(`The Trigger: delivery ${requestId} from 127.0.0.1: 503 failed`);
	});
});

describe('a delivery whose settings cannot be used', () => {
	const parameters = { output: 'xml', filters: { minDuration: 'sixty' } };
	const problem =
		/^This trigger has settings that cannot be used: Output must be one of .*; Minimum Duration must be a number$/;

	it('is handed over to be held, without its headers, and n8n answers once it has stored that', async () => {
		const { result, handover, answer, response, logger, requestId } = await delivered({ parameters });
		expect(answer).toBeUndefined();
		response.json(result.webhookResponse);
		expect(result.webhookResponse).toMatchObject({ success: true, status: 'held', request_id: requestId });
		expect(result.webhookResponse.message).toMatch(
			/^Held: .*Output must be .*Minimum Duration .*publish.*retry the failed/,
		);
		expect(handover).toEqual({
			...{ outlet: 'held', deliveryId: requestId, problem: expect.stringMatching(problem), fields: call },
			...{ receivedAt: expect.any(Number), method: 'POST', remoteAddress: '127.0.0.1', via: 'webhook' },
			byId: { ids: [expect.stringMatching(/^call_id \S+$/)], looks: [], door: 'webhook' },
		});
		expect(JSON.stringify(result)).not.toContain(SECRET);
		expect(logger.warn).toHaveBeenCalledWith(`The Trigger: delivery ${requestId} from 127.0.0.1: 200 held`);
	});

	it('is held back until its execution has begun, as one that is accepted', async () => {
		begunHere('webhook').beginHere = true;
		const { response, result, answers, handover } = await delivered({ parameters });
		begunHere('webhook').beginHere = false;
		response.json(result.webhookResponse);
		expect(answers).toEqual([]);
		begunHere('webhook').tell(handover?.deliveryId ?? '', { executionId: '77' });

		await new Promise(setImmediate);
		expect(answers).toEqual([{ status: 200, body: { ...result.webhookResponse, execution_id: '77' } }]);
	});

	it.each<[string, Setup]>([
		['the workflow keeps no failed executions', { workflowSettings: { saveDataErrorExecution: 'none' } }],

		['somebody listens in the editor', { mode: 'manual' }],
	])('is a failure of n8n where %s', async (_what, setup) => {
		await expect(delivered({ parameters, ...setup })).rejects.toThrow('Output must be one of');
	});

	it.each<Setup['onError']>(['continueRegularOutput', 'continueErrorOutput'])(
		'is answered as a failure of which n8n does not learn where it would go on after one: %s',
		async (onError) => {
			const { answer, result, handover } = await delivered({ parameters, onError });
			expect(answer).toMatchObject({ status: 500, body: { success: false, status: 'failed' } });
			expect(answer).toMatchObject({ body: { message: expect.stringMatching(/Output must be one of.*On Error/) } });
			expect(result.noWebhookResponse).toBe(true);
			expect(handover).toMatchObject({ outlet: 'ignored', item: { status: 'failed' }, hasIgnoredOutput: false });
		},
	);

	it('is refused without the secret, and where there is nothing to read', async () => {
		expect((await delivered({ parameters, ...wrong })).answer?.status).toBe(401);
		expect((await delivered({ parameters, body: Object([1]) })).answer?.status).toBe(400);
	});

	it('is refused without the secret where Authentication cannot be used, and held with it', async () => {
		for (const evaluate of [() => null, () => 'nobody', () => true]) {
			const unsure = { parameters: { authentication: '={{ a }}' }, evaluate };
			expect((await delivered({ ...unsure, ...wrong })).answer?.status).toBe(401);
			expect((await delivered(unsure)).handover).toMatchObject({ outlet: 'held' });
		}
	});
});

describe('fields that cannot be typed', () => {
	const body = { ...call, duration_seconds: 'long' };
	const parameters = { options: { onInvalidFields: 'reject' } };

	it('are accepted and flagged, unless the user wants them rejected', async () => {
		expect((await delivered({ body })).handover).toMatchObject({
			item: { issues: [{ field: 'duration_seconds' }] },
		});
		expect((await delivered({ parameters })).answer).toBeUndefined();
	});

	it('are rejected, and the call is held all the same: nobody may send it again', async () => {
		const { handover, result } = await delivered({ body, parameters });
		expect(result.webhookResponse).toMatchObject({
			...{ success: false, status: 'rejected', issues: [{ field: 'duration_seconds', value: 'long' }] },
			message: expect.stringContaining('n8n holds this call'),
		});
		expect(handover).toMatchObject({ outlet: 'held', fields: body, problem: expect.stringContaining('set to Reject') });
	});

	it('are rejected at once where the last node answers: n8n would answer for the execution that holds the call', async () => {
		const { answer, handover } = await delivered({ body, parameters: { ...parameters, respond: 'lastNode' } });
		expect(answer).toMatchObject({ status: 422, body: { message: expect.not.stringContaining('holds') } });
		expect(handover).toMatchObject({ outlet: 'held', fields: body });
	});

	it('are rejected alone where nothing can be held', async () => {
		const { answer, handover } = await delivered({ body, parameters, onError: 'continueRegularOutput' });
		expect(answer).toMatchObject({ status: 422, body: { message: expect.not.stringContaining('holds') } });
		expect(handover).toBeUndefined();
	});
});

describe('the Ignored output', () => {
	const ignoredOn = { parameters: { ...excluded, options: { emitIgnored: true } } };

	it.each<[string, Setup, boolean]>([
		['gets an ignored delivery where the user wants that', ignoredOn, true],
		['does not get it elsewhere', { parameters: excluded }, false],
		['is not there while it shows in the editor', { parameters: excluded, mode: 'manual' }, true],
	])('%s', async (_what, setup, isEmitted) => {
		const { handover, item, requestId } = await delivered(setup);
		if (!isEmitted) return expect(handover).toBeUndefined();
		expect(handover).toEqual({
			...{ deliveryId: requestId, outlet: 'ignored' },
			hasIgnoredOutput: setup === ignoredOn,
			item: { status: 'ignored', reason: expect.stringContaining('Minimum Duration'), call: expect.any(Object) },
		});
		expect(item?.call).toMatchObject(call);
	});

	it('gets a duplicate', async () => {
		const setup = { parameters: { options: { emitIgnored: true } }, workflow: 'duplicates' };
		(await delivered(setup)).response.end();
		expect((await delivered(setup)).handover).toMatchObject({
			...{ outlet: 'ignored', hasIgnoredOutput: true },
			item: { status: 'duplicate', call },
		});
	});

	it('gets nothing of a call that is in progress: it is sent again', async () => {
		jest.useFakeTimers();
		const setup = { parameters: { options: { emitIgnored: true, emitRejected: true } }, workflow: 'in progress' };
		await delivered(setup);
		const second = delivered(setup);
		await jest.advanceTimersByTimeAsync(7_000);
		expect((await second).handover).toBeUndefined();
	});

	describe('where a delivery is rejected', () => {
		const on = { parameters: { options: { emitRejected: true } } };

		it('gets it without what was sent', async () => {
			const { handover, requestId } = await delivered({ ...on, ...wrong });
			expect(handover).toEqual({
				...{ deliveryId: requestId, outlet: 'ignored' },
				hasIgnoredOutput: true,
				item: {
					status: 'rejected',
					reason: expect.stringContaining('X-Secret'),
					delivery: {
						request_id: requestId,
						received_at: expect.stringMatching(/^\d{4}-.*Z$/),
						remote_address: '127.0.0.1',
						method: 'POST',
					},
				},
			});
		});

		it('gets one a minute of each trigger, since strangers can send them', async () => {
			jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
			const parameters = { options: { emitRejected: true, alerts: [] } };
			const to = async (workflow: string) =>
				(await delivered({ parameters, ...wrong, workflow })).handover !== undefined;
			expect([await to('a'), await to('b'), await to('a')]).toEqual([true, true, false]);
			jest.advanceTimersByTime(59_999);
			expect(await to('a')).toBe(false);
			jest.advanceTimersByTime(1);
			expect([await to('a'), await to('a')]).toEqual([true, false]);
		});

		it.each<[string, Setup]>([
			['it is off', { parameters: { options: { emitRejected: false } } }],
			['only ignored ones are wanted', { parameters: { options: { emitIgnored: true } } }],
			['it cannot be read', { parameters: { options: { emitRejected: '={{ fails }}' } } }],
			['it is no yes', { parameters: { options: { emitRejected: 'yes' } } }],
			['the sample was asked for', { ...on, webhookName: 'setup' }],
		])('gets nothing where %s', async (_what, setup) => {
			const evaluate = () => {
				throw new Error('fails');
			};
			expect((await delivered({ ...wrong, evaluate, ...setup })).handover).toBeUndefined();
		});

		it.each<[object, boolean]>([
			[{}, false],
			[{ emitIgnored: true }, true],
			[{ emitRejected: true }, true],
			[{ emitIgnored: '={{ fails }}' }, false],
		])('shows it to whoever listens in the editor, however often (options: %p)', async (options, hasIgnoredOutput) => {
			const evaluate = () => {
				throw new Error('fails');
			};
			const setup: Setup = {
				...wrong,
				evaluate,
				mode: 'manual',
				workflow: 'listening',
				parameters: { options: { ...options } },
			};
			for (let delivery = 0; delivery < 2; delivery++) {
				expect((await delivered(setup)).handover).toMatchObject({ outlet: 'ignored', hasIgnoredOutput });
			}
		});
	});
});

describe('the sample', () => {
	const parameters = {
		customFields: { rows: [{ name: 'a' }, { name: 'n', type: 'number' }, { name: 'b', type: 'boolean' }] },
	};
	const asked: Setup = { webhookName: 'setup', mode: 'manual', headers: {}, body: {} };

	it('needs no secret while somebody listens, and passes filters, of which it tells', async () => {
		const { result, handover, hints, requestId } = await delivered({
			...asked,
			parameters: { ...excluded, filters: { minDuration: 9999 } },
		});
		const why = 'A real call like this example would be ignored: the filter Minimum Duration excludes it';
		expect(handover).toMatchObject({ outlet: 'calls', item: { call_id: callScaler.sample([]).call_id } });
		expect(hints).toEqual([{ message: expect.stringContaining(why), type: 'warning' }]);
		expect(result.webhookResponse).toMatchObject({
			...{ success: true, request_id: requestId },
			message: expect.stringMatching(new RegExp(`CallScaler is in n8n now.*${why}`)),
		});
	});

	it('says where it would pass, and nothing where nothing is set', async () => {
		const passed = await delivered({ ...asked, parameters: excluded });
		const message = 'A real call like this example would pass your filters and conditions.';
		expect(passed.hints).toEqual([{ message, type: 'info' }]);
		expect((await delivered(asked)).handover).toMatchObject({ outlet: 'calls', hints: undefined });
	});

	it.each<[string, Setup, number, RegExp]>([
		['in n8n', asked, 200, /<h1>The example call is in n8n<.h1>[^]*close this tab/],
		['not in n8n', { ...asked, mode: 'webhook' }, 404, /<h1>No example call<.h1>[^]*click Execute step, and open/],
	])('is a page for a browser: %s', async (_what, setup, status, page) => {
		const pages: unknown[] = [];
		const trigger = webhookContext({
			...setup,
			headers: { accept: 'text/html,application/xhtml+xml;q=0.9' },
			parameters: { triggerOn: ['any'], filters: { callFlows: ['<b>"A"</b>'] } },
		});
		trigger.response.send = (page) => {
			pages.push(page);
			return trigger.response.end();
		};
		trigger.response.type = () => trigger.response;
		const { noWebhookResponse } = await receive(trigger.context, callScaler, readers.callScaler);
		expect([noWebhookResponse, trigger.response.statusCode]).toEqual([true, status]);
		expect(trigger.response.getHeader('Content-Security-Policy')).toBe(
			"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
		);
		expect(trigger.response.getHeader('Cache-Control')).toBe('no-store');
		expect(pages).toEqual([expect.stringMatching(/^<!doctype html>[^]*color-scheme: light dark[^]*<.html>\s*$/)]);
		expect(pages).toEqual([expect.stringMatching(page)]);
		expect(String(pages)).not.toContain('<b>');
	});

	it('is answered at once', async () => {
		const { result, response, answers } = await delivered(asked);
		response.json(result.webhookResponse);
		expect(answers).toHaveLength(1);
	});

	it("has an example of each of the user's own fields, and its own before them", async () => {
		const rows = [...parameters.customFields.rows, { name: 'first_name' }];
		const { context } = webhookContext({ ...asked, parameters: { triggerOn: 'callEnded', customFields: { rows } } });
		const { workflowData } = await receive(context, qCall, readers.qCall);
		expect(readHandover(workflowData?.[0] ?? [])).toMatchObject({
			item: { a: 'Example text', n: 1, b: true, first_name: qCall.sample([]).first_name },
		});
	});
});

describe('advice', () => {
	const rows = [
		{ field: 'AI Score', operator: 'greaterThan', value: '50' },
		{ field: 'shoe_size', operator: 'isEmpty' },
		{ field: 'ai_category', operator: 'isEmpty' },
		{ field: 'own', operator: 'isNotEmpty' },
	];
	const parameters = { conditions: { rows }, deduplicateBy: 'customField', dedupeField: 'calid' };
	const body = { ...call, own: 1 };

	it('names the fields that no call has, and the nearest ones, to whoever listens', async () => {
		const { handover, hints } = await delivered({ mode: 'manual', parameters, body });
		expect(handover?.outlet).toBe('ignored');
		expect(hints?.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^A condition asks for the field "AI Score".*Did you mean ai_score\?$/),
			expect.stringMatching(/^A condition asks for the field "shoe_size".*Take the name from the output of a call/),
			expect.stringMatching(/^Deduplicate By asks for the field "calid".*Did you mean call_id\?$/),
		]);
	});

	it('asks nothing of a field by which nothing is deduplicated, nor of one of the user that did not come', async () => {
		for (const unused of [{ deduplicate: false }, { deduplicateBy: 'callId' }]) {
			const setup = { parameters: { ...parameters, conditions: {}, ...unused }, body };
			expect((await delivered({ mode: 'manual', ...setup })).hints).toBeUndefined();
		}
		const slot = { rows: [{ field: 'slot', operator: 'isEmpty' }] };
		const customFields = { rows: [{ name: 'slot' }] };
		const { context } = webhookContext({
			...{ mode: 'manual', body: { phone_number: '1' } },
			parameters: { authentication: 'none', triggerOn: 'callEnded', customFields, conditions: slot },
		});
		const { workflowData } = await receive(context, qCall, readers.qCall);
		expect(readHandover(workflowData?.[0] ?? [])).toMatchObject({ outlet: 'calls', hints: undefined });
	});

	it('is for nobody in production', async () => {
		const emitting = { ...parameters, options: { emitIgnored: true } };
		const { handover } = await delivered({ parameters: emitting, body });
		expect(handover).toMatchObject({ outlet: 'ignored', hints: undefined });
	});

	it('tells of a filter that a call went past because the AI has not judged it', async () => {
		const filters = { minDuration: 10, minAiScore: 50, qualification: 'qualified' };
		const { handover, hints } = await delivered({ mode: 'manual', parameters: { filters } });
		expect(handover?.outlet).toBe('calls');
		const words =
			/^The filter Qualification had nothing to go by and let this call through: its AI.*If AI Data Is Missing/;
		expect(hints).toEqual([{ message: expect.stringMatching(words), type: 'warning' }]);
		const judged = { ...call, ai_processed: true, qualified_ai: true, ai_score: 80 };
		expect((await delivered({ mode: 'manual', parameters: { filters }, body: judged })).hints).toBeUndefined();
	});

	it('tells of an identifier that QCall would not have', async () => {
		const rows = [{ name: 'Preferred Day' }, { name: 'slot_2' }, { name: 'slot (2)' }, { name: '?' }];
		const { context } = webhookContext({
			...{ mode: 'manual', body: { phone_number: '1' } },
			parameters: { authentication: 'none', triggerOn: 'callEnded', customFields: { rows } },
		});
		const { workflowData } = await receive(context, qCall, readers.qCall);
		expect(readHandover(workflowData?.[0] ?? [])).toMatchObject({
			hints: [
				{ message: expect.stringMatching(/"Preferred Day".*without spaces, such as preferred_day: enter it/) },
				{ message: expect.stringMatching(/"slot \(2\)".*without spaces, such as slot_2: enter it/) },
				{ message: expect.stringMatching(/"\?".*without spaces: enter it/) },
			],
		});
	});

	it('tells in production too of what could not be read, in a few words', async () => {
		const none = { ai_score: 'high', value_cents: 'a lot', cost_cents: '', recording_duration: 'long', robo_score: [] };
		const { hints } = await delivered({ body: { ...call, ...none, duration_seconds: 'x'.repeat(1_000) } });
		const [hint, ...others] = hints ?? [];
		expect(others).toEqual([]);
		expect(hint?.message).toMatch(
			/could not be read.*expected a number, and "x+….* arrived;.*; and 2 more, which issues/,
		);
		expect(hint?.message.length).toBeLessThan(500);
		expect(hint?.type).toBe('warning');
		const three = { ai_score: 'high', value_cents: 'a lot', recording_duration: 'long' };
		const [all] = (await delivered({ body: { ...call, ...three } })).hints ?? [];
		expect(all?.message).toMatch(
			/read\. recording_duration: .*; ai_score: .*; value_cents: [^;]*, and "a lot" arrived\.$/,
		);
		expect((await delivered({ body: { ...call, ...none }, parameters: { output: 'raw' } })).hints).toBeUndefined();
	});
});

describe('a call at the URL of the sample', () => {
	const sent: Setup = { webhookName: 'setup', method: 'POST', parameters: { options: { emitRejected: true } } };

	it.each(['manual', 'webhook'] as const)('is told where to go, and n8n shows it (%s)', async (mode) => {
		const { answer, item } = await delivered({ ...sent, mode });
		expect(answer).toMatchObject({ status: 404, body: { status: 'rejected' } });
		expect(item).toMatchObject({ reason: expect.stringContaining('without /sample: enter that in CallScaler') });
	});

	it('alerts, since each such call is lost', async () => {
		const times = [1, 2, 3].map(
			async () => await delivered({ ...sent, parameters: {}, workflow: 'all go to the sample' }),
		);
		const handovers = (await Promise.all(times)).map(({ handover }) => handover);
		expect(handovers).toMatchObject([
			undefined,
			undefined,
			{ outlet: 'alert', message: expect.stringMatching(/^3 call deliveries were refused.*ends in .sample/) },
		]);
	});
});

describe('the address of n8n', () => {
	const at = async (origin: string) =>
		await delivered({ webhookName: 'setup', mode: 'manual', webhookUrl: `${origin}/webhook-test/uuid/callscaler` });

	it.each([
		'http://localhost:5678',
		'http://n8n.localhost',
		'http://127.0.0.1:5678',
		'http://0.0.0.0:5678',
		'https://10.1.2.3',
		'https://192.168.0.7',
		'http://172.31.0.1',
		'http://169.254.1.1',
		'http://[::1]:5678',
		'http://[fd00::1]',
		'http://[fe80::1]',
		'http://[feb0::1]',
		'http://[fc00::1]',
		'http://[::]:5678',
		'http://172.16.0.1',
		'http://172.20.0.1',
		'http://172.30.0.1',
		'http://n8n.internal',
		'http://n8n.lan',
		'http://n8n:5678',
		'https://server.local',
		'https://n8n.home.arpa',
	])('is said to be out of reach on the sample, and beside it: %s', async (origin) => {
		const { hints, result } = await at(origin);
		const message = expect.stringContaining(`CallScaler cannot reach ${origin}, which`);
		expect(hints).toEqual([{ message, type: 'warning' }]);
		expect(result.webhookResponse).toMatchObject({ message });
	});

	it.each([
		'https://n8n.example.com',
		'http://172.32.0.1',
		'https://11.0.0.1',
		'https://172.15.0.1',
		'https://110.1.2.3',
		'https://8.169.254.1',
		'https://8.172.16.1',
		'https://8.192.168.1',
		'https://[2001:db8::fd00]',
		'https://n8n.thelocal',
		'https://[2001:db8::1]',
		'https://local.example.com',
		'no address',
	])('is no matter where it can be reached: %s', async (origin) => {
		expect((await at(origin)).hints).toBeUndefined();
	});
});
