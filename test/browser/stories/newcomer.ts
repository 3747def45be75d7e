import { callScalerCredential, callScalerTrigger, deliver, qCallTrigger, workflowOf } from '../../../host';
import CALL from '../../../host/simulators/payloads/callscaler-post-call.json';
import { waitUntil } from '../../../lib/wait-until';
import { describeEditor, removeCredentials } from '../describe-editor';

const SECRET = 'correct-horse-battery-staple';
const HEADERS = { Authorization: SECRET };

describeEditor('What stops a newcomer', (step) => {
	step('"post call" finds the triggers too', async ({ editor, n8n }) => {
		await removeCredentials(n8n);
		await editor.newWorkflow();
		await editor.searchTriggers('post call', ['QCall', 'CallScaler']);
		await editor.shot('30-post-call');
	});

	step('"On any call" comes first, and the others say that they leave calls out', async ({ editor }) => {
		await editor.choose('CallScaler');
		await editor.page.getByText('On any call').waitFor();
		const names = (await editor.byTestId('node-creator-item-name').allTextContents()).map((name) => name.trim());
		// The search's results are still there while they glide away.
		expect(names.filter((name) => name.startsWith('On '))).toEqual([
			'On any call',
			'On completed calls only',
			'On failed calls only',
			'On missed calls only',
			'On voicemails only',
		]);
		await editor.shot('31-entries');
	});

	step('it leaves every call chosen', async ({ editor }) => {
		await editor.choose('On any call');
		await editor.byTestId('ndv').waitFor();
		const triggerOn = editor.byTestId('parameter-item').filter({ hasText: 'Trigger On' });
		await triggerOn.getByText('Any Call').waitFor();
		expect(await triggerOn.getByText('Call Completed').count()).toBe(0);
	});

	step('without a credential the node says why Execute step is grey, and what to do', async ({ editor }) => {
		expect(await editor.byTestId('node-execute-button').isDisabled()).toBe(true);
		await editor
			.byTestId('output-panel')
			.getByText('Make or choose a credential below Authentication, or set that to None')
			.waitFor();
		await editor.shot('32-no-credential');
	});

	step('where to find which URL is said by the names that n8n gives them', async ({ editor }) => {
		const notice = editor.byTestId('node-parameters').getByText('the URL that ends in /callscaler');
		expect(await notice.innerText()).toMatch(/the Test URL only to test, then the Production URL/);
		expect(await editor.sampleUrl()).toBe(`${await editor.url('test')}/sample`);
		await editor.page.locator('.webhook-url').last().click();
		await editor.page.getByText('URL copied').waitFor();
		await editor.shot('33-urls');
	});

	step(
		'the credential says what to paste where before it is saved, and that n8n never shows it again',
		async ({ editor }) => {
			const chooser = editor.byTestId('node-credentials-empty-state').first();
			const triggerOn = editor.byTestId('node-parameters').getByText('Trigger On', { exact: true }).first();
			const topOf = async (what: typeof chooser) => (await what.boundingBox())?.y ?? NaN;
			expect(await topOf(chooser)).toBeLessThan(await topOf(triggerOn));
			await chooser.getByRole('button').first().click();
			const dialog = editor.byTestId('credential-edit-dialog');
			await dialog.getByText('enter it in two places').waitFor();
			const text = await dialog.innerText();
			expect(text).toMatch(/AUTOMATIONS > Post-Call Webhook > Custom headers[^]*header name below as its name/);
			expect(text).toContain('n8n never shows a saved secret again');
			expect(text).toContain('Keep a copy before you save');
			expect(await dialog.getByRole('link', { name: 'docs' }).getAttribute('href')).toMatch(/#set-up-callscaler$/);
			await editor.shot('34-credential');
		},
	);

	step('a header named Authorization is warned of, not refused', async ({ editor }) => {
		const dialog = editor.byTestId('credential-edit-dialog');
		await dialog.getByText('CallScaler may strip a header named Authorization').waitFor();
		await dialog.locator('input[type="text"]').first().fill('Authorization');
		await editor.saveSecret(SECRET, editor.page.getByText('Get calls from CallScaler'));
		await dialog.waitFor({ state: 'detached' });
		await editor.shot('35-panel');
	});

	step('a wrong secret ends the listening, and says which header did not fit and what to do', async ({ editor }) => {
		const url = await editor.url('test');
		await editor.listen();
		const answer = await deliver(url, { headers: { Authorization: 'a wrong secret' }, json: CALL });
		expect(answer.status).toBe(401);
		const hint = editor.byTestId('node-hint').filter({ hasText: 'The header Authorization arrived, but with another' });
		await hint.waitFor();
		expect(await hint.innerText()).toMatch(/Enter the same secret in both[^]*make a new one and enter it in both/);
		expect(await editor.page.content()).not.toContain('a wrong secret');
		await editor.shot('36-wrong-secret');
	});

	step('the filter Qualification starts with Qualified, and applies as it stands', async ({ editor }) => {
		await editor.addToCollection('Filters', 'Qualification');
		const filter = editor.byTestId('parameter-input-qualification').locator('input').first();
		await waitUntil('the filter is there', async () => (await filter.inputValue()) === 'Qualified');
		const url = await editor.url('test');
		await editor.listen();
		const answer = await deliver(url, { headers: HEADERS, json: { ...CALL, qualified_ai: false } });
		expect(answer.json).toMatchObject({ status: 'ignored', message: expect.stringContaining('Qualification') });
		await editor.byTestId('node-hint').filter({ hasText: 'the filter Qualification excludes it' }).waitFor();
	});

	step('a condition without a field is marked before anything runs or is published', async ({ editor }) => {
		await editor.page.getByText('Add Condition').click();
		await editor.page.getByPlaceholder('e.g. utm_campaign').waitFor();
		await waitUntil('Execute step is grey', async () => await editor.byTestId('node-execute-button').isDisabled());
		await editor.shot('37-blank-condition');
	});

	step('a field that no call has is told of, with the nearest name', async ({ editor }) => {
		await editor.page.getByPlaceholder('e.g. utm_campaign').fill('AI Score');
		await editor.page.getByPlaceholder('e.g. hvac-tampa').fill('50');
		const url = await editor.url('test');
		await editor.listen();
		await deliver(url, { headers: HEADERS, json: CALL });
		await editor.byTestId('node-hint').filter({ hasText: 'Did you mean ai_score?' }).waitFor();
		await editor.shot('38-unknown-field');
	});

	step('the sample is a page for a person, and says what the filters would do', async ({ editor }) => {
		const url = await editor.sampleUrl();
		await editor.listen();
		const page = await editor.visit(url, '39-sample-page');
		expect(page).toMatch(/close this tab and go back to the editor[^]*would be ignored: a condition on AI Score/);
		expect(page).toMatch(/reload/);
		await editor.byTestId('node-hint').filter({ hasText: 'A real call like this example would be ignored' }).waitFor();
		await editor.byTestId('output-panel').getByText('call_flow_name').first().waitFor();
		await editor.shot('40-sample');
	});

	step('below the node stands what is set', async ({ editor }) => {
		await editor.closeNode();
		await editor.byTestId('canvas-node').getByText('any call, qualified, 1 condition').waitFor();
		await editor.shot('41-subtitle');
	});

	step('it is stored as it was shown', async ({ editor, n8n }) => {
		const { nodes } = await n8n.workflows.get(editor.workflowId());
		expect(nodes[0]?.parameters).toMatchObject({ triggerOn: ['any'], filters: { qualification: 'qualified' } });
	});

	step('a sample of missed calls is a missed call, and the subtitle names all that is set', async ({ editor, n8n }) => {
		const credential = await n8n.credentials.create(callScalerCredential(SECRET));
		const parameters = {
			triggerOn: ['call.missed'],
			filters: { minDuration: 30, qualification: 'qualified', direction: 'inbound' },
		};
		const { id } = await n8n.workflows.create(workflowOf(callScalerTrigger({ credential, parameters })));
		await editor.openWorkflow(id);
		await editor.byTestId('canvas-node').getByText('missed, 30 s or more, qualified, inbound').waitFor();
		await editor.shot('42-subtitle');
		await editor.openNode('CallScaler Trigger');
		const url = await editor.sampleUrl();
		await editor.listen();
		expect(await editor.visit(url)).toContain('the filter Qualification excludes it: the call has no qualified_ai');
		await editor.byTestId('output-panel').getByText('call.missed').waitFor();
		await editor.shot('43-missed');
	});

	step('QCall offers no minimum duration for a call that has not ended', async ({ editor, n8n }) => {
		for (const [triggerOn, isOffered] of [
			['callEnded', true],
			['duringCall', false],
		] as const) {
			const parameters = { authentication: 'none', triggerOn };
			const { id } = await n8n.workflows.create(workflowOf(qCallTrigger({ parameters })));
			await editor.openWorkflow(id);
			await editor.openNode('QCall Trigger');
			const offered = await editor.offeredIn('Filters');
			expect(offered).toContain('Minimum Order Value');
			expect(offered.includes('Minimum Duration')).toBe(isOffered);
		}
		await editor.shot('44-during-call');
	});
});
