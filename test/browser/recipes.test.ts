import { node, workflowOf } from '../../host';
import { exampleFiles, readExample } from '../examples/example';
import { describeEditor } from './describe-editor';

/** Of a note, how many pixels its text leaves of its height; less than none where the text is cut off. */
const FREE = `[...document.querySelectorAll('[data-test-id="sticky"]')].map((note) => {
	const text = note.querySelector('h2').parentElement;
	return [text.querySelector('h2').textContent, note.clientHeight - text.offsetTop - text.offsetHeight];
})`;

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
		const free: Array<[string, number]> = await editor.page.evaluate(FREE);
		expect(free).toHaveLength(notes.length);
		expect(free.filter(([, pixels]) => pixels < 10 || pixels > 60)).toEqual([]);
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
