import { type StoredWorkflow, deliver, node, qCallCredential, qCallTrigger, workflowOf } from '../../../host';
import { qCallCall } from '../../../host/simulators';
import { waitUntil } from '../../../lib/wait-until';
import { describeEditor, type Desk } from '../describe-editor';

const SECRET = 'correct-horse-battery-staple';
const HEADERS = { Authorization: SECRET };
const TRIGGER = 'QCall Trigger';
const MOST_ACTIONS = 5;
const PATIENCE_IN_MILLISECONDS = 5_000;

/** What is rendered of it is asked for by the browser. */
const HOSTILE =
	'<img src="https://example.com/x.png" onerror="document.title=1"><a href="https://example.com">Log in</a>';

/** Does what a user does, and counts it. */
class Hand {
	actions = 0;

	constructor(private readonly desk: Desk) {}

	async openExecutions(): Promise<void> {
		this.actions++;
		await this.desk.editor.byTestId('radio-button-executions').click();
		// n8n chooses the newest by itself, once it has the list.
		await this.desk.editor.page.waitForURL(/\/executions\/\d+/);
	}

	/** The list has the newest first. Nothing is to lie over it: n8n's own checklist for what was just published may. */
	async chooseExecution(position: number): Promise<void> {
		this.actions++;
		const executions = this.desk.editor.byTestId('executions-sidebar').locator('a[href*="/executions/"]');
		const path = await executions.nth(position).getAttribute('href');
		const isOpen = async () =>
			await this.desk.editor.page
				.waitForURL(({ pathname }) => pathname === path, { timeout: PATIENCE_IN_MILLISECONDS })
				.then(() => true)
				.catch(() => false);
		// While n8n draws its list anew, a click is lost.
		await waitUntil('the execution is open', async () => {
			await executions.nth(position).dispatchEvent('click');
			return await isOpen();
		});
	}

	async openTrigger(): Promise<void> {
		this.actions++;
		await this.desk.editor.openNode(TRIGGER);
	}

	async openWebhookUrls(): Promise<void> {
		this.actions++;
		await this.desk.editor.page.locator('.webhooks .headline').click();
	}

	async copySampleUrl(): Promise<string> {
		this.actions++;
		const url = this.desk.editor.page.locator('.webhook-url').last();
		await url.click();
		await this.desk.editor.page.getByText('URL copied').waitFor();
		return ((await url.textContent()) ?? '').trim();
	}

	async executeStep(): Promise<void> {
		this.actions++;
		await this.desk.editor.listen();
	}

	/** In a tab of its own; gives what stands there. */
	async openCopied(url: string): Promise<string> {
		this.actions++;
		return await this.desk.editor.visit(url, '57-last-deliveries');
	}
}

const DELIVERIES = [
	{ headers: HEADERS, json: { ...qCallCall(), call_outcome: HOSTILE } },
	{ headers: { Authorization: 'mistyped' }, json: qCallCall() },
	{ headers: HEADERS, json: { ...qCallCall(), call_duration: 'two minutes' } },
];
const VERDICTS = ['ignored', 'rejected', 'rejected'];

/** Where it stands why each was ignored, refused or held. */
const REASONS = {
	held: 'On Invalid Fields is set to Reject: call_duration',
	refused: 'The header Authorization arrived, but with another secret',
	ignored: 'the filter Outcomes excludes it',
};

describeEditor('Where is my call?', (step) => {
	step('with nothing switched on before, whoever misses a call finds the reason in a few actions', async (desk) => {
		const { editor, n8n } = desk;
		const credential = await n8n.credentials.create(qCallCredential(SECRET));
		const parameters = { filters: { outcomes: ['sold'] }, options: { onInvalidFields: 'reject' } };
		const published = await n8n.workflows.create(workflowOf(qCallTrigger({ credential, parameters })));
		await n8n.workflows.activate(published.id);
		const verdicts = [];
		for (const delivery of DELIVERIES) {
			verdicts.push(Object((await deliver(n8n.productionUrl(published), delivery)).json).status);
		}
		expect(verdicts).toEqual(VERDICTS);

		await editor.openWorkflow(published.id);
		const hand = new Hand(desk);
		await hand.openTrigger();
		await hand.openWebhookUrls();
		const url = await hand.copySampleUrl();
		await hand.executeStep();
		const page = await hand.openCopied(url);
		for (const reason of [REASONS.refused, REASONS.ignored, 'Some fields could not be read: call_duration'])
			expect(page).toContain(reason);
		expect(page).not.toMatch(/img|example\.com|mistyped|two minutes/);
		console.info(`From a missing call to the sample's page: ${hand.actions} actions.`);
		expect(hand.actions).toBeLessThanOrEqual(MOST_ACTIONS);
	});

	let workflow: StoredWorkflow;

	step('calls are ignored, refused and held', async ({ n8n }) => {
		const credential = await n8n.credentials.create(qCallCredential(SECRET));
		const options = { emitIgnored: true, emitRejected: true, onInvalidFields: 'reject' };
		const parameters = { filters: { outcomes: ['sold'] }, options };
		const trigger = qCallTrigger({ credential, parameters });
		workflow = await n8n.workflows.create({
			...workflowOf(trigger, node('n8n-nodes-base.noOp', 1, 'CRM')),
			name: 'Where is my call?',
		});
		await n8n.workflows.activate(workflow.id);
		const verdicts = [];
		for (const [sent, delivery] of DELIVERIES.entries()) {
			const { json } = await deliver(n8n.productionUrl(workflow), delivery);
			verdicts.push(Object(json).status);
			await n8n.executions.settled(workflow.id, sent + 1);
		}
		expect(verdicts).toEqual(VERDICTS);
	});

	/** In the list of executions the newest comes first. */
	for (const [position, [what, reason]] of Object.entries(REASONS).entries()) {
		step(`whoever misses a call that was ${what} finds the reason in a few actions`, async (desk) => {
			const { editor } = desk;
			await editor.openWorkflow(workflow.id);
			const hand = new Hand(desk);
			await hand.openExecutions();
			await hand.chooseExecution(position);
			await editor.shot(`60-${what}-execution`);
			await hand.openTrigger();
			await editor.byTestId('output-panel').getByText(reason).first().waitFor();
			await editor.shot(`61-${what}-reason`);
			console.info(`From a missing call to why it was ${what}: ${hand.actions} actions.`);
			expect(hand.actions).toBeLessThanOrEqual(MOST_ACTIONS);
		});
	}

	step('what a sender put into a call is text there, no image and no link', async ({ editor }) => {
		const output = editor.byTestId('output-panel');
		await output.getByText('<img src=').first().waitFor();
		expect(await output.locator('img[src*="example.com"], a[href*="example.com"]').count()).toBe(0);
		expect(await editor.page.title()).not.toBe('1');
	});

	step(
		'the panel of a published workflow begins with what shows a missing call, which is on once it is added',
		async ({ editor, n8n }) => {
			const credential = await n8n.credentials.create(qCallCredential(SECRET));
			const parameters = { filters: { outcomes: ['sold'] } };
			const published = await n8n.workflows.create(workflowOf(qCallTrigger({ credential, parameters })));
			await n8n.workflows.activate(published.id);
			await editor.openWorkflow(published.id);
			await editor.loadAnew();
			await editor.openNode(TRIGGER);
			await editor.page.getByText('Is a call missing?').waitFor();
			await editor.shot('58-panel');
			await editor.addToCollection('Options', 'Show Ignored Calls');
			await editor.page
				.getByText('Each ignored or duplicate delivery now starts an execution')
				.scrollIntoViewIfNeeded();
			await editor.shot('59-option');
			await editor.closeNode();
			await editor.byTestId('workflow-open-publish-modal-button').click();
			await editor.byTestId('workflow-publish-button').click();
			const json = { ...qCallCall(), call_outcome: 'not sold' };
			// What was published counts a moment later.
			const shown = await waitUntil('an ignored call is shown', async () => {
				await deliver(n8n.productionUrl(published), { headers: HEADERS, json });
				return (await n8n.executions.settled(published.id))[0];
			});
			expect((await n8n.executions.get(shown.id)).items(TRIGGER, 1)).toMatchObject([{ status: 'ignored' }]);
		},
	);
});
