import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a Chromium is called on the machines that people have. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATIONS = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser to test in: the one that CHROMIUM names, else the first that is installed. */
export function findChromium(): string | undefined {
	if (process.env.CHROMIUM) return process.env.CHROMIUM;
	const folders = (process.env.PATH ?? '').split(delimiter);
	const installed = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...installed, ...APPLICATIONS].find((path) => existsSync(path));
}

/** It runs as any user, without a screen, and calls nobody. */
export const CHROMIUM_FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// The editor asks n8n's own servers for news. (A route of Playwright's that refuses them turns the cache off, and the editor
	// is fetched and compiled anew each time it is opened.)
	'--no-proxy-server',
	'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
