import { z } from 'zod';

import { boot, type N8n } from '../../host';
import { Editor } from '../../host/browser';
import { OutsideWorld } from '../../host/outside';
import { say } from '../../lib/steps';
import { Film, FILM_SIZE } from './film';

/** What the node shows as its address: that of somebody's n8n on the internet. */
const ADDRESS = 'https://n8n.example.com/';
const SECRET = 'kX3vR8pLq2ZtY7mWc5Hd';
const CHANNEL = '#new-leads';

/** Stands for Slack: takes a message, and shows what it took. */
const slack = () => ({ json: { ok: true, channel: 'C1', ts: '1.1', message: { text: '' } } });

const message = z.object({ text: z.string() });

/** The message as a channel shows it: of a link its words, and n8n's own line below in small. */
const chat = ({ text }: z.infer<typeof message>) => `
	<body style="margin:0;font:24px/1.5 sans-serif;background:#fff;color:#1d1c1d">
	<div style="padding:18px 32px;border-bottom:1px solid #ddd;font-weight:700">${CHANNEL}</div>
	<div style="display:flex;gap:16px;padding:32px">
		<div style="width:44px;height:44px;border-radius:8px;background:#ea4b71;color:#fff;text-align:center;line-height:44px">n8n</div>
		<div style="max-width:900px"><b>n8n</b> <span style="color:#777;font-size:15px">now</span><br>${text
			.replace(/<[^|>]+\|([^>]+)>/g, '$1')
			.replace(/_([^_]+)_$/, '<span style="color:#777;font-size:16px">$1</span>')
			.replaceAll('\n', '<br>')}</div>
	</div></body>`;

/** From an empty workflow to a call in Slack, as a newcomer does it. */
async function act(film: Film, editor: Editor, n8n: N8n, world: OutsideWorld): Promise<void> {
	const { page } = editor;
	film.say('1. Add the trigger to an empty workflow');
	await editor.newWorkflow();
	await film.show(1.2);
	await film.click(editor.byTestId('canvas-add-button'));
	await editor.searchTriggers('call', ['QCall', 'CallScaler']);
	await film.show(1.2);
	await film.click(editor.byTestId('item-iterator-item').filter({ hasText: 'CallScaler' }).first());
	const action = editor
		.byTestId('item-iterator-item')
		.filter({ hasText: /On .*call/ })
		.first();
	await action.waitFor();
	await film.show(0.8);
	await film.click(action);
	await editor.byTestId('node-credentials-empty-state').waitFor();
	await film.show(0.8);

	film.say('2. Make a secret: only who has it gets in');
	await film.click(editor.byTestId('node-credentials-empty-state').getByRole('button').first());
	const dialog = editor.byTestId('credential-edit-dialog');
	await dialog.locator('input[type="password"]').first().fill(SECRET);
	await film.show(1.4);
	await film.moveTo(editor.byTestId('credential-save-button'));
	await editor.saveSecret(SECRET, page.getByText('Get calls from CallScaler'));
	await dialog.waitFor({ state: 'detached' });
	await editor.tidy();

	film.say('3. Copy the URL of an example call, and listen');
	const sampleUrl = await editor.sampleUrl();
	await film.moveTo(page.locator('.webhook-url').last());
	await film.show(1.2);
	await film.moveTo(editor.byTestId('trigger-execute-button'));
	await editor.listen();
	await film.show(1.2);
	film.say('Open it in another tab');
	const tab = await page.context().newPage();
	await tab.setViewportSize(FILM_SIZE);
	await tab.goto(sampleUrl.replace(ADDRESS, `${n8n.url}/`));
	film.turnTo(tab);
	await film.show(2.2, sampleUrl);
	film.turnTo(page);
	await tab.close();
	const output = editor.byTestId('output-panel');
	await output.getByText('recording_url').first().waitFor();
	await editor.byTestId('radio-button-schema').click();
	await page.addStyleTag({ content: '[data-test-id="tooltip-content"] { visibility: hidden }' });
	film.say('An example call is there, with all its fields');
	await editor.tidy();
	await film.show(2.6);

	film.say('Put what should happen behind it: a message in Slack');
	await editor.closeNode();
	await film.show(0.8);
	await film.click(editor.byTestId('canvas-handle-plus').last());
	await editor.byTestId('node-creator-search-bar').fill('slack');
	await editor.byTestId('node-creator-item-name').filter({ hasText: 'Slack' }).first().waitFor();
	await film.show(0.8);
	await film.click(editor.byTestId('item-iterator-item').filter({ hasText: 'Slack' }).first());
	await film.click(editor.byTestId('item-iterator-item').filter({ hasText: 'Send a message' }).first());
	await editor.byTestId('ndv').waitFor();
	await film.show(0.8);
	await film.click(editor.byTestId('parameter-input-select'));
	await film.click(page.getByRole('option', { name: 'Channel' }));
	await editor.byTestId('rlc-mode-selector').click();
	await page.getByRole('option', { name: 'By Name' }).click();
	await editor.byTestId('rlc-input-container').locator('input').first().fill(CHANNEL);
	await film.show(0.8);

	film.say('Drag the fields into the message');
	const text = editor.byTestId('parameter-input-text');
	const field = (name: string) => editor.byTestId('ndv-input-panel').locator(`[data-name="${name}"]`).last();
	await film.drag(field('caller_number'), text);
	await editor.tidy();
	await text.locator('.cm-content').click();
	await page.keyboard.press('End');
	await page.keyboard.type(': ');
	await film.show(0.6);
	// Behind what is there: where it is dropped is where it goes.
	await film.drag(field('summary'), text, 0.95);
	await editor.tidy();
	await film.show(1.2);
	await film.click(editor.byTestId('node-execute-button'));
	const { body } = await world.waitFor('slack.com', 'POST', '/api/chat.postMessage');
	await output.getByText('1 item').first().waitFor();
	await editor.tidy();
	await film.show(0.8);

	film.say('There it is. Now connect your real calls, and publish');
	const inSlack = await page.context().newPage();
	await inSlack.setViewportSize(FILM_SIZE);
	await inSlack.setContent(chat(message.parse(body)));
	film.turnTo(inSlack);
	await film.show(4);
}

/** The film of the README's first screen. */
export async function takeFirstCall(file: string): Promise<void> {
	const world = await OutsideWorld.open({ 'slack.com': slack });
	const n8n = await boot({ editor: true, env: { ...world.environment, WEBHOOK_URL: ADDRESS } });
	try {
		await n8n.request('POST', '/rest/credentials', { name: 'Slack', type: 'slackApi', data: { accessToken: 'token' } });
		const editor = await Editor.open(n8n, 'light');
		try {
			await editor.page.setViewportSize(FILM_SIZE);
			const film = new Film(editor.page);
			await act(film, editor, n8n, world);
			film.develop(file);
			say(`${file}: ${Math.round(film.length)} seconds`);
		} finally {
			await editor.close();
		}
	} finally {
		await n8n.stop();
		await world.close();
	}
}
