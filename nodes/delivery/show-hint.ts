import type { IExecuteFunctions } from 'n8n-workflow';

import type { Hint } from './handover';

const ESCAPED: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/**
 * Shows a hint beside the output, in the editor. n8n's editor renders it as HTML and lets links and images through
 * (docs/n8n.md, 25), while most hints hold what a stranger has put into a call: so none of it is HTML.
 */
export function showHint(context: IExecuteFunctions, { message, type }: Hint): void {
	const asText = message.replace(/[&<>"']/g, (mark) => ESCAPED[mark] ?? '');
	context.addExecutionHints({ message: asText, type, location: 'outputPane' });
}
