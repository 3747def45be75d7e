import { deliver, type N8n, node } from '../../../../host';
import { oneN8n } from '../support/one-n8n';
import { TriggerUnderTest } from '../support/trigger-under-test';

let n8n: N8n;

beforeAll(async () => {
	n8n = await oneN8n();
});

/** What the workflow finds: the order that was asked for, and when it comes. */
const lookUp = node('n8n-nodes-base.set', 3.4, 'Look up', {
	assignments: {
		assignments: [
			{ id: '1', name: 'say', type: 'string', value: '=Order {{ $json.order_id }} comes on Monday' },
			{ id: '2', name: 'asked_as', type: 'string', value: '={{ typeof $json.quantity }}' },
		],
	},
	options: {},
});

describe.each(['duringCall', 'callStarted'])('QCall, %s', (triggerOn) => {
	test('the voice agent gets what the workflow found', async () => {
		const parameters = { triggerOn, respond: 'lastNode' };
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters, next: [lookUp] });
		const answer = await deliver(trigger.url, {
			headers: trigger.secretHeader,
			form: { order_id: 'ORD-1', quantity: '2' },
		});
		expect([answer.status, answer.json]).toEqual([200, { say: 'Order ORD-1 comes on Monday', asked_as: 'number' }]);
	});

	test('it may ask the same twice, and is answered twice', async () => {
		const parameters = { triggerOn, respond: 'lastNode' };
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters, next: [lookUp] });
		const ask = async () =>
			await deliver(trigger.url, { headers: trigger.secretHeader, json: { call_id: 'c-1', order_id: 'ORD-1' } });
		const answers = [await ask(), await ask()];
		expect(answers.map(({ json }) => json)).toEqual(
			[1, 2].map(() => expect.objectContaining({ say: expect.any(String) })),
		);
		expect(await trigger.executions()).toHaveLength(2);
	});

	test('nothing is required of what arrives', async () => {
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters: { triggerOn } });
		expect(await trigger.itemOfCall({ order_id: 'ORD-1' })).toEqual({ order_id: 'ORD-1' });
	});

	test('without its secret nothing is told', async () => {
		const parameters = { triggerOn, respond: 'lastNode' };
		const trigger = await TriggerUnderTest.deploy(n8n, 'qCall', { parameters, next: [lookUp] });
		const answer = await deliver(trigger.url, { json: { order_id: 'ORD-1' } });
		expect(answer.status).toBe(401);
		expect(answer.text).not.toContain('Monday');
	});
});
