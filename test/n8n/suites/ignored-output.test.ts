import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	connect,
	deliver,
	type N8n,
	node,
	workflowOf,
} from '../../../host';
import callScalerCall from '../../../host/simulators/payloads/callscaler-post-call.json';
import { SECRET, TriggerUnderTest } from './support/trigger-under-test';

const CALLS = 0;
const IGNORED = 1;
const HEADERS = { 'X-Webhook-Secret': SECRET };

let n8n: N8n;

beforeAll(async () => {
	n8n = await boot();
});
afterAll(async () => await n8n.stop());

async function deploy(respond: string, isWired = true) {
	const credential = await n8n.credentials.create(callScalerCredential(SECRET));
	const parameters = { respond, filters: { minDuration: 60 }, options: { emitIgnored: true } };
	const trigger = callScalerTrigger({ credential, parameters });
	const [handled, left] = ['Handled', 'Left'].map((name) => node('n8n-nodes-base.noOp', 1, name));
	if (!handled || !left) throw new Error('Two nodes were made.');
	const line = workflowOf(trigger, handled);
	const wired = () => connect({ ...line, nodes: [...line.nodes, left] }, trigger.name, left.name, IGNORED);
	const workflow = await n8n.workflows.create(isWired ? wired() : line);
	await n8n.workflows.activate(workflow.id);
	let sent = 0;
	const send = async (change: Record<string, unknown>) => {
		const json = { ...callScalerCall, ...change };
		const answer = await deliver(n8n.productionUrl(workflow), { headers: HEADERS, json });
		sent += 1;
		const [newest, ...older] = await n8n.executions.settled(workflow.id, sent);
		const execution = await n8n.executions.get(newest?.id ?? '');
		return { answer, execution, count: older.length + 1, trigger: trigger.name };
	};
	return { send, workflow };
}

describe.each(['onReceived', 'lastNode'])('the output Ignored, answering %s', (respond) => {
	test('gets ignored and duplicate deliveries with the reason; calls do not go there', async () => {
		const { send } = await deploy(respond);

		const accepted = await send({ call_id: 'a' });
		expect(accepted.answer.status).toBe(200);
		expect(accepted.execution.items(accepted.trigger, CALLS)).toMatchObject([{ call_id: 'a' }]);
		expect(accepted.execution.nodesRun).toEqual([accepted.trigger, 'Handled']);
		expect(accepted.execution.customData).toEqual({});

		const duplicate = await send({ call_id: 'a', attempt: 2 });
		expect(duplicate.answer.json).toMatchObject({ status: 'duplicate' });
		expect(duplicate.execution.nodesRun).toEqual([duplicate.trigger, 'Left']);
		expect(await n8n.executions.saysOfItself(duplicate.execution.id)).toMatchObject({
			verdict: 'duplicate',
			call_id: 'a',
		});
		expect(duplicate.execution.items(duplicate.trigger, IGNORED)).toMatchObject([
			{ status: 'duplicate', reason: expect.stringContaining('accepted before'), call: { call_id: 'a', attempt: 2 } },
		]);

		const ignored = await send({ call_id: 'b', duration_seconds: 5 });
		expect(ignored.answer.json).toMatchObject({ status: 'ignored' });
		expect(ignored.execution.nodesRun).toEqual([ignored.trigger, 'Left']);
		expect(await n8n.executions.saysOfItself(ignored.execution.id)).toEqual({
			verdict: 'ignored',
			reason: expect.stringContaining('Minimum Duration'),
			call_id: 'b',
		});
		expect(ignored.execution.items(ignored.trigger, IGNORED)).toMatchObject([
			{ status: 'ignored', reason: expect.stringContaining('Minimum Duration'), call: { call_id: 'b' } },
		]);
		expect(ignored.count).toBe(3);
		expect(ignored.execution.status).toBe('success');
	});

	test('an ignored delivery does not use its call up', async () => {
		const { send } = await deploy(respond);
		await send({ call_id: 'c', duration_seconds: 5 });
		const { execution, trigger } = await send({ call_id: 'c' });
		expect(execution.items(trigger, CALLS)).toMatchObject([{ call_id: 'c' }]);
	});
});

test('a duplicate after a restart is answered 200 and ends there, whether something is wired to it or not', async () => {
	const kinds = ['onReceived', 'lastNode'].flatMap((respond) => [true, false].map((isWired) => ({ respond, isWired })));
	const deployed = [];
	for (const kind of kinds) deployed.push({ ...kind, ...(await deploy(kind.respond, kind.isWired)) });
	for (const { send } of deployed) await send({ call_id: 'd' });
	await n8n.stopAndKeep();
	await n8n.bootAgain();

	for (const { send, workflow, ...kind } of deployed) {
		await n8n.workflows.registered(workflow.id);
		const { answer, execution, trigger } = await send({ call_id: 'd', attempt: 2 });
		expect({ ...kind, status: answer.status }).toEqual({ ...kind, status: 200 });
		expect(execution.nodesRun).not.toContain('Handled');
		// With the last node answering, n8n answers 200 only if there is no output at all.
		if (kind.respond === 'lastNode') continue;
		expect(execution.nodesRun).toEqual(kind.isWired ? [trigger, 'Left'] : [trigger]);
		expect(execution.items(trigger, IGNORED)).toMatchObject([{ status: 'duplicate', call: { attempt: 2 } }]);
	}
});

test('without the option, neither leaves an execution', async () => {
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { filters: { minDuration: 60 } } });
	expect(await trigger.call(callScalerCall)).toMatchObject({ verdict: '200 accepted' });
	expect(await trigger.call(callScalerCall)).toMatchObject({ verdict: '200 duplicate' });
	expect(await trigger.call({ ...callScalerCall, call_id: 'x', duration_seconds: 5 })).toMatchObject({
		verdict: '200 ignored',
	});
	expect(await trigger.executions()).toHaveLength(1);
});

test('while n8n listens, an ignored call ends in the editor with its reason and reaches no further node', async () => {
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { filters: { minDuration: 60 } } });
	await n8n.workflows.listen(trigger.workflow.id);
	const json = { ...callScalerCall, duration_seconds: 5 };
	const answer = await deliver(n8n.testUrl(trigger.workflow), { headers: HEADERS, json });
	expect(answer.json).toMatchObject({ status: 'ignored' });
	const [execution] = await trigger.executions(1);
	const shown = await n8n.executions.get(execution?.id ?? '');
	expect(shown.nodesRun).toEqual([trigger.name]);
	expect(shown.items(trigger.name)).toEqual([]);
	expect(shown.storedData).toContain('the filter Minimum Duration excludes it');
});

test('while n8n listens, a wrong secret ends the listening with what to do, and shows nothing of what was sent', async () => {
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler');
	await n8n.workflows.listen(trigger.workflow.id);
	const headers = { 'X-Webhook-Secret': 'another-secret-altogether' };
	const answer = await deliver(n8n.testUrl(trigger.workflow), { headers, json: { call_id: 'from-a-stranger' } });
	expect([answer.status, answer.json]).toMatchObject([401, { status: 'rejected' }]);
	const [execution] = await trigger.executions(1);
	const shown = await n8n.executions.get(execution?.id ?? '');
	expect(shown.nodesRun).toEqual([trigger.name]);
	expect(shown.items(trigger.name)).toEqual([]);
	expect(shown.storedData).toContain('The header X-Webhook-Secret arrived, but with another secret');
	for (const secret of [SECRET, 'another-secret-altogether', 'from-a-stranger']) {
		expect(shown.storedData).not.toContain(secret);
	}
});

test('Show Refused Deliveries: one rejected delivery a minute reaches Ignored, without what was sent', async () => {
	const parameters = { options: { emitRejected: true, alerts: [] } };
	const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters });
	const headers = { 'X-Webhook-Secret': 'another-secret-altogether' };
	for (let attempt = 1; attempt <= 3; attempt++) {
		const answer = await trigger.exchange({ headers, json: { call_id: 'from-a-stranger', attempt } });
		expect([answer.status, answer.json]).toMatchObject([401, { status: 'rejected' }]);
	}
	expect(await trigger.call(callScalerCall)).toMatchObject({ verdict: '200 accepted' });

	const executions = await trigger.executions(2);
	expect(executions.map(({ status }) => status)).toEqual(['success', 'success']);
	const rejected = await n8n.executions.get(executions[1]?.id ?? '');
	expect(rejected.items(trigger.name, CALLS)).toEqual([]);
	expect(await n8n.executions.saysOfItself(rejected.id)).toEqual({
		verdict: 'rejected',
		reason: expect.stringContaining('X-Webhook-Secret'),
	});
	expect(rejected.items(trigger.name, IGNORED)).toEqual([
		{
			status: 'rejected',
			reason: expect.stringContaining('The header X-Webhook-Secret arrived, but with another secret'),
			delivery: {
				request_id: expect.any(String),
				received_at: expect.stringMatching(/^\d{4}-.*Z$/),
				remote_address: expect.any(String),
				method: 'POST',
			},
		},
	]);
	for (const secret of [SECRET, 'another-secret-altogether', 'from-a-stranger']) {
		expect(rejected.storedData).not.toContain(secret);
	}
});

test('Show Refused Deliveries, turned off or unreadable, costs no execution', async () => {
	for (const emitRejected of [false, '={{ $json.nothing.here() }}']) {
		const trigger = await TriggerUnderTest.deploy(n8n, 'callScaler', { parameters: { options: { emitRejected } } });
		const answer = await trigger.exchange({ headers: { 'X-Webhook-Secret': 'another-secret' }, json: {} });
		expect(answer.status).toBe(401);
		expect(await trigger.executions()).toEqual([]);
	}
});
