import { type N8n, node, workflowOf } from '../../../../host';
import { callScalerCall, qCallCall } from '../../../../host/simulators';
import { waitUntil } from '../../../../lib/wait-until';
import { oneN8n } from '../support/one-n8n';
import { type Deployment, type ProviderName, TriggerUnderTest } from '../support/trigger-under-test';

let n8n: N8n;
beforeAll(async () => {
	n8n = await oneN8n();
});

const CALL: Record<ProviderName, () => Record<string, unknown>> = { qCall: qCallCall, callScaler: callScalerCall };
const UNREADABLE = { filters: { minDuration: '={{ $vars.limits.min }}' } };
const READABLE = { filters: { minDuration: 1 } };

/** The newest execution of a trigger's workflow, once it has ended. */
async function newest(trigger: TriggerUnderTest, atLeast = 1) {
	const [execution] = await trigger.executions(atLeast);
	if (execution === undefined) throw new Error('There is no execution.');
	return await n8n.executions.get(execution.id);
}

/** Retries an execution with the workflow as it is saved now. */
async function retried(trigger: TriggerUnderTest, id: string) {
	return await n8n.executions.get(await n8n.executions.retry(id, trigger.workflow.id, { asSavedNow: true }));
}

describe('A call whose trigger has a setting that cannot be used', () => {
	test.each<ProviderName>(['callScaler', 'qCall'])(
		'%s: is held by a failed execution that says so, and goes the rest of its way with a retry',
		async (provider) => {
			const trigger = await TriggerUnderTest.deploy(n8n, provider, { parameters: UNREADABLE });
			const call = CALL[provider]();
			const { verdict, message } = await trigger.call(call);
			expect(verdict).toBe('200 held');
			expect(message).toContain('Minimum Duration has an expression that gives nothing');

			const held = await newest(trigger);
			expect(held).toMatchObject({ status: 'error', nodesRun: [trigger.name] });
			expect(await n8n.executions.saysOfItself(held.id)).toMatchObject({
				verdict: 'held',
				reason: expect.stringContaining('Minimum Duration'),
			});
			expect(held.error).toContain('Minimum Duration has an expression that gives nothing');
			expect(held.errorDescription).toMatch(/choose Retry with currently saved workflow: it holds the call/);
			expect(held.storedData).not.toContain(Object.values(trigger.secretHeader)[0]);

			const still = await retried(trigger, held.id);
			expect(held.error).toMatch(/^A call is held/);
			expect(still.status).toBe('error');
			// One execution alone says that it is to be retried.
			expect(still.error).toMatch(/^This retry did not get further: .*Minimum Duration has an expression/);
			expect(still.errorDescription).toMatch(/"A call is held".*not this one/);

			await trigger.change(READABLE);
			const done = await retried(trigger, held.id);
			expect(done.status).toBe('success');
			expect(await n8n.executions.saysOfItself(done.id)).toMatchObject({ verdict: 'accepted' });
			expect(done.items(trigger.name)).toEqual([call]);
			expect(done.items('Next step')).toEqual([call]);
			// That retry may have been cut off: whoever retries again wants it to run.
			const again = await retried(trigger, still.id);
			expect([again.status, again.items('Next step')]).toEqual(['success', [call]]);
			expect((await trigger.call({ ...call })).verdict).toMatch(/^200 (accepted|duplicate)$/);
		},
	);

	test('can be retried under the name alone that the trigger had', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: UNREADABLE });
		await trigger.call(callScalerCall());
		const held = await newest(trigger);
		await trigger.change(READABLE);
		const { nodes } = await n8n.workflows.get(trigger.workflow.id);
		const named = (name: string) => ({
			nodes: nodes.map((each) => (each.name === trigger.name ? { ...each, name } : each)),
			connections: { [name]: { main: [[{ node: 'Next step', type: 'main' as const, index: 0 }]] } },
		});
		await n8n.workflows.update(trigger.workflow.id, named('After each call'));
		await expect(retried(trigger, held.id)).rejects.toThrow('Could not find the node');
		await n8n.workflows.update(trigger.workflow.id, named(trigger.name));
		expect((await retried(trigger, held.id)).status).toBe('success');
	});

	test('starts the Error Workflow of its workflow, which is told what is wrong', async () => {
		const watcher = await n8n.workflows.create(
			workflowOf(node('n8n-nodes-base.errorTrigger', 1, 'On error'), node('n8n-nodes-base.noOp', 1, 'Tell')),
		);
		if (n8n.version === '2.x') await n8n.workflows.activate(watcher.id);
		const settings = { errorWorkflow: watcher.id };
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters: UNREADABLE, settings });
		expect((await trigger.call(qCallCall())).verdict).toBe('200 held');
		const [told] = await n8n.executions.settled(watcher.id, 1);
		const [item] = (await n8n.executions.get(told?.id ?? '')).items('Tell');
		expect(item).toMatchObject({
			execution: {
				error: {
					message: expect.stringContaining('Minimum Duration has an expression that gives nothing'),
					description: expect.stringContaining('Retry with currently saved workflow'),
				},
			},
		});
	});

	test.each<[string, Deployment]>([
		['its workflow keeps no failed executions', { settings: { saveDataErrorExecution: 'none' } }],
		['it goes on after an error', { own: { onError: 'continueRegularOutput' } }],
	])('is answered as a failure where %s', async (_, deployment) => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: UNREADABLE, ...deployment });
		expect((await trigger.exchange({ json: callScalerCall() })).status).toBe(500);
	});

	test('is held where the last node answers too, by a failure of n8n', async () => {
		const parameters = { ...UNREADABLE, respond: 'lastNode' };
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters });
		const call = callScalerCall();
		expect((await trigger.exchange({ json: call })).status).toBe(500);
		const held = await newest(trigger);
		await trigger.change(READABLE);
		expect((await retried(trigger, held.id)).items('Next step')).toEqual([call]);
	});
});

describe('A call with a field that On Invalid Fields rejects', () => {
	test('is rejected, and held all the same', async () => {
		const parameters = { options: { onInvalidFields: 'reject' } };
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters });
		const { verdict, message } = await trigger.call({ ...qCallCall(), call_duration: 'long' });
		expect(verdict).toBe('422 rejected');
		expect(message).toContain('n8n holds this call');
		const held = await newest(trigger);
		expect(held.error).toContain('On Invalid Fields is set to Reject: call_duration');
		await trigger.change({ options: { onInvalidFields: 'flag' } });
		const done = await retried(trigger, held.id);
		expect(done.items('Next step')).toEqual([
			expect.objectContaining({ call_duration: null, issues: [expect.objectContaining({ field: 'call_duration' })] }),
		]);
	});
});

describe('Retry On Fail of the trigger', () => {
	const own = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

	test.each(['onReceived', 'lastNode'])('runs a call once that has a field "error": %s', async (respond) => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { respond }, own });
		for (let time = 0; time < 3; time++) {
			const call = { ...callScalerCall(), error: 'The caller hung up' };
			expect((await trigger.exchange({ json: call })).status).toBe(200);
			const { items } = await newest(trigger, time + 1);
			expect(items('Next step')).toEqual([call]);
		}
	});

	test('holds a call as without it', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: UNREADABLE, own });
		const call = { ...callScalerCall(), error: 'The caller hung up' };
		expect((await trigger.call(call)).verdict).toBe('200 held');
		const held = await newest(trigger);
		expect(held.status).toBe('error');
		await trigger.change(READABLE);
		expect((await retried(trigger, held.id)).items('Next step')).toEqual([call]);
	});
});

describe('On Error of the trigger', () => {
	test.each(['continueRegularOutput', 'continueErrorOutput'])(
		'set to %s: a failed delivery is no call for the nodes behind',
		async (onError) => {
			const parameters = { filters: { minDuration: 'sixty' } };
			const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters, own: { onError } });
			expect((await trigger.exchange({ json: qCallCall() })).status).toBe(500);
			const execution = await waitUntil('the execution has ended', async () => (await trigger.executions(1))[0]);
			const { items } = await n8n.executions.get(execution.id);
			expect(items('Next step')).toEqual([]);
		},
	);
});
