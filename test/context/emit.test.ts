import type { INodeExecutionData, WorkflowExecuteMode } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';
import qCallCall from '../../host/simulators/payloads/qcall-end-of-call.json';
import { List, ownCore, rememberIn, Trigger } from '../../host/core';

const list = new List();

/** n8n keeps a list for each node; these tests use one node at a time. */
beforeAll(async () => await rememberIn(ownCore(), () => list));
beforeEach(() => {
	list.entries = [];
});

const trigger = (parameters = {}) =>
	new Trigger({ nodeType: new QCallTrigger(), parameters: { authentication: 'none', ...parameters } });

async function handedOver(from: Trigger, call = {}, n8nAnswers = 200): Promise<INodeExecutionData[]> {
	const { result } = await from.receive({ json: { ...qCallCall, ...call } }, n8nAnswers);
	const [items] = result.workflowData ?? [];
	if (items === undefined) throw new Error('nothing was handed over');
	return items;
}

it('gives the item to the first execution, and nothing to a second one of the same delivery', async () => {
	const node = trigger();
	const items = await handedOver(node);
	expect((await node.execute(items, '1')).output).toMatchObject([[{ json: qCallCall }]]);
	const second = await node.execute(items, '2');
	expect(second.output).toEqual([[]]);
	expect(second.hints).toMatchObject([{ message: expect.stringContaining('Another execution') }]);
});

it('knows a call after a restart, when the memory of the process is gone', async () => {
	const items = await handedOver(trigger());
	expect((await trigger().execute(items, '1')).output).toMatchObject([[{ json: qCallCall }]]);
	expect((await trigger().execute(items, '2')).output).toEqual([[]]);
});

it('lets an execution that n8n starts again under its id have its call', async () => {
	const items = await handedOver(trigger());
	const worker = trigger();
	expect((await worker.execute(items, '7')).output).toMatchObject([[{ json: qCallCall }]]);
	expect((await worker.execute(items, '7')).output).toMatchObject([[{ json: qCallCall }]]);
	expect((await worker.execute(items, '8')).output).toEqual([[]]);
});

it.each<WorkflowExecuteMode>(['retry'])('never drops a call in mode %s, and knows it afterwards', async (mode) => {
	const node = trigger();
	const items = await handedOver(node);
	await node.execute(items, '1');
	expect((await node.execute(items, '2', mode)).output).toMatchObject([[{ json: qCallCall }]]);
	expect((await node.execute(items, '3')).output).toEqual([[]]);
});

it('gives the duplicate to the second output where the user wants to see it', async () => {
	const node = trigger({ options: { emitIgnored: true } });
	const items = await handedOver(node);
	expect((await node.execute(items, '1')).output).toMatchObject([[{ json: qCallCall }], []]);
	expect((await node.execute(items, '2')).output).toMatchObject([
		[],
		[{ json: { status: 'duplicate', call: qCallCall } }],
	]);
});

it('emits a call without a key, however often', async () => {
	const node = trigger();
	const items = await handedOver(node, { recording_url: '', phone_number: '' });
	expect((await node.execute(items, '1')).output?.[0]).toHaveLength(1);
	expect((await node.execute(items, '2')).output?.[0]).toHaveLength(1);
	expect(list.entries).toEqual([]);
});

it('passes on items that did not come from webhook()', async () => {
	const pinned = [{ json: { first_name: 'Pinned' } }];
	expect((await trigger().execute(pinned, '1')).output).toEqual([pinned]);
});

it('has no call to emit where webhook() failed, though a user retries what n8n stored of it', async () => {
	const standIn = [{ json: {} }];
	await expect(trigger().execute(standIn, '1', 'retry')).rejects.toThrow('There is no call in this execution');
});

describe('where the last node answers', () => {
	/** Until so many calls that have been answered are recorded as handled, which happens after the execution's first step. */
	const recorded = async (calls = 1) => {
		while (list.entries.length < 2 * calls) await sleep(5);
	};

	it('puts out nothing at all for a second execution of one delivery, which n8n answers with 200', async () => {
		const node = trigger({ respond: 'lastNode' });
		const items = await handedOver(node);
		expect((await node.execute(items, '1')).output).toMatchObject([[{ json: qCallCall }]]);
		await recorded();
		expect((await node.execute(items, '2')).output).toBeNull();
	});

	it('knows after a restart a call whose workflow succeeded', async () => {
		const before = trigger({ respond: 'lastNode' });
		await before.execute(await handedOver(before), '1');
		await recorded();
		const after = trigger({ respond: 'lastNode' });
		expect((await after.execute(await handedOver(after), '2')).output).toBeNull();
	});

	it('knows after a restart as many such calls as the history holds', async () => {
		const parameters = { respond: 'lastNode', options: { dedupeHistory: 3 } };
		const calls = ['a', 'b', 'c'].map((recording) => ({ recording_url: `https://qcall.example/${recording}.mp3` }));
		const before = trigger(parameters);
		for (const [earlier, call] of calls.entries()) {
			expect((await before.execute(await handedOver(before, call), '1')).output?.[0]).toHaveLength(1);
			await recorded(earlier + 1);
		}
		const after = trigger(parameters);
		for (const call of calls) expect((await after.execute(await handedOver(after, call), '2')).output).toBeNull();
	});

	it('runs a call again, also after a restart, whose workflow failed', async () => {
		const before = trigger({ respond: 'lastNode' });
		await before.execute(await handedOver(before, {}, 500), '1');
		await before.execute(await handedOver(before, {}, 500), '2');
		const after = trigger({ respond: 'lastNode' });
		expect((await after.execute(await handedOver(after), '3')).output?.[0]).toHaveLength(1);
	});
});
