import {
	callScalerCredential,
	callScalerTrigger,
	connect,
	deliver,
	node,
	type StoredWorkflow,
	workflowOf,
} from '../../../host';
import CALL from '../../../host/simulators/payloads/callscaler-post-call.json';
import { describeEditor } from '../describe-editor';

const SECRET = 'correct-horse-battery-staple';
const HEADERS = { 'X-Webhook-Secret': SECRET };

describeEditor('The CallScaler trigger', (step) => {
	let workflow: StoredWorkflow;

	step('both triggers are found by what people call them', async ({ editor }) => {
		await editor.newWorkflow();
		for (const words of ['call', 'phone', 'call tracking', 'voice agent']) {
			await editor.searchTriggers(words, ['QCall', 'CallScaler']);
		}
		for (const words of ['qcall', 'q call']) await editor.searchTriggers(words, ['QCall']);
		for (const words of ['callscaler', 'call scaler']) await editor.searchTriggers(words, ['CallScaler']);
		await editor.shot('20-search');
	});

	step('the panel says where to paste the URL and which header to add', async ({ editor, n8n }) => {
		const credential = await n8n.credentials.create(callScalerCredential(SECRET));
		const parameters = {
			filters: { qualification: 'qualified' },
			options: { emitIgnored: true },
		};
		const trigger = callScalerTrigger({ credential, parameters });
		const leads = node('n8n-nodes-base.noOp', 1, 'Qualified leads');
		const others = node('n8n-nodes-base.noOp', 1, 'All others');
		const line = workflowOf(trigger, leads);
		workflow = await n8n.workflows.create({
			...connect(line, trigger.name, others.name, 1),
			name: 'Qualified leads from CallScaler',
			nodes: [...line.nodes, { ...others, position: [220, 200] }],
		});
		await editor.openWorkflow(workflow.id);
		await editor.shot('21-two-outputs');
		await editor.openNode('CallScaler Trigger');
		await editor.url('test');
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.page.getByText('Set it up in CallScaler').waitFor();
		await editor.shot('22-panel');
	});

	step('it says what an AI filter and an ignored output bring with them', async ({ editor }) => {
		const notices = editor.byTestId('node-parameters');
		await notices.getByText('Calls that the AI has not judged yet pass too').scrollIntoViewIfNeeded();
		await editor.shot('23-ai-filter');
		await notices.getByText('Each ignored or duplicate delivery now starts an execution').scrollIntoViewIfNeeded();
		await editor.shot('24-ignored-notice');
	});

	step('the sample gives the fields of a call', async ({ editor }) => {
		const testUrl = await editor.url('test');
		await editor.listen();
		await editor.visit(`${testUrl}/sample`);
		await editor.byTestId('output-panel').getByText('call_flow_name').first().waitFor();
		await editor.shot('25-output');
	});

	step('a call that a filter excludes says so in the editor, and goes to Ignored', async ({ editor, n8n }) => {
		const testUrl = n8n.testUrl(workflow);
		await editor.listen();
		const answer = await deliver(testUrl, { headers: HEADERS, json: { ...CALL, qualified_ai: false } });
		expect(answer.json).toMatchObject({ status: 'ignored' });
		const output = editor.byTestId('output-panel');
		await output.getByText('the filter Qualification excludes it').first().waitFor();
		await editor.shot('26-ignored');
		await editor.closeNode();
		await editor.byTestId('canvas-node-status-success').first().waitFor();
		await editor.shot('27-ignored-canvas');
	});

	step('published, a duplicate goes to Ignored too', async ({ editor, n8n }) => {
		await n8n.workflows.activate(workflow.id);
		const json = { ...CALL, duration_seconds: 300 };
		for (const status of ['accepted', 'duplicate']) {
			const answer = await deliver(n8n.productionUrl(workflow), { headers: HEADERS, json });
			expect(answer.json).toMatchObject({ status });
		}
		await n8n.executions.settled(workflow.id);
		await editor.loadAnew();
		await editor.byTestId('radio-button-executions').click();
		await editor.byTestId('canvas-node-status-success').first().waitFor();
		await editor.page.getByText('1 item').first().waitFor();
		await editor.shot('28-duplicate');
	});

	step('the panel of an active workflow says what to do where nothing arrives', async ({ editor }) => {
		await editor.byTestId('radio-button-workflow').click();
		await editor.openNode('CallScaler Trigger');
		await editor.page.getByText('This workflow is published').waitFor();
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.page.getByText('Nothing arrives?').waitFor();
		await editor.shot('29-active');
	});
});
