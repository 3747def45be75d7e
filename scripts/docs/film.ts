import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

import { StepError } from '../../lib/steps';

export const FILM_SIZE = { width: 1280, height: 720 };
const WIDTH_IN_PAGE = 960;
const STEPS_OF_A_MOVE = 4;
const SECONDS_OF_A_STEP = 0.1;

interface Point {
	x: number;
	y: number;
}

/** Draws what a screenshot lacks: the mouse, a line that says what happens, and the address that a tab was opened at. */
const DRAWN = `(({ mouse, caption, address }) => {
	const box = (id, style) => {
		let element = document.getElementById(id);
		if (!element) {
			element = document.createElement('div');
			element.id = id;
			document.body.append(element);
		}
		element.style.cssText = 'position:fixed;z-index:99999999;pointer-events:none;' + style;
		return element;
	};
	const font = 'font:500 24px/56px sans-serif;';
	box('film-caption', 'left:0;right:0;bottom:0;height:56px;text-align:center;color:#fff;background:#2b2440;' + font)
		.textContent = caption;
	box('film-mouse', 'left:' + mouse.x + 'px;top:' + mouse.y + 'px').innerHTML =
		'<svg width="26" height="34"><path d="M2 2v25l7-6 5 11 4-2-5-11h9z" fill="#000" stroke="#fff" stroke-width="2"/></svg>';
	if (address) {
		box('film-address', 'left:0;right:0;top:0;height:44px;padding:0 20px;color:#333;background:#e6e6ee;overflow:hidden;' +
			'font:17px/44px monospace;white-space:nowrap').textContent = address;
		document.body.style.paddingTop = '56px';
	}
})`;

/** A film of what a browser shows: pictures, each with how long it stays, that become one animated picture. */
export class Film {
	private readonly folder = mkdtempSync(join(tmpdir(), 'post-call-film-'));
	private readonly pictures: Array<{ file: string; seconds: number }> = [];
	private mouse: Point = { x: FILM_SIZE.width / 2, y: FILM_SIZE.height / 2 };
	private caption = '';

	constructor(private page: Page) {}

	/** From now on, of this tab. */
	turnTo(page: Page): void {
		this.page = page;
	}

	say(caption: string): void {
		this.caption = caption;
	}

	/** One picture of what is there now. */
	async show(seconds: number, address?: string): Promise<void> {
		const drawn = { mouse: this.mouse, caption: this.caption, address };
		await this.page.evaluate(`${DRAWN}(${JSON.stringify(drawn)})`);
		const file = join(this.folder, `${String(this.pictures.length).padStart(4, '0')}.png`);
		await this.page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
		this.pictures.push({ file, seconds });
	}

	/** Moves the mouse onto something, as a hand does: to its middle, or so far from its left as `across` says, of 1. */
	async moveTo(what: Locator, across = 0.5): Promise<void> {
		await what.scrollIntoViewIfNeeded();
		const box = await what.boundingBox();
		if (!box) throw new Error('There is nothing to move to.');
		const from = this.mouse;
		const to = { x: box.x + box.width * across, y: box.y + box.height / 2 };
		for (let step = 1; step <= STEPS_OF_A_MOVE; step++) {
			const part = step / STEPS_OF_A_MOVE;
			this.mouse = { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
			await this.page.mouse.move(this.mouse.x, this.mouse.y);
			await this.show(SECONDS_OF_A_STEP);
		}
	}

	async click(what: Locator): Promise<void> {
		await this.moveTo(what);
		await what.click();
	}

	/** Drags one thing onto another. */
	async drag(what: Locator, where: Locator, across?: number): Promise<void> {
		await this.moveTo(what);
		await this.page.mouse.down();
		await this.moveTo(where, across);
		await this.page.mouse.up();
	}

	/** How long it is, in seconds. */
	get length(): number {
		return this.pictures.reduce((sum, { seconds }) => sum + seconds, 0);
	}

	/** Makes the animated picture, with Debian's ffmpeg: one palette for all, and of each picture only what changed. */
	develop(file: string): void {
		const list = join(this.folder, 'pictures.txt');
		// The last one is named twice: ffmpeg otherwise forgets how long it stays.
		const last = this.pictures.at(-1)?.file ?? '';
		const lines = this.pictures.map(({ file: picture, seconds }) => `file '${picture}'\nduration ${seconds}`);
		writeFileSync(list, [...lines, `file '${last}'`, ''].join('\n'));
		const filter = [
			`[0:v]scale=${WIDTH_IN_PAGE}:-1:flags=lanczos,split[a][b]`,
			'[a]palettegen=max_colors=96:stats_mode=full[palette]',
			'[b][palette]paletteuse=dither=none:diff_mode=rectangle',
		].join(';');
		const args = ['-y', '-loglevel', 'error', '-f', 'concat', '-safe', '0', '-i', list, '-filter_complex', filter];
		try {
			execFileSync('ffmpeg', [...args, '-fps_mode', 'vfr', '-loop', '0', file], {
				stdio: ['ignore', 'ignore', 'inherit'],
			});
		} catch (error) {
			throw new StepError(
				`The film could not be made; it needs ffmpeg (Debian's package of that name): ${String(error)}`,
			);
		} finally {
			rmSync(this.folder, { recursive: true, force: true });
		}
	}
}
