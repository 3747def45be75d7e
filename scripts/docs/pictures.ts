import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';

import {
	boot,
	callScalerCredential,
	callScalerTrigger,
	installHost,
	type N8n,
	pack,
	qCallCredential,
	qCallTrigger,
	type WorkflowDefinition,
	workflowOf,
} from '../../host';
import { Editor } from '../../host/browser';
import { ROOT } from '../../lib/paths';
import { takeFirstCall } from './first-call';

const FOLDER = join(ROOT, 'docs', 'images');
const readExample = (name: string): WorkflowDefinition =>
	JSON.parse(readFileSync(join(ROOT, 'examples', `${name}.json`), 'utf8'));
/** What the node shows as its address: that of somebody's n8n on the internet. */
const ADDRESS = 'https://n8n.example.com/';
const SECRET = 'a secret that no picture shows';
const MARGIN = 60;

const pathOf = (name: string) => join(FOLDER, `${name}.png`);

/** The trigger's panel, with the fields of the sample beside it. */
async function takePanel(n8n: N8n, editor: Editor, name: string, workflow: WorkflowDefinition): Promise<void> {
	const { id } = await n8n.workflows.create(workflow);
	await editor.openWorkflow(id);
	await editor.openNode(workflow.nodes[0]?.name ?? '');
	const sampleUrl = await editor.sampleUrl();
	await editor.listen();
	await editor.visit(sampleUrl.replace(ADDRESS, `${n8n.url}/`));
	await editor.page.getByText('recording_url').first().waitFor();
	await editor.byTestId('radio-button-schema').click();
	// n8n points at the pin for a while, over the fields.
	await editor.page.addStyleTag({ content: '[data-test-id="tooltip-content"] { visibility: hidden }' });
	await editor.tidy();
	await editor.page.screenshot({ path: pathOf(name), animations: 'disabled' });
}

/** The nodes on the canvas and a little around them. */
async function takeCanvas(n8n: N8n, editor: Editor): Promise<void> {
	const example = readExample('both-to-one-crm');
	const nodes = example.nodes
		.filter(({ type }) => !type.endsWith('stickyNote'))
		// As it looks once its user has chosen the credentials.
		.map((each) => ({ ...each, parameters: { ...each.parameters, authentication: 'none' } }));
	const { id } = await n8n.workflows.create({ ...example, nodes });
	await editor.openWorkflow(id);
	const drawn: Locator = editor.byTestId('canvas-node');
	await drawn.nth(nodes.length - 1).waitFor();
	await editor.tidy();
	const boxes = (await Promise.all((await drawn.all()).map(async (each) => await each.boundingBox()))).filter(
		(box) => box !== null,
	);
	const left = Math.min(...boxes.map(({ x }) => x)) - 2 * MARGIN;
	const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN;
	const right = Math.max(...boxes.map(({ x, width }) => x + width)) + 2 * MARGIN;
	const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + 2 * MARGIN;
	const clip = { x: left, y: top, width: right - left, height: bottom - top };
	await editor.page.screenshot({ path: pathOf('canvas'), clip, animations: 'disabled' });
}

/** Where a workflow's Error Workflow is chosen, with the recipe chosen. */
async function takeErrorWorkflow(n8n: N8n, editor: Editor, workflow: WorkflowDefinition): Promise<void> {
	const recipe = readExample('alerts-to-slack-or-email');
	// Its user has chosen a credential; n8n offers what is published only.
	const nodes = recipe.nodes.map((each) => ({ ...each, disabled: !each.type.endsWith('Trigger') }));
	const alerts = await n8n.workflows.create({ ...recipe, nodes });
	await n8n.workflows.activate(alerts.id);
	const { id } = await n8n.workflows.create(workflow);
	await editor.openWorkflow(id);
	await editor.byTestId('workflow-menu').click();
	await editor.page.getByRole('menuitem', { name: 'Settings' }).click();
	const dialog = editor.byTestId('workflow-settings-dialog');
	await editor.byTestId('workflow-settings-error-workflow').click();
	await editor.page.getByRole('option', { name: alerts.name }).click();
	await editor.tidy();
	const box = await dialog.boundingBox();
	if (!box) throw new Error('The settings are not there.');
	// With the title above, and as many of the settings as tell where one is.
	const clip = { x: box.x - MARGIN, y: box.y - 1.5 * MARGIN, width: box.width + 2 * MARGIN, height: 6 * MARGIN };
	await editor.page.screenshot({ path: pathOf('error-workflow'), clip, animations: 'disabled' });
}

/** The panels are taken after the sample has arrived. */
export async function takePictures(): Promise<void> {
	await installHost('2.x');
	await pack();
	mkdirSync(FOLDER, { recursive: true });
	const n8n = await boot({ editor: true, env: { WEBHOOK_URL: ADDRESS } });
	const editor = await Editor.open(n8n, 'light');
	try {
		const forQCall = qCallTrigger({ credential: await n8n.credentials.create(qCallCredential(SECRET)) });
		await takePanel(n8n, editor, 'qcall-panel', { ...workflowOf(forQCall), name: 'After each QCall call' });
		const forCallScaler = callScalerTrigger({
			credential: await n8n.credentials.create(callScalerCredential(SECRET)),
			parameters: { filters: { qualification: 'qualified' } },
		});
		const leads = { ...workflowOf(forCallScaler), name: 'Qualified leads from CallScaler' };
		await takePanel(n8n, editor, 'callscaler-panel', leads);
		await takeCanvas(n8n, editor);
		await takeErrorWorkflow(n8n, editor, leads);
	} finally {
		await editor.close();
		await n8n.stop();
	}
	await takeFirstCall(join(FOLDER, 'first-call.gif'));
}
