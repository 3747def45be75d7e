import {
	boot,
	callScalerTrigger,
	deliver,
	type N8n,
	openSink,
	qCallTrigger,
	type Sink,
	type StoredWorkflow,
	type WorkflowNode,
	workflowOf,
} from '../../../host';
import { callScalerCall, qCallCall } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { broken } from './support/broken';
import { ofEach } from './support/of-each';
import { live } from './support/scene';

const idOf = (call: object) =>
	'call_id' in call ? call.call_id : 'recording_url' in call ? call.recording_url : undefined;

interface Provider {
	trigger: WorkflowNode;
	call: object;
	next: object;
}

const PROVIDERS: Record<string, Provider> = {
	QCall: { trigger: qCallTrigger(), call: qCallCall(), next: qCallCall() },
	CallScaler: { trigger: callScalerTrigger(), call: callScalerCall(), next: callScalerCall() },
};

const each = <Value>(value: Value) => Object.fromEntries(Object.keys(PROVIDERS).map((name) => [name, value]));

/** Both providers send theirs at once: each delivery comes where none has begun since n8n was started. */
describe('n8n ends each execution of a workflow before its first step', () => {
	let n8n: N8n;
	let lines: Record<string, Provider & { sink: Sink; workflow: StoredWorkflow }>;

	beforeAll(async () => {
		n8n = await boot();
		lines = await ofEach(PROVIDERS, async (provider) => {
			const sink = await openSink();
			return { ...provider, sink, workflow: await live(n8n, workflowOf(provider.trigger, sink.node(), broken())) };
		});
	});
	afterAll(async () => {
		await n8n.stop();
		await ofEach(lines, async ({ sink }) => await sink.close());
	});

	const answerTo = async (workflow: StoredWorkflow, json: object) =>
		await deliver(n8n.productionUrl(workflow), { json, timeoutMs: 10_000 });

	test('no 2xx, also as the first delivery after a start, and a redelivery is no duplicate', async () => {
		for (const _time of ['first', 'second']) {
			const answers = await ofEach(lines, async ({ workflow, call }) => {
				const { status, json } = await answerTo(workflow, call);
				return [status, json];
			});
			expect(answers).toMatchObject(each([503, { success: false, status: 'failed' }]));
		}
		expect(await ofEach(lines, async ({ sink }) => sink.items())).toEqual(each([]));
	});

	test('once the workflow is repaired the call runs, though nobody sends it again, and runs once', async () => {
		for (const { sink, trigger, workflow } of Object.values(lines)) {
			const { nodes, connections } = workflowOf(trigger, sink.node());
			await n8n.workflows.update(workflow.id, { nodes, connections });
			await n8n.workflows.activate(workflow.id);
		}
		const became = await ofEach(lines, async ({ sink, workflow, call, next }) => {
			await deliver(n8n.productionUrl(workflow), { json: next });
			await waitUntil('both calls have run', () => sink.items().length > 1);
			const { json } = await answerTo(workflow, call);
			await n8n.executions.settled(workflow.id);
			return { json, ran: sink.items().map(idOf).sort() };
		});
		const expected = await ofEach(PROVIDERS, async ({ call, next }) => ({
			json: { status: 'duplicate' },
			ran: [call, next].map(idOf).sort(),
		}));
		expect(became).toMatchObject(expected);
	});
});
