import type { INode, IWorkflowSettings } from 'n8n-workflow';

import { callScaler } from '../../nodes/CallScaler/provider';
import { answerOrRethrow, ended } from '../../nodes/delivery/answer';
import type { Delivery } from '../../nodes/delivery/delivery';
import { canHold, deliveryWithoutRequest, heldItems, problemOf } from '../../nodes/delivery/held-call';
import { readHandover } from '../../nodes/delivery/handover';
import { decide, prepare } from '../../nodes/delivery/prepare';
import { UnusableSettings } from '../../nodes/delivery/settings-reader';
import { triggerIdOf } from '../../nodes/n8n/per-trigger';
import { settingsFor } from './settings-for';
import { webhookContext } from './webhook-context';

const node: INode = Object({ id: 'trigger', name: 'The Trigger', parameters: {} });

const delivery: Delivery = {
	...{
		id: 'd1',
		trigger: { id: 'w/t', name: 'The Trigger', instanceId: 'an instance' },
		receivedAt: new Date(1_000),
		method: 'PUT',
	},
	...{ remoteAddress: '203.0.113.7', headers: { authorization: 'a secret' }, query: { a: '1' }, body: { b: 2 } },
	...{ via: 'catch_up', isTest: false, isForSample: false },
};

it.each<[Partial<INode>, IWorkflowSettings, boolean]>([
	[{}, {}, true],
	[{}, { saveDataErrorExecution: 'all' }, true],
	[{}, { saveDataErrorExecution: 'DEFAULT' }, true],
	[{}, { saveDataErrorExecution: 'none' }, false],
	[{ onError: 'stopWorkflow' }, {}, true],
	[{ onError: 'continueRegularOutput' }, {}, false],
	[{ onError: 'continueErrorOutput' }, {}, false],
	[{ continueOnFail: true }, {}, false],
	[{ onError: 'stopWorkflow', continueOnFail: true }, {}, true],
])('a call can be held where its failed execution keeps it: %j, %j', (own, workflowSettings, isHeld) => {
	expect(canHold(webhookContext({ workflowSettings }).context, { ...node, ...own })).toBe(isHeld);
});

it('is held for what the user has to change, and for nothing else', () => {
	expect(problemOf(new UnusableSettings(node, ['Output is odd', 'Respond too']))).toBe(
		'This trigger has settings that cannot be used: Output is odd; Respond too',
	);
	const issue = { field: 'a', value: 'x', problem: 'expected a number' };
	expect(problemOf(ended.invalidFields([issue]))).toMatch(/Reject: a \(expected a number\)$/);
	for (const other of [ended.ignored({ reason: 'it rained' }), ended.noSecret(), new Error('anything'), undefined]) {
		expect(problemOf(other)).toBeUndefined();
	}
});

it('keeps of a delivery what was read of it, and nothing of its headers', () => {
	const [items = []] = heldItems(delivery, { call_id: 'c1' }, 'Output is odd');
	expect(JSON.stringify(items)).not.toContain('a secret');
	const held = readHandover(JSON.parse(JSON.stringify(items)));
	if (held?.outlet !== 'held') throw new Error('This is no held call.');
	expect(held).toMatchObject({ fields: { call_id: 'c1' }, problem: 'Output is odd' });
	const { context } = webhookContext({});
	const trigger = { id: triggerIdOf(context), name: context.getNode().name, instanceId: context.getInstanceId() };
	const read = { ...delivery, trigger, headers: {}, query: {}, body: undefined };
	expect(deliveryWithoutRequest(context, held)).toEqual(read);
});

describe('what was not told', () => {
	const conditions = [{ field: 'gclid', operator: 'isNotEmpty' as const, value: '' }];
	const endOf = (via: Delivery['via'], fields: Record<string, string>) => {
		try {
			decide(prepare(callScaler, { ...settingsFor(), conditions }, { ...delivery, via }, fields));
			return undefined;
		} catch (error) {
			return answerOrRethrow(error).verdict;
		}
	};
	const call = { call_id: 'c1', event: 'call.completed' };

	it('by the API is null, and no issue though it is required', () => {
		const settings = { ...settingsFor(), customFields: [{ name: 'slot', type: 'string' as const, required: true }] };
		const prepared = (via: Delivery['via']) => prepare(callScaler, settings, { ...delivery, via }, { call_id: 'c1' });
		expect(prepared('catch_up')).toMatchObject({ call: { call_id: 'c1', gclid: null, slot: null }, issues: [] });
		expect(prepared('webhook').issues).toMatchObject([{ field: 'slot' }]);
	});

	it('by the API excludes nothing, by a webhook it is missing', () => {
		expect(endOf('catch_up', call)).toBeUndefined();
		expect(endOf('catch_up', { ...call, gclid: '' })).toBe('ignored');
		expect(endOf('webhook', call)).toBe('ignored');
	});
});
