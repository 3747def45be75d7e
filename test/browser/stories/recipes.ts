import { node, workflowOf } from '../../../host';
import { waitUntil } from '../../../lib/wait-until';
import { exampleFiles, readExample } from '../../examples/example';
import { describeEditor } from '../describe-editor';

/** Of a note, how many pixels its text leaves of its height; less than none where the text is cut off. */
const FREE = `[...document.querySelectorAll('[data-test-id="sticky"]')].map((note) => {
	const text = note.querySelector('h2').parentElement;
	return [text.querySelector('h2').textContent, note.clientHeight - text.offsetTop - text.offsetHeight];
})`;

/** Beside each condition that the editor has tried: a sign for true or false, or what is wrong with it. */
const TRIED = '[data-test-id="filter-condition"] :is(svg[width="14px"], [data-test-id="parameter-issues"])';

describeEditor('The recipes', (step) => {
	step('have notes as high as their text', async ({ n8n, editor }) => {
		const notes = exampleFiles().flatMap((file) =>
			readExample(file).nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote'),
		);
		const onOneCanvas = notes.map((note, index) => ({ ...note, name: `${note.name} ${index}` }));
		const { id } = await n8n.workflows.create(workflowOf(node('n8n-nodes-base.noOp', 1, 'Next step'), ...onOneCanvas));
		await editor.openWorkflow(id);
		await editor
			.byTestId('sticky')
			.nth(notes.length - 1)
			.waitFor();
		// Until its own font is there, a note's text is as high as that of another one.
		await editor.page.evaluate('document.fonts.ready.then(() => undefined)');
		const free: Array<[string, number]> = await editor.page.evaluate(FREE);
		expect(free).toHaveLength(notes.length);
		expect(free.filter(([, pixels]) => pixels < 10 || pixels > 60)).toEqual([]);
	});

	// n8n 2.41's editor has an "ERROR" at each condition that is a regular expression: it does not find what tries them.
	step('have no condition that the editor cannot try with the pinned call', async ({ n8n, editor }) => {
		for (const recipe of exampleFiles().map(readExample)) {
			const conditional = recipe.nodes.filter(({ type }) => /\.(filter|if|switch)$/.test(type));
			if (conditional.length === 0) continue;
			const { id } = await n8n.workflows.create(recipe);
			await editor.openWorkflow(id);
			for (const { name } of conditional) {
				await editor.openNode(name);
				// The panel may be open before its conditions are there.
				await waitUntil('each condition is tried', async () => {
					const conditions = await editor.byTestId('filter-condition').count();
					return conditions > 0 && (await editor.page.locator(TRIED).count()) === conditions;
				});
				expect({ name, faults: await editor.byTestId('parameter-issues').count() }).toEqual({ name, faults: 0 });
				await editor.closeNode();
			}
		}
	});

	step('ask with the API credential of this package in an HTTP Request node', async ({ n8n, editor }) => {
		const { id } = await n8n.workflows.create(readExample('callscaler-recording-to-google-drive.json'));
		await editor.openWorkflow(id);
		await editor.shot('80-recording');
		await editor.openNode('Fetch the recording');
		await editor.page.getByRole('button', { name: 'Connect to CallScaler' }).click();
		await editor.byTestId('credential-edit-dialog').getByText('such as for a recording').waitFor();
		await editor.shot('81-recording-credential');
	});
});
