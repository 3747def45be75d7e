import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { rememberIn, List, ownCore, Trigger } from '../../host/core';
import { CallScalerTrigger } from '../../nodes/CallScaler/CallScalerTrigger.node';
import { showAtFirstGlance } from '../../nodes/delivery/first-glance';
import { handoverItems } from '../../nodes/delivery/handover';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';

const credential = { headerName: 'X-Secret', secret: 'the-right-secret', previousSecret: '' };
const headers = { 'x-secret': credential.secret };
const CALL = { call_id: 'c-1', duration_seconds: 12 };

const lists = new Map<string, List>();
beforeAll(async () => {
	await rememberIn(ownCore(), (workflow) => {
		const list = lists.get(workflow) ?? new List();
		lists.set(workflow, list);
		return list;
	});
});

const callScaler = (parameters: IDataObject) =>
	new Trigger({ nodeType: new CallScalerTrigger(), parameters: JSON.parse(JSON.stringify(parameters)), credential });

/** What the execution that a delivery starts says of itself, whether it fails or not. */
async function glanceAt(trigger: Trigger, items: INodeExecutionData[], mode: 'webhook' | 'retry' = 'webhook') {
	await trigger.execute(items, '1', mode).catch(() => undefined);
	return trigger.customData;
}

async function deliver(trigger: Trigger, delivery: Parameters<Trigger['receive']>[0]): Promise<INodeExecutionData[]> {
	return (await trigger.receive(delivery)).result.workflowData?.[0] ?? [];
}

it('says nothing of a call that is simply handled', async () => {
	const trigger = callScaler({});
	expect(await glanceAt(trigger, await deliver(trigger, { headers, json: CALL }))).toEqual({});
});

it('names an ignored call, with the reason', async () => {
	const trigger = callScaler({ filters: { minDuration: 60 }, options: { emitIgnored: true } });
	expect(await glanceAt(trigger, await deliver(trigger, { headers, json: CALL }))).toEqual({
		verdict: 'ignored',
		reason: expect.stringContaining('Minimum Duration'),
		call_id: 'c-1',
	});
});

it('names a duplicate, whoever finds it out', async () => {
	const trigger = callScaler({ options: { emitIgnored: true } });
	const first = await deliver(trigger, { headers, json: CALL });
	await trigger.execute(first, '1');
	const duplicate = { verdict: 'duplicate', call_id: 'c-1' };
	expect(await glanceAt(trigger, await deliver(trigger, { headers, json: CALL }))).toMatchObject(duplicate);
	const elsewhere = [{ json: { postCall: { ...Object(first[0]?.json.postCall), deliveryId: 'another' } } }];
	await trigger.execute(elsewhere, '2');
	expect(trigger.customData).toMatchObject({ ...duplicate, reason: expect.stringContaining('Another execution') });
});

it('names a refused delivery, and nothing of what was sent', async () => {
	const trigger = callScaler({ options: { emitRejected: true } });
	const wrong = { headers: { 'x-secret': 'a-strangers' }, json: CALL };
	expect(await glanceAt(trigger, await deliver(trigger, wrong))).toEqual({
		verdict: 'rejected',
		reason: expect.stringMatching(/^The header X-Secret arrived, but.{200,220}…$/),
	});
});

it('names an alert, without a call', async () => {
	const trigger = callScaler({});
	const wrong = { headers: { 'x-secret': 'a-strangers' }, json: CALL };
	for (let time = 0; time < 2; time++) await deliver(trigger, wrong);
	expect(await glanceAt(trigger, await deliver(trigger, wrong))).toEqual({
		verdict: 'alert',
		reason: expect.stringContaining('3 call deliveries were refused'),
	});
});

it.each<[string, Parameters<typeof showAtFirstGlance>[1], unknown, object]>([
	[
		'under the first of its names that has a value',
		{ unified: { call_id: { from: ['ref', 'sid'] } } },
		{ ref: ' ', sid: 7 },
		{ call_id: '7' },
	],
	['by our name too', { unified: { call_id: { from: ['ref'] } } }, { ref: 'B-1', call_id: 'c-1' }, { call_id: 'c-1' }],
	['not where its provider names none', { unified: {} }, { ref: 'B-1' }, {}],
	['not where there is none', { unified: { call_id: { from: ['ref'] } } }, undefined, {}],
])('names a call %s', (_how, provider, call, named) => {
	const customData: Record<string, string> = {};
	const set = (name: string, value: string) => (customData[name] = value);
	const context: IExecuteFunctions = Object({ getWorkflowDataProxy: () => ({ $execution: { customData: { set } } }) });
	showAtFirstGlance(context, provider, { verdict: 'held', reason: '', call });
	expect(customData).toEqual({ verdict: 'held', ...named });
});

it('names a held call by whatever its provider calls it, and says when it was let go', async () => {
	const json = { call_sid: 'CA7', call_duration: 'long', phone_number: '+15550100' };
	const qCall = (onInvalidFields: string) =>
		new Trigger({ nodeType: new QCallTrigger(), parameters: { options: { onInvalidFields } }, credential });
	const trigger = qCall('reject');
	const held = await deliver(trigger, { headers, json });
	expect(await glanceAt(trigger, held)).toEqual({
		verdict: 'held',
		reason: expect.stringContaining('call_duration'),
		call_id: 'CA7',
	});
	expect(await glanceAt(trigger, held, 'retry')).toMatchObject({ verdict: 'held' });
	expect(await glanceAt(qCall('flag'), held, 'retry')).toEqual({
		verdict: 'accepted',
		reason: 'It was held before.',
		call_id: 'CA7',
	});
});

it('says beside a caught-up call that it was fetched, and when it ended', async () => {
	const trigger = callScaler({});
	const heldCall = { method: '', remoteAddress: '', fields: CALL, problem: 'something' };
	const [items = []] = handoverItems({
		...{ outlet: 'held', deliveryId: 'caught-up', via: 'catch_up', receivedAt: Date.UTC(2026, 3, 24, 14, 30) },
		...heldCall,
	});
	const { hints } = await trigger.execute(items, '1', 'retry');
	expect(hints).toMatchObject([
		{
			type: 'info',
			message:
				'No webhook of this call was accepted: it ended at 2026-04-24T14:30:00.000Z, and the trigger fetched it from CallScaler later.',
		},
	]);
});
