import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import type { Editor } from '../../../host/browser';
import { ROOT } from '../../../lib/paths';
import { listenOnLoopback } from '../../../lib/ports';
import { describeEditor } from '../describe-editor';

const EXAMPLE = join(ROOT, 'examples', 'callscaler-to-slack.json');

async function hasArrived(editor: Editor): Promise<void> {
	await editor.byTestId('canvas-node').filter({ hasText: 'CallScaler Trigger' }).waitFor();
	await editor.byTestId('canvas-node').filter({ hasText: 'Tell the team' }).waitFor();
}

// What n8n 3 leaves of the ways to import (docs/install.md): its menu has no "From URL" any more.
describeEditor('A recipe of README.md', (step) => {
	step('is copied from the page that its link leads to, and pasted into an empty canvas', async ({ editor }) => {
		// As GitHub serves a raw file.
		const files = createServer((_request, response) => {
			response.setHeader('content-type', 'text/plain; charset=utf-8');
			response.end(readFileSync(EXAMPLE));
		});
		const port = await listenOnLoopback(files);
		const context = editor.page.context();
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		const page = await context.newPage();
		try {
			await page.goto(`http://127.0.0.1:${port}/main/examples/callscaler-to-slack.json`);
			await page.keyboard.press('Control+A');
			await page.keyboard.press('Control+C');
		} finally {
			await page.close();
			await new Promise((resolve) => files.close(resolve));
		}
		await editor.newWorkflow();
		await editor.byTestId('canvas-wrapper').click({ position: { x: 40, y: 200 } });
		await editor.page.keyboard.press('Control+V');
		await hasArrived(editor);
		await editor.shot('70-pasted');
	});

	step('shows the fields of its pinned call before there is one', async ({ editor }) => {
		await editor.openNode('CallScaler Trigger');
		await editor.byTestId('output-panel').getByText('call_flow_name').first().waitFor();
		await editor.shot('71-pinned');
		await editor.closeNode();
	});

	step('is imported as a file, from the menu beside the name of the workflow', async ({ editor }) => {
		await editor.newWorkflow();
		await editor.byTestId('workflow-menu').click();
		await editor.page.getByRole('menuitem', { name: 'Import', exact: true }).click();
		const chooser = editor.page.waitForEvent('filechooser');
		await editor.page.getByRole('menuitem', { name: 'From file' }).click();
		await (await chooser).setFiles(EXAMPLE);
		await hasArrived(editor);
	});
});
