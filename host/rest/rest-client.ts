import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

import { fetchAnew } from '../../lib/fetch-anew';

/** Who signs in. A test instance on loopback; there is nothing to protect. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'Post-Call-2026',
	firstName: 'Post',
	lastName: 'Call',
};

// n8n binds a session to the browser that began it.
const BROWSER_ID = 'b8a5e1b6-0f5d-4d55-9b1c-post-call-tests';

/** What n8n 1.x answers then. */
const WRITES_SOMETHING_ELSE = 'cannot start a transaction within a transaction';
const MOST_TRIES = 10;
const PAUSE_IN_MILLISECONDS = 200;

const envelope = z.object({ data: z.unknown() });

export class RestError extends Error {
	constructor(
		readonly status: number,
		readonly body: string,
		call: string,
	) {
		super(`${call}: n8n answered ${status} ${body.slice(0, 500)}`);
	}
}

/** n8n's own REST interface, as the editor uses it. */
export class RestClient {
	private cookie = '';

	private lastWrite: Promise<unknown> = Promise.resolve();

	constructor(private readonly url: string) {}

	/**
	 * Writes go one after another: n8n 1.x has one connection to SQLite, and answers 500 to what it is asked to write while it
	 * writes something else.
	 */
	async request(method: string, path: string, body?: unknown): Promise<unknown> {
		if (method === 'GET') return await this.send(method, path, body);
		const written = this.lastWrite.then(async () => await this.write(method, path, body));
		this.lastWrite = written.catch(() => undefined);
		return await written;
	}

	/** What n8n 1.x writes by itself, an execution for one, may be in the way too: then nothing was begun. */
	private async write(method: string, path: string, body: unknown, tries = 1): Promise<unknown> {
		try {
			return await this.send(method, path, body);
		} catch (error) {
			const isInTheWay = error instanceof RestError && error.body.includes(WRITES_SOMETHING_ELSE);
			if (!isInTheWay || tries >= MOST_TRIES) throw error;
			await sleep(PAUSE_IN_MILLISECONDS);
			return await this.write(method, path, body, tries + 1);
		}
	}

	private async send(method: string, path: string, body?: unknown): Promise<unknown> {
		const response = await fetchAnew(`${this.url}${path}`, {
			method,
			headers: {
				'browser-id': BROWSER_ID,
				...(this.cookie ? { cookie: this.cookie } : {}),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		if (!response.ok) throw new RestError(response.status, text, `${method} ${path}`);
		this.keepCookie(response);
		return text === '' ? undefined : envelope.parse(JSON.parse(text)).data;
	}

	/** Logs in as the owner, whom a new n8n does not have yet. */
	async signIn(): Promise<void> {
		try {
			await this.request('POST', '/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
		} catch (error) {
			if (!(error instanceof RestError) || error.status !== 401) throw error;
			await this.request('POST', '/rest/owner/setup', OWNER);
		}
	}

	private keepCookie(response: Response): void {
		const cookie = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		if (cookie) this.cookie = cookie.split(';')[0] ?? '';
	}
}
