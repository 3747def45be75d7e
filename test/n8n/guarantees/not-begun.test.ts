import {
	boot,
	callScalerTrigger,
	deliver,
	type N8n,
	openSink,
	qCallTrigger,
	type Sink,
	type StoredWorkflow,
	workflowOf,
} from '../../../host';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { broken } from './support/broken';
import { live } from './support/scene';

const idOf = (call: object) =>
	'call_id' in call ? call.call_id : 'recording_url' in call ? call.recording_url : undefined;

describe.each(['QCall', 'CallScaler'])('n8n ends each execution of a %s workflow before its first step', (provider) => {
	const trigger = (provider === 'QCall' ? qCallTrigger : callScalerTrigger)();
	const call = provider === 'QCall' ? qCallCall() : callScalerCall();
	let n8n: N8n;
	let sink: Sink;
	let workflow: StoredWorkflow;

	beforeAll(async () => {
		[n8n, sink] = await Promise.all([boot(), openSink()]);
		workflow = await live(n8n, workflowOf(trigger, sink.node(), broken()));
	});
	afterAll(async () => {
		await Promise.all([n8n.stop(), sink.close()]);
	});

	const answerTo = async () => await deliver(n8n.productionUrl(workflow), { json: call, timeoutMs: 10_000 });

	test('no 2xx, also as the first delivery after a start, and a redelivery is no duplicate', async () => {
		for (const _time of ['first', 'second']) {
			const answer = await answerTo();
			expect([answer.status, answer.json]).toMatchObject([503, { success: false, status: 'failed' }]);
		}
		expect(sink.items()).toEqual([]);
	});

	test('once the workflow is repaired the call runs, though nobody sends it again, and runs once', async () => {
		const { nodes, connections } = workflowOf(trigger, sink.node());
		await n8n.workflows.update(workflow.id, { nodes, connections });
		await n8n.workflows.activate(workflow.id);
		const next = provider === 'QCall' ? qCallCall() : callScalerCall();
		await deliver(n8n.productionUrl(workflow), { json: next });
		await waitUntil('both calls have run', () => sink.items().length > 1);
		expect((await answerTo()).json).toMatchObject({ status: 'duplicate' });
		await n8n.executions.settled(workflow.id);
		expect(sink.items().map(idOf).sort()).toEqual([call, next].map(idOf).sort());
	});
});
