import {
	callScalerApiCredential,
	callScalerCredential,
	callScalerTrigger,
	deliver,
	qCallCredential,
	qCallTrigger,
	workflowOf,
} from '../../../host';
import type { Editor } from '../../../host/browser';
import { CallsApi, qCallCall } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { describeEditor } from '../describe-editor';

const SECRET = 'correct-horse-battery-staple';
const SMALLER = { width: 1280, height: 800 };
const LARGER = { width: 1440, height: 900 };

/** Where what is shown begins, from the top of the window. */
async function topOf(editor: Editor, text: string): Promise<number> {
	const shown = editor.byTestId('node-parameters').getByText(text, { exact: true }).first();
	return (await shown.boundingBox())?.y ?? NaN;
}

/** How many lines a text takes among the parameters. */
async function linesOf(editor: Editor, text: string): Promise<number> {
	return await editor
		.byTestId('node-parameters')
		.getByText(text)
		.evaluate((element) => {
			const range = element.ownerDocument.createRange();
			range.selectNodeContents(element);
			return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
		});
}

/** Waits until the editor marks a parameter, and says what is wrong with it. */
async function seesIssue(editor: Editor, parameter: string, words: string): Promise<void> {
	const input = editor.byTestId('parameter-item').filter({ has: editor.byTestId(`parameter-input-${parameter}`) });
	await input.getByTestId('parameter-issues').hover();
	await editor.page.getByText(words).first().waitFor();
}

describeEditor('What the settings say', (step) => {
	for (const [name, ending, make, credentialWith] of [
		['QCall Trigger', '/qcall', qCallTrigger, qCallCredential],
		['CallScaler Trigger', '/callscaler', callScalerTrigger, callScalerCredential],
	] as const) {
		step(`${name} says in two lines which URL goes where, by its ending`, async ({ editor, n8n }) => {
			const credential = await n8n.credentials.create(credentialWith(SECRET));
			const { id } = await n8n.workflows.create(workflowOf(make({ credential })));
			await editor.openWorkflow(id);
			await editor.openNode(name);
			for (const size of [SMALLER, LARGER]) {
				await editor.page.setViewportSize(size);
				expect(await linesOf(editor, 'URL that ends in')).toBeLessThanOrEqual(2);
			}
			await editor.byTestId('node-parameters').getByText(`URL that ends in ${ending}: the Test URL`).waitFor();
			const panel = editor.byTestId('ndv-input-panel').or(editor.byTestId('ndv'));
			await panel.getByText(`Production URL that ends in ${ending}`).first().waitFor();
			// Both triggers have them in this order, and nothing between.
			const [authentication, slot, triggerOn] = [
				await topOf(editor, 'Authentication'),
				(await editor.byTestId('node-credentials-slot').first().boundingBox())?.y ?? NaN,
				await topOf(editor, 'Trigger On'),
			];
			expect(authentication).toBeLessThan(slot);
			expect(slot).toBeLessThan(triggerOn);
			expect(await editor.byTestId('node-credentials-slot').count()).toBe(1);
			await editor.shot(`50-which-url${ending.replace('/', '-')}`);
			await editor.page.getByRole('link', { name: 'Docs' }).waitFor();
			const docs = await editor.page.getByRole('link', { name: 'Docs' }).getAttribute('href');
			expect(docs).toMatch(new RegExp(`#set-up-${ending.slice(1)}$`));
		});
	}

	step('catching up is below Respond, and says where its credential is', async ({ editor, n8n }) => {
		const credential = await n8n.credentials.create(callScalerCredential(SECRET));
		const { id } = await n8n.workflows.create(workflowOf(callScalerTrigger({ credential })));
		await editor.openWorkflow(id);
		await editor.openNode('CallScaler Trigger');
		const label = 'Catch Up on Undelivered Calls';
		expect(await topOf(editor, 'Respond')).toBeLessThan(await topOf(editor, label));
		expect(await topOf(editor, label)).toBeLessThan(await topOf(editor, 'Options'));
		await editor.byTestId('parameter-input-catchUp').locator('.el-switch, [role="switch"]').first().click();
		await editor.byTestId('node-parameters').getByText('below Authentication').waitFor();
		await waitUntil('its credential is asked for', async () => {
			return (await editor.byTestId('node-credentials-slot').count()) === 2;
		});
		await editor.byTestId('parameter-input-catchUp').scrollIntoViewIfNeeded();
		await editor.shot('51-catch-up');
	});

	step('an error of the API goes when the key was corrected, as the text says', async ({ editor, n8n }) => {
		const api = await CallsApi.open();
		try {
			api.business.callFlow('Main Line');
			const credential = await n8n.credentials.create(callScalerCredential(SECRET));
			const apiCredential = await n8n.credentials.create(callScalerApiCredential('wrong', api.baseUrl()));
			const parameters = { catchUp: true };
			const trigger = callScalerTrigger({ credential, apiCredential, parameters });
			const { id } = await n8n.workflows.create(workflowOf(trigger));
			await editor.openWorkflow(id);
			await editor.openNode('CallScaler Trigger');
			const flows = editor.byTestId('parameter-item').filter({ hasText: 'Call Flows to Catch Up On' });
			await flows.scrollIntoViewIfNeeded();
			await flows.getByText('Refresh List').waitFor();
			await flows.getByTestId('parameter-issues').waitFor();
			await editor.shot('52-wrong-key');
			await n8n.credentials.update(apiCredential, callScalerApiCredential(api.apiKey, api.baseUrl()).data);
			await flows.getByText('Call Flows to Catch Up On').hover();
			await flows.locator('[data-test-id="action-toggle"]').first().click();
			await editor.page.getByRole('menuitem', { name: 'Refresh List' }).click();
			await flows.getByText('Error fetching options').waitFor({ state: 'detached' });
			await waitUntil('the call flow can be chosen', async () => {
				await editor.byTestId('parameter-input-catchUpCallFlows').click();
				return await editor.page
					.locator('.el-select-dropdown__item:visible')
					.filter({ hasText: 'Main Line' })
					.waitFor({ timeout: 2_000 })
					.then(
						() => true,
						() => false,
					);
			});
			await editor.shot('53-corrected-key');
		} finally {
			await api.close();
		}
	});

	step('AI filters say once that calls without a verdict get through', async ({ editor, n8n }) => {
		const filters = { qualification: 'qualified', minAiScore: 50, aiCategories: ['lead'], maxRoboScore: 50 };
		const parameters = { authentication: 'none', filters };
		const { id } = await n8n.workflows.create(workflowOf(callScalerTrigger({ parameters })));
		await editor.openWorkflow(id);
		await editor.openNode('CallScaler Trigger');
		const said = editor.byTestId('node-parameters').getByText('has not judged');
		await said.first().waitFor();
		expect(await said.count()).toBe(1);
		expect(await linesOf(editor, 'has not judged')).toBeLessThanOrEqual(2);
		await said.scrollIntoViewIfNeeded();
		await editor.shot('54-ai-filters');
		await editor.byTestId('node-parameters').getByText('80 to 100 a robocall').waitFor();
	});

	step('an empty Field to Deduplicate By is marked', async ({ editor, n8n }) => {
		const { id } = await n8n.workflows.create(
			workflowOf(callScalerTrigger({ parameters: { authentication: 'none' } })),
		);
		const stored = async () => {
			await editor.openWorkflow(id);
			await editor.openNode('CallScaler Trigger');
		};
		const added = async () => {
			await editor.newWorkflow();
			await editor.searchTriggers('qcall', ['QCall']);
			await editor.choose('QCall');
			await editor.choose('On call ended');
			await editor.byTestId('ndv').waitFor();
		};
		for (const [name, open] of Object.entries({ stored, added })) {
			await open();
			await editor.byTestId('parameter-input-deduplicateBy').click();
			await editor.page.locator('.el-select-dropdown__item:visible').filter({ hasText: 'Deliveries with' }).click();
			await editor.byTestId('parameter-input-dedupeField').waitFor();
			await editor.byTestId('parameter-input-dedupeField').scrollIntoViewIfNeeded();
			// Of a node that was just added n8n marks a field when it is left.
			await editor.byTestId('node-parameters').getByText('Enter the name of a field').waitFor();
			await editor.page.getByPlaceholder('e.g. ticket_number').click();
			await editor.byTestId('parameter-input-deduplicate').hover();
			await editor.page.keyboard.press('Tab');
			await seesIssue(editor, 'dedupeField', 'is required');
			expect(await editor.byTestId('node-execute-button').isDisabled()).toBe(true);
			await editor.shot(`55-dedupe-field-${name}`);
			await editor.page.getByPlaceholder('e.g. ticket_number').fill('ticket_number');
			await editor.byTestId('node-parameters').getByText('Enter the name of a field').waitFor({ state: 'detached' });
		}
	});

	step('what is not as QCall writes it, and a value of another type, are told of beside the output', async (desk) => {
		const { editor, n8n } = desk;
		const parameters = { authentication: 'none', customFields: { rows: [{ name: 'Preferred Day', type: 'string' }] } };
		const { id } = await n8n.workflows.create(workflowOf(qCallTrigger({ parameters })));
		await editor.openWorkflow(id);
		await editor.openNode('QCall Trigger');
		const url = await editor.url('test');
		await editor.listen();
		await deliver(url, { json: { ...qCallCall(), order_value: '<b>about 500</b>' } });
		const hint = (text: string) => editor.byTestId('node-hint').filter({ hasText: text });
		await hint('order_value').waitFor();
		expect(await hint('order_value').innerText()).toContain('<b>about 500</b>');
		expect(await hint('Preferred Day').innerText()).toContain('preferred_day');
		await editor.shot('56-untypable');
	});

	step('a call at the URL of the sample says where to send it, in the answer and in n8n', async ({ editor }) => {
		const url = await editor.sampleUrl();
		await editor.listen();
		const answer = await deliver(url, { json: qCallCall() });
		expect([answer.status, answer.json]).toMatchObject([404, { status: 'rejected' }]);
		expect(answer.text).toContain('without /sample');
		await editor.byTestId('node-hint').filter({ hasText: 'without /sample' }).waitFor();
		await editor.shot('57-call-at-sample');
	});

	step('an address that no provider can reach is told of: while n8n waits, on the page and in n8n', async (desk) => {
		const { editor, n8n } = desk;
		await editor.loadAnew();
		await editor.openNode('QCall Trigger');
		const url = await editor.sampleUrl();
		await editor.listen();
		await editor.byTestId('output-panel').getByText('cannot reach').waitFor();
		await editor.shot('58-local-address-listening');
		expect(await editor.visit(url, '59-local-address-page')).toContain(`QCall cannot reach ${n8n.url}`);
		await editor
			.byTestId('node-hint')
			.filter({ hasText: `QCall cannot reach ${n8n.url}` })
			.waitFor();
		await editor.shot('59-local-address');
	});
});
