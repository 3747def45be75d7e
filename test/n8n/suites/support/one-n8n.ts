import { boot, type N8n } from '../../../../host';

let booted: Promise<N8n> | undefined;

/** The n8n that all the suites of one file share: to boot one takes longer than most of what is asked of it. */
export async function oneN8n(): Promise<N8n> {
	// What the editor asks for, a schema for one, n8n serves with it.
	booted ??= boot({ editor: true });
	return await booted;
}

export async function stopOneN8n(): Promise<void> {
	await (await booted)?.stop();
}
