import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page, selectors } from 'playwright-core';

import { BUILD } from '../../lib/paths';
import { waitUntil } from '../../lib/wait-until';
import type { N8n } from '../boot/boot';
import { OWNER } from '../rest/rest-client';
import { CHROMIUM_FLAGS, findChromium } from './chromium';

export type Theme = 'light' | 'dark';
export const THEMES: Theme[] = ['light', 'dark'];

/** What is tested in, and what else a picture is taken in. */
const SIZE = { width: 1440, height: 900 };
const SMALLER = { width: 1280, height: 800 };
/** Of each step: only what never comes should end one. */
const GIVE_UP_AFTER_IN_MILLISECONDS = 120_000;

/** What the editor asks n8n to listen with. */
const LISTENING = /\/rest\/workflows\/[^/]+\/run$/;

/** n8n's editor in a real browser, with the verbs of someone who uses it. */
export class Editor {
	private constructor(
		private readonly browser: Browser,
		readonly page: Page,
		private readonly n8n: N8n,
		private readonly theme: Theme,
	) {}

	static async open(n8n: N8n, theme: Theme): Promise<Editor> {
		selectors.setTestIdAttribute('data-test-id');
		const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
		const context = await browser.newContext({ viewport: SIZE, colorScheme: theme, reducedMotion: 'reduce' });
		context.setDefaultTimeout(GIVE_UP_AFTER_IN_MILLISECONDS);
		const editor = new Editor(browser, await context.newPage(), n8n, theme);
		try {
			await editor.signIn();
			return editor;
		} catch (error) {
			await editor.close();
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	private async signIn(): Promise<void> {
		await this.page.goto(`${this.n8n.url}/signin`);
		await this.page.fill('input[name="emailOrLdapLoginId"]', OWNER.email);
		await this.page.fill('input[type="password"]', OWNER.password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		// n8n goes to its first page by itself, with workflows or without, and would undo a goTo that came before.
		await this.byTestId('new-workflow-card').or(this.byTestId('resources-list-wrapper')).first().waitFor();
	}

	byTestId(id: string): Locator {
		return this.page.getByTestId(id);
	}

	/** A picture of what is there now in each of the two sizes, in build/screenshots. */
	async shot(name: string): Promise<void> {
		await this.tidy();
		for (const size of [SMALLER, SIZE]) {
			const folder = join(BUILD, 'screenshots', `${this.theme}-${size.width}`);
			mkdirSync(folder, { recursive: true });
			await this.page.setViewportSize(size);
			const path = join(folder, `${name.replace(/[^\w-]+/g, '-')}.png`);
			await this.page.screenshot({ path, animations: 'disabled' });
		}
	}

	/** Makes ready for a picture: closes the notifications in the corner, waits for the icons. */
	async tidy(): Promise<void> {
		await waitUntil('the notifications are gone', async () => {
			// Another one may come while they are closed.
			for (const toast of await this.page.locator('.el-notification__closeBtn').all()) {
				await toast.dispatchEvent('click', undefined, { timeout: 1_000 }).catch(() => undefined);
			}
			return (await this.page.locator('.el-notification').count()) === 0;
		});
		// Icons are fetched when a node is first drawn.
		await this.page.waitForFunction('[...document.images].every((image) => image.complete)');
	}

	async newWorkflow(): Promise<void> {
		await this.goTo('/workflow/new');
		await this.byTestId('canvas-add-button').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		// There it learns of credentials that another than itself has made; without, it marks them as missing.
		const known = this.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/rest/credentials');
		const [answer] = await Promise.all([known, this.goTo('/home/credentials')]);
		await answer.finished();
		await this.goTo(`/workflow/${id}`);
		await this.byTestId('canvas-node').first().waitFor();
	}

	/**
	 * Goes to another page of the editor by its own router, as its links do: a fifth of what it takes to load all of it. What
	 * was changed and not saved is thrown away.
	 */
	private async goTo(path: string): Promise<void> {
		const at = () => new URL(this.page.url()).pathname;
		const before = at();
		// What is drawn until the other page is there is not taken for its own.
		await this.page
			.evaluate(`document.querySelectorAll('[data-test-id="canvas-node"], [data-test-id="canvas-add-button"]').forEach((drawn) => {
			drawn.dataset.testId = 'left';
		})`);
		const router = `document.querySelector('#app').__vue_app__.config.globalProperties.$router`;
		// It is not waited for: it asks what is to become of changes first.
		await this.page.evaluate(`void ${router}.push('${path}')`);
		const leave = this.page.getByRole('button', { name: 'Leave without saving' });
		await waitUntil(`the editor has left ${before}`, async () => {
			// It goes by itself where n8n has saved them meanwhile.
			if (await leave.isVisible()) await leave.click({ timeout: 2_000 }).catch(() => undefined);
			return at() !== before;
		});
	}

	/** Loads the editor anew with the workflow that is open, as F5 does: only so it learns what another has published or run. */
	async loadAnew(): Promise<void> {
		await this.page.goto(`${this.n8n.url}/workflow/${this.workflowId()}`);
		await this.byTestId('canvas-node').first().waitFor();
	}

	/** Searches the list of first steps, and waits until these are offered. */
	async searchTriggers(words: string, expected: readonly string[]): Promise<void> {
		const search = this.byTestId('node-creator-search-bar');
		if (!(await search.isVisible())) await this.byTestId('canvas-add-button').click();
		await search.fill(words);
		// What is listed before a search.
		await this.byTestId('node-creator-item-name').filter({ hasText: 'On a schedule' }).waitFor({ state: 'detached' });
		for (const name of expected) {
			await this.byTestId('node-creator-item-name').filter({ hasText: name }).first().waitFor();
		}
	}

	/** Clicks a node that the search found. */
	async choose(name: string): Promise<void> {
		await this.byTestId('item-iterator-item').filter({ hasText: name }).first().click();
	}

	async openNode(name: string): Promise<void> {
		await this.byTestId('canvas-node').filter({ hasText: name }).first().dblclick();
		await this.byTestId('ndv').waitFor();
	}

	async closeNode(): Promise<void> {
		await this.byTestId('ndv-close-button').click();
		await this.byTestId('ndv').waitFor({ state: 'detached' });
	}

	/** The URL that the node shows, test or production. */
	async url(which: 'test' | 'production'): Promise<string> {
		const url = this.page.locator('.webhook-url').first();
		if (!(await url.isVisible())) await this.page.locator('.webhooks .headline').click();
		await this.byTestId(`radio-button-${which}`).click();
		await url.waitFor();
		await this.page
			.getByText(which === 'test' ? '/webhook-test/' : '/webhook/')
			.first()
			.waitFor();
		return ((await url.textContent()) ?? '').trim();
	}

	/** The URL that gives an example call, as the node lists it below its own. */
	async sampleUrl(): Promise<string> {
		await this.url('test');
		return ((await this.page.locator('.webhook-url').last().textContent()) ?? '').trim();
	}

	async listen(): Promise<void> {
		// The editor says that it listens a moment before n8n does.
		const listens = this.page.waitForResponse((answer) => LISTENING.test(new URL(answer.url()).pathname));
		await Promise.all([listens, this.byTestId('trigger-execute-button').click()]);
		await this.byTestId('trigger-listening').waitFor();
	}

	/** Opens an address in a tab of its own, as a user would; gives the text it shows, and takes a picture of it if named. */
	async visit(url: string, name?: string): Promise<string> {
		const tab = await this.page.context().newPage();
		await tab.goto(url);
		const text = await tab.innerText('body');
		if (name !== undefined) {
			const folder = join(BUILD, 'screenshots', `${this.theme}-${SIZE.width}`);
			mkdirSync(folder, { recursive: true });
			await tab.screenshot({ path: join(folder, `${name}.png`) });
		}
		await tab.close();
		return text;
	}

	/** What a collection of the open node, such as Filters, offers to add. */
	async offeredIn(collection: string): Promise<string[]> {
		await this.openCollection(collection);
		const names = await this.page.locator('.el-select-dropdown__item:visible').allTextContents();
		await this.page.keyboard.press('Escape');
		return names.map((name) => name.trim());
	}

	async addToCollection(collection: string, name: string): Promise<void> {
		await this.openCollection(collection);
		await this.page.locator('.el-select-dropdown__item:visible').filter({ hasText: name }).click();
	}

	private async openCollection(collection: string): Promise<void> {
		const parameter = this.byTestId('parameter-item').filter({ has: this.page.getByText(collection, { exact: true }) });
		await parameter.getByTestId('collection-parameter-add').first().click();
		await this.page.locator('.el-select-dropdown__item:visible').first().waitFor();
	}

	/** Adds a node behind the last one, which opens it. */
	async addNextNode(name: string): Promise<void> {
		await this.byTestId('canvas-handle-plus').last().click();
		await this.byTestId('node-creator-search-bar').fill(name);
		await this.choose(name);
		await this.byTestId('ndv').waitFor();
	}

	/** Drags as a hand does: in steps, for the editor follows the mouse. */
	async drag(what: Locator, where: Locator): Promise<void> {
		await what.hover();
		await this.page.mouse.down();
		const target = await where.boundingBox();
		if (!target) throw new Error('There is nothing to drop it on.');
		await this.page.mouse.move(target.x + target.width / 2, target.y + target.height / 2, { steps: 12 });
		await this.page.mouse.up();
	}

	/** Enters a secret in the open credential and saves it, until the editor says what came of it. */
	async saveSecret(secret: string, outcome: Locator): Promise<void> {
		await this.byTestId('credential-edit-dialog').locator('input[type="password"]').first().fill(secret);
		await waitUntil('the credential is saved', async () => {
			// A click on a button that is being drawn anew goes nowhere.
			await this.byTestId('credential-save-button')
				.click({ timeout: 2_000 })
				.catch(() => undefined);
			return await outcome.waitFor({ timeout: 5_000 }).then(
				() => true,
				() => false,
			);
		});
	}

	/** Gives what the editor says then. */
	async publish(): Promise<string> {
		await this.byTestId('workflow-open-publish-modal-button').click();
		await this.byTestId('workflow-publish-button').click();
		const understood = this.page.getByRole('button', { name: 'Got it' });
		await understood.waitFor();
		const said = (await this.page.getByRole('dialog').filter({ has: understood }).textContent()) ?? '';
		await understood.click();
		await this.page.getByText('Workflow published').waitFor({ state: 'detached' });
		return said;
	}

	/** Of the workflow that is open. */
	workflowId(): string {
		return /workflow\/(\w+)/.exec(this.page.url())?.[1] ?? '';
	}
}
