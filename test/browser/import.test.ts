import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

import { ROOT } from '../../lib/paths';
import { listenOnLoopback } from '../../lib/ports';
import { describeEditor } from './describe-editor';

const EXAMPLE = 'callscaler-to-slack.json';

describeEditor('A recipe of README.md', (step) => {
	step('is imported by its address, from the menu beside the name of the workflow', async ({ editor }) => {
		const files = createServer((_request, response) => {
			response.setHeader('content-type', 'text/plain; charset=utf-8');
			response.end(readFileSync(join(ROOT, 'examples', EXAMPLE)));
		});
		const port = await listenOnLoopback(files);
		try {
			await editor.newWorkflow();
			await editor.byTestId('workflow-menu').click();
			await editor.page.getByRole('menuitem', { name: 'Import', exact: true }).click();
			await editor.page.getByRole('menuitem', { name: 'From URL' }).click();
			const dialog = editor.page.getByRole('dialog').filter({ hasText: 'Import Workflow from URL' });
			await dialog.locator('input').fill(`http://127.0.0.1:${port}/${EXAMPLE}`);
			await dialog.getByRole('button', { name: 'Import' }).click();
			await editor.byTestId('canvas-node').filter({ hasText: 'CallScaler Trigger' }).waitFor();
			await editor.byTestId('canvas-node').filter({ hasText: 'Tell the team' }).waitFor();
		} finally {
			await new Promise((resolve) => files.close(resolve));
		}
		await editor.shot('70-imported');
	});

	step('shows the fields of its pinned call before there is one', async ({ editor }) => {
		await editor.openNode('CallScaler Trigger');
		await editor.byTestId('output-panel').getByText('call_flow_name').first().waitFor();
		await editor.shot('71-pinned');
		await editor.closeNode();
	});
});
