import { z } from 'zod';

import type { N8n } from '../../host';
import { Editor, findChromium, THEMES } from '../../host/browser';
import { sharedN8n } from '../n8n/support/one-n8n';

const { oneN8n, stopOneN8n } = sharedN8n({ editor: true });
export { stopOneN8n };

/** EDITOR_IN_DARK=1 tells each story in dark too: what differs are the pictures. */
const themes = THEMES.filter((theme) => theme === 'light' || process.env.EDITOR_IN_DARK === '1');

/** What each step of a story works with. */
export interface Desk {
	n8n: N8n;
	editor: Editor;
}

/** One test, which goes on where the step before it stopped. */
export type Step = (name: string, act: (desk: Desk) => Promise<void>) => void;

/** Tells a story in the editor of a real n8n. */
export function describeEditor(story: string, tell: (step: Step) => void): void {
	if (findChromium() === undefined) {
		describe.skip(`${story} (skipped: no Chromium is installed; install one, or name it in CHROMIUM)`, () => {
			test('in a browser', () => undefined);
		});
		return;
	}
	describe(story, () => {
		let n8n: N8n | undefined;
		beforeAll(async () => {
			n8n = await oneN8n();
		});

		describe.each(themes)('in %s', (theme) => {
			let editor: Editor | undefined;
			let failedStep: string | undefined;
			beforeAll(async () => {
				if (!n8n) throw new Error('n8n did not start.');
				editor = await Editor.open(n8n, theme);
			});
			afterAll(async () => {
				await editor?.close();
			});

			tell((name, act) => {
				test(name, async () => {
					if (failedStep !== undefined) throw new Error(`The story ended early, at: ${failedStep}`);
					if (!n8n || !editor) throw new Error('The editor did not open.');
					try {
						await act({ n8n, editor });
					} catch (error) {
						failedStep = name;
						await editor.shot(`failed-${name}`);
						throw error;
					}
				});
			});
		});
	});
}

const stored = z.array(z.object({ id: z.string(), name: z.string(), type: z.string() }));

/** What a newcomer has: none. */
export async function removeCredentials(n8n: N8n): Promise<void> {
	for (const credential of stored.parse(await n8n.request('GET', '/rest/credentials'))) {
		await n8n.credentials.remove(credential);
	}
}
