import type { IExecuteFunctions, INode, INodeExecutionData, WorkflowExecuteMode } from 'n8n-workflow';

import { List } from '../../host/core';
import { qCall } from '../../nodes/QCall/provider';
import { settingsReader } from '../../nodes/delivery/settings-reader';
import { emit } from '../../nodes/delivery/emit';
import { type CallHandover, handoverItems, type HeldHandover, readHandover } from '../../nodes/delivery/handover';
import { begunHere } from '../../nodes/n8n/begun-here';
import { Claim, claimsOf } from '../../nodes/memory/claims';

const HANDOVER: CallHandover = {
	deliveryId: 'd1',
	outlet: 'calls',
	item: { call_id: 'c1' },
	history: 10,
	byKey: { key: 'k', receivedAt: 0, windowInMs: 7_200_000 },
	idsOfACall: 0,
	isAnsweredByLastNode: false,
	hasIgnoredOutput: false,
};
const EMITTED = [{ json: { call_id: 'c1' }, pairedItem: { item: 0 } }];

let executions = 0;

/** One execution of what was handed over, and what it left behind. */
async function executed(
	handover: (Partial<Omit<CallHandover, 'outlet'>> & { outlet?: 'calls' | 'ignored' }) | INodeExecutionData[],
	given: Partial<Execution> = {},
) {
	const { list = new List(), id = String(++executions), mode = 'webhook', workflow = `w${id}` } = given;
	const { parameters = { triggerOn: 'callEnded' }, onError } = given;
	const { dataProxy = () => ({ $execution: { customData: { set: setCustomData } } }) } = given;
	const input = Array.isArray(handover) ? handover : handoverItems({ ...HANDOVER, ...handover })[0];
	const hints: unknown[] = [];
	const customData: Record<string, string> = {};
	const setCustomData = (name: string, value: string) => (customData[name] = value);
	const logger = { warn: jest.fn<void, [string]>() };
	const node: Partial<INode> = { id: 'trigger', name: 'The Trigger', parameters, onError };
	const context: IExecuteFunctions = Object({
		getInputData: () => input,
		getMode: () => mode,
		getExecutionId: () => id,
		getNode: () => node,
		getNodeParameter: () => null,
		getWorkflow: () => ({ id: workflow }),
		getInstanceId: () => 'an instance',
		getWorkflowDataProxy: dataProxy,
		addExecutionHints: (hint: unknown) => hints.push(hint),
		helpers: list,
		logger,
	});
	return { output: await emit(context, qCall, settingsReader(qCall)), hints, customData, logger, list };
}

interface Execution {
	list: List;
	id: string;
	mode: WorkflowExecuteMode;
	workflow: string;
	parameters: INode['parameters'];
	onError: INode['onError'];
	/** What n8n gives for expressions. */
	dataProxy: () => object;
}

it('emits a call once, and says why a second execution ends empty', async () => {
	const { output, hints, logger, list } = await executed({}, { workflow: 'once' });
	expect(output).toEqual([EMITTED]);
	expect(hints).toEqual([]);
	const second = await executed({}, { list, workflow: 'once' });
	expect(second.output).toEqual([[]]);
	expect(second.hints).toEqual([
		{ message: expect.stringContaining('Another execution has handled'), type: 'info', location: 'outputPane' },
	]);
	expect([logger.warn.mock.calls, second.logger.warn.mock.calls]).toEqual([[], []]);
});

const fails = () => {
	throw new TypeError('Invalid URL');
};

it.each<[string, () => object]>([
	['has no custom data', () => ({})],
	['fails to give it', fails],
])('ends a duplicate as ever where n8n %s', async (_what, dataProxy) => {
	const { list } = await executed({}, { workflow: 'ornament' });
	const { output, hints } = await executed({}, { list, workflow: 'ornament', dataProxy });
	expect(output).toEqual([[]]);
	expect(hints).toHaveLength(1);
});

it('counts a call as handled once it begins, or once the last node has answered', async () => {
	const { list } = await executed({});
	expect((await executed({ deliveryId: 'd2' }, { list })).output).toEqual([[]]);
	const last = await executed({ isAnsweredByLastNode: true });
	expect((await executed({ isAnsweredByLastNode: true, deliveryId: 'd2' }, { list: last.list })).output).toEqual([
		EMITTED,
	]);
});

it('has a second output where the user wants one', async () => {
	const { output, list } = await executed({ hasIgnoredOutput: true });
	expect(output).toEqual([EMITTED, []]);
	const reason = expect.stringContaining('Another execution has handled');
	expect((await executed({ hasIgnoredOutput: true }, { list })).output).toEqual([
		[],
		[{ json: { status: 'duplicate', reason, call: { call_id: 'c1' } }, pairedItem: { item: 0 } }],
	]);
});

it('puts out nothing at all for a duplicate that the last node would have to answer', async () => {
	for (const hasIgnoredOutput of [true, false]) {
		const handover = { hasIgnoredOutput, isAnsweredByLastNode: true };
		const workflow = `answered, with a second output: ${hasIgnoredOutput}`;
		const claim = new Claim('d1', { writableEnded: true, statusCode: 500 }, 0);
		await claimsOf(`${workflow}/trigger`).claim('k', claim, { history: 10, windowInMs: 7_200_000 });
		const { output, list } = await executed(handover, { workflow });
		expect(output).toEqual(hasIgnoredOutput ? [EMITTED, []] : [EMITTED]);
		expect((await executed(handover, { list, workflow })).output).toBeNull();
	}
});

it('emits what was ignored to the second output, or only says why', async () => {
	const ignored = { outlet: 'ignored', item: { status: 'ignored', reason: 'it rained' } } as const;
	const shown = [{ message: 'it rained', type: 'info', location: 'outputPane' }];
	const { output, hints, list } = await executed({ ...ignored, hasIgnoredOutput: true });
	expect(output).toEqual([[], [{ json: ignored.item, pairedItem: { item: 0 } }]]);
	expect(hints).toEqual(shown);
	const unseen = await executed(ignored, { list });
	expect(unseen.output).toEqual([[]]);
	expect(unseen.hints).toEqual(shown);
	expect(list.entries).toEqual([]);
});

it.each(['rejected', 'failed'])('warns of what was %s', async (status) => {
	const { hints, output } = await executed({ outlet: 'ignored', item: { status, reason: 'it rained' } });
	expect([output, hints]).toEqual([[[]], [{ message: 'it rained', type: 'warning', location: 'outputPane' }]]);
});

it('emits a call without a key however often, and records nothing', async () => {
	const { list } = await executed({ byKey: undefined });
	expect((await executed({ byKey: undefined }, { list })).output).toEqual([EMITTED]);
	expect(list.entries).toEqual([]);
});

it('emits a call that n8n could not record, and warns', async () => {
	const list = new List();
	list.failures = 3;
	const { output, hints, logger } = await executed({}, { list });
	expect(output).toEqual([EMITTED]);
	const message = expect.stringContaining('n8n could not record this call');
	expect(hints).toEqual([{ message, type: 'warning', location: 'outputPane' }]);
	expect(logger.warn).toHaveBeenCalledWith(expect.stringMatching(/^The Trigger: n8n could not record this call/));
	const why = 'The Trigger: n8n could not read or write its list of calls: Error: database is locked';
	expect(logger.warn.mock.calls.filter(([line]) => line === why)).toHaveLength(3);
});

it('emits a call again that a user retries', async () => {
	const { list } = await executed({}, { workflow: 'retried' });
	expect((await executed({}, { list, workflow: 'retried', mode: 'retry' })).output).toEqual([EMITTED]);
});

it.each<[WorkflowExecuteMode, WorkflowExecuteMode]>([
	['webhook', 'manual'],
	['manual', 'webhook'],
])('tells the answer that is held back for it its id, in mode %s and not in %s', async (mode, other) => {
	const begun = jest.spyOn(begunHere(mode), 'tell');
	const elsewhere = jest.spyOn(begunHere(other), 'tell');
	await executed({ byKey: undefined }, { mode, id: '512' });
	expect(begun.mock.calls).toMatchObject([['d1', { executionId: '512' }]]);
	expect(elsewhere).not.toHaveBeenCalled();
	jest.restoreAllMocks();
});

describe('items that webhook() did not hand over', () => {
	it.each([
		[[{ json: { first_name: 'Pinned' } }, { json: {} }]],
		[[{ json: { postCall: { deliveryId: 'from another version' } } }]],
		[[{ json: { postCall: { ...HANDOVER, item: 'no object' } } }]],
		[[{ json: { postCall: { ...HANDOVER, item: null } } }]],
		[[{ json: { postCall: { ...HANDOVER, isAnsweredByLastNode: 'never' } } }]],
	])('are passed on as they are: %j', async (items) => {
		expect((await executed(items)).output).toEqual([items]);
		expect(readHandover(items)).toBeUndefined();
	});

	it.each([[[]], [[{ json: {} }]], [[{ json: {} }, { json: {} }]]])(
		'are no call where they are empty: %j',
		async (items) => {
			await expect(executed(items)).rejects.toMatchObject({
				message: expect.stringMatching(/no call in this execution.*answered as a failure/),
				description: expect.stringMatching(/retry cannot bring it back.*have the call sent again/),
			});
		},
	);
});

describe('a held call', () => {
	const HELD: HeldHandover = {
		...{ outlet: 'held', deliveryId: 'd1', problem: 'Output must be one of a, b' },
		fields: { first_name: 'Ada', call_id: 'c-1', call_duration: '42' },
		...{ receivedAt: Date.UTC(2026, 3, 24), method: 'POST', remoteAddress: '203.0.113.7', via: 'webhook' },
	};
	const [items = []] = handoverItems(HELD);
	const CALL = { first_name: 'Ada', call_id: 'c-1', call_duration: 42 };
	const triggerOn = 'callEnded';
	const retried = { mode: 'retry' } as const;

	it('ends its execution, and says what to do', async () => {
		const begun = jest.spyOn(begunHere('webhook'), 'tell');
		const list = new List();
		await expect(executed(items, { mode: 'webhook', list, id: '9' })).rejects.toMatchObject({
			message: 'A call is held, and not handled. Output must be one of a, b',
			description: expect.stringMatching(/choose Retry with currently saved workflow: it holds the call/),
		});
		expect(begun.mock.calls).toEqual([['d1', { executionId: '9' }]]);
		expect(list.entries).toEqual([]);
		jest.restoreAllMocks();
	});

	it('goes on where it is handed over again and the settings were corrected meanwhile', async () => {
		expect((await executed(items, { mode: 'trigger', parameters: { triggerOn } })).output).toMatchObject([
			[{ json: CALL }],
		]);
		await expect(executed(items, { mode: 'trigger', parameters: { triggerOn, output: 'xml' } })).rejects.toThrow(
			'is held',
		);
	});

	it('goes the rest of its way when a user retries it, again too: that retry may have been cut off', async () => {
		const list = new List();
		const workflow = 'released';
		const parameters = { triggerOn, output: 'fields', respond: 'lastNode', options: { includeDelivery: true } };
		const { output } = await executed(items, { ...retried, parameters, list, workflow });
		expect(output).toMatchObject([[{ json: CALL }]]);
		expect(output?.[0]?.[0]?.json.delivery).toMatchObject({
			...{ request_id: 'd1', received_at: '2026-04-24T00:00:00.000Z', remote_address: '203.0.113.7' },
			...{ method: 'POST', via: 'webhook', dedupe_key: 'call_id: c-1, call_duration: 42' },
		});
		expect((await executed(items, { ...retried, parameters, list, workflow })).output).toMatchObject([
			[{ json: CALL }],
		]);
		const [another = []] = handoverItems({ ...HELD, deliveryId: 'd2' });
		expect((await executed(another, { ...retried, parameters, list, workflow })).output).toEqual([[]]);
	});

	it('meets the filters of now', async () => {
		const parameters = { triggerOn, filters: { minDuration: 60 }, options: { emitIgnored: true } };
		const { output, list } = await executed(items, { ...retried, parameters });
		const ignored = { status: 'ignored', reason: expect.stringContaining('Minimum Duration'), call: CALL };
		expect(output).toMatchObject([[], [{ json: ignored }]]);
		expect(list.entries).toEqual([]);
	});

	it.each<[string, INode['parameters'], HeldHandover['fields'], RegExp]>([
		['the settings', { triggerOn, output: 'xml' }, HELD.fields, /Output must be one of/],
		[
			'its fields',
			{ triggerOn, options: { onInvalidFields: 'reject' } },
			{ call_duration: 'long' },
			/Some fields could not be read.*set to Reject: call_duration/,
		],
	])('fails again where %s still keep it, and says that the first is the one to retry', async (...[, ...given]) => {
		const [parameters, fields, problem] = given;
		const [again = []] = handoverItems({ ...HELD, fields });
		const error = await executed(again, { ...retried, parameters }).catch((thrown: unknown) => thrown);
		expect(error).toMatchObject({
			message: expect.stringMatching(problem),
			description: expect.stringMatching(/retry the execution that says "A call is held".*not this one/),
		});
		expect(error).toMatchObject({ message: expect.stringMatching(/^This retry did not get further: /) });
	});

	it('that was caught up is not excluded by a field that the provider did not tell', async () => {
		const parameters = { triggerOn, filters: { minOrderValue: 5 } };
		const [caughtUp = []] = handoverItems({ ...HELD, via: 'catch_up' });
		expect((await executed(items, { ...retried, parameters })).output).toEqual([[]]);
		expect((await executed(caughtUp, { ...retried, parameters })).output).toMatchObject([[{ json: CALL }]]);
	});
});

it.each<INode['onError']>(['continueRegularOutput', 'continueErrorOutput'])(
	'emits nothing where it fails and n8n would go on with what it was given: %s',
	async (onError) => {
		const { output, hints, logger } = await executed([{ json: {} }], { onError });
		expect(output).toEqual([[]]);
		expect(hints).toEqual([expect.objectContaining({ type: 'warning', message: expect.stringContaining('no call') })]);
		expect(logger.warn).toHaveBeenCalledWith(expect.stringContaining('There is no call in this execution'));
	},
);
