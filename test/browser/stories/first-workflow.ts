import { deliver } from '../../../host';
import CALL from '../../../host/simulators/payloads/qcall-end-of-call.json';
import { waitUntil } from '../../../lib/wait-until';
import { describeEditor, removeCredentials } from '../describe-editor';

const SECRET = 'correct-horse-battery-staple';

describeEditor('A first workflow with QCall', (step) => {
	let testUrl = '';
	let productionUrl = '';

	step('a search for "call" finds the trigger', async ({ editor, n8n }) => {
		await removeCredentials(n8n);
		await editor.newWorkflow();
		await editor.searchTriggers('call', ['QCall', 'CallScaler']);
		await editor.shot('1-search');
	});

	step('its details tell what it starts on', async ({ editor }) => {
		await editor.choose('QCall');
		await editor.page.getByText('On call started').waitFor();
		await editor.page.getByText('On request during a call').waitFor();
		await editor.shot('2-details');
	});

	step('it asks for a credential before anything else', async ({ editor }) => {
		await editor.choose('On call ended');
		await editor.byTestId('node-credentials-empty-state').waitFor();
		await editor.shot('3-without-credential');
	});

	step('the credential test fails on a weak secret and says why', async ({ editor }) => {
		await editor.byTestId('node-credentials-empty-state').getByRole('button').first().click();
		const dialog = editor.byTestId('credential-edit-dialog');
		await editor.saveSecret('short', dialog.getByText('More details'));
		await dialog.getByText('More details').click();
		await dialog.getByText('The secret has 5 characters').waitFor();
		await editor.shot('4-credential-fails');
	});

	step('the credential test passes with a good secret', async ({ editor }) => {
		const dialog = editor.byTestId('credential-edit-dialog');
		await editor.saveSecret(SECRET, editor.page.getByText('Credential saved'));
		await dialog.waitFor({ state: 'detached' });
		await editor.page.getByText('Get calls from QCall').waitFor();
		await editor.shot('5-credential-passes');
	});

	step('the panel says where to paste the URL and which header to add', async ({ editor }) => {
		productionUrl = await editor.url('production');
		testUrl = await editor.url('test');
		await editor.page.getByText('When will this node trigger my flow?').click();
		const panel = editor.page.getByText('Set it up in QCall');
		await panel.waitFor();
		await editor.page.getByText('Tools > + Add Webhook').first().waitFor();
		await editor.shot('6-panel');
	});

	step('while it listens, opening the sample gives the fields of a call', async ({ editor }) => {
		await editor.listen();
		await editor.shot('7-listening');
		expect(await editor.visit(`${testUrl}/sample`)).toContain('close this tab and go back to the editor');
		await editor.page.getByText('Karda').waitFor();
		await editor.byTestId('radio-button-schema').click();
		await editor.byTestId('output-panel').getByText('call_outcome').waitFor();
		await editor.shot('8-output');
	});

	step('the output panel shows each field with its type', async ({ editor }) => {
		const icons = await editor
			.byTestId('run-data-schema-node-name')
			.evaluateAll((pills) =>
				Object.fromEntries(
					pills.map((pill) => [pill.getAttribute('data-name'), pill.querySelector('svg')?.getAttribute('data-icon')]),
				),
			);
		const [text, number] = ['type', 'hash'];
		expect(icons).toEqual({
			first_name: text,
			last_name: text,
			phone_number: text,
			email_address: text,
			order_id: text,
			call_date: text,
			call_duration: number,
			call_cost: number,
			product_name: text,
			quantity: number,
			order_value: number,
			address: text,
			pincode: text,
			sentiment_analysis: text,
			call_outcome: text,
			call_summary: text,
			recording_url: text,
		});
	});

	step('a field is mapped into the next node by its name', async ({ editor }) => {
		await editor.closeNode();
		await editor.shot('9-canvas');
		await editor.addNextNode('Edit Fields');
		await editor.byTestId('drop-area').waitFor();
		const field = editor.byTestId('ndv-input-panel').locator('[data-name="call_outcome"]').last();
		await editor.drag(field, editor.byTestId('drop-area'));
		await editor.byTestId('assignment').getByText('Order Placed').waitFor();
		await editor.shot('10-mapped');
		await editor.closeNode();
	});

	step('published, a delivery starts it', async ({ editor, n8n }) => {
		expect(await editor.publish()).toContain("put this trigger's Production URL that ends in /qcall into Webhook URL");
		await editor.shot('11-published');
		const answer = await waitUntil('the published workflow lets a delivery in', async () => {
			const headers = { Authorization: `Bearer ${SECRET}` };
			const answered = await deliver(productionUrl, { headers, json: CALL });
			return answered.status === 200 && answered;
		});
		expect(answer.json).toMatchObject({ success: true, status: 'accepted' });
		const id = editor.workflowId();
		const [execution] = await n8n.executions.settled(id);
		const { items } = await n8n.executions.get(execution?.id ?? '');
		expect(items('Edit Fields')).toEqual([{ call_outcome: 'Order Placed' }]);
	});

	step('its execution is in the list', async ({ editor }) => {
		await editor.byTestId('radio-button-executions').click();
		await editor.page.getByText('Succeeded in').first().waitFor();
		await editor.byTestId('canvas-node-status-success').first().waitFor();
		await editor.shot('12-execution');
	});

	step('the panel of an active workflow says where its runs are', async ({ editor }) => {
		await editor.byTestId('radio-button-workflow').click();
		await editor.openNode('QCall Trigger');
		await editor.page.getByText('This workflow is published').waitFor();
		await editor.page.getByText('When will this node trigger my flow?').click();
		await editor.page.getByText('Nothing arrives?').waitFor();
		await editor.shot('13-active');
	});
});
