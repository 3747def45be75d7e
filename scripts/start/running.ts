import { type N8n, OWNER } from '../../host';
import { say, StepError } from '../../lib/steps';

/** Where the n8n that runs is to be found. */
export function tellWhere(n8n: N8n, folder: string): void {
	say(`Editor    ${n8n.url}/home/workflows`);
	say(`Sign in   ${OWNER.email}   password ${OWNER.password}`);
	say(`Folder    ${folder}`);
	say(`Log       ${n8n.logFile}`);
}

/** Ends n8n in order on Ctrl-C; resolves when one of both has happened. */
export async function untilEnd(n8n: N8n): Promise<void> {
	say('\nn8n runs until Ctrl-C.');
	const asked = new Promise<'asked'>((resolve) => {
		process.once('SIGINT', () => resolve('asked'));
		process.once('SIGTERM', () => resolve('asked'));
	});
	const reason = await Promise.race([asked, n8n.ended().then(() => 'ended' as const)]);
	if (reason === 'ended') throw new StepError(`n8n has ended by itself. Its log: ${n8n.logFile}`);
	say('\nStopping n8n ...');
	await n8n.stop();
}
