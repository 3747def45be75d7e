import { boot, type BootOptions, type N8n } from '../../../host';

/** The n8n that all suites of one file share: to boot one takes longer than most of what is asked of it. */
export function sharedN8n(options?: BootOptions) {
	let booted: Promise<N8n> | undefined;
	return {
		oneN8n: async (): Promise<N8n> => await (booted ??= boot(options)),
		stopOneN8n: async (): Promise<void> => await (await booted)?.stop(),
	};
}
