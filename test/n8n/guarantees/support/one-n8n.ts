import { boot, type N8n } from '../../../../host';

let booted: Promise<N8n> | undefined;

/** The n8n that all files of in-one-n8n/ share: to boot one takes longer than most of what is asked of it. */
export async function oneN8n(): Promise<N8n> {
	booted ??= boot();
	return await booted;
}

export async function stopOneN8n(): Promise<void> {
	await (await booted)?.stop();
}
