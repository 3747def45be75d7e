import type { IWebhookFunctions } from 'n8n-workflow';

import type { Answer } from './answer';
import type { Delivery } from './delivery';

type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Whether a browser asks, rather than a program. */
export function wantsPage({ headers }: Delivery): boolean {
	return String(headers.accept).includes('text/html');
}

/** Answers somebody who opened the sample's URL in a browser. */
export function writePage(response: Response, { status, message }: Answer): void {
	// Nothing but what is written here: no script, no picture, no frame around it.
	response.setHeader(
		'Content-Security-Policy',
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
	);
	response.setHeader('Cache-Control', 'no-store');
	response
		.status(status)
		.type('html')
		.send(pageOf(status < 400 ? 'The example call is in n8n' : 'No example call', message));
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 15vh auto 0; max-width: 34rem; padding: 0 1.5rem; font: 1.05rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.4rem; }`;

/** A small page in the browser's own light or dark; each sentence is a line of its own. */
function pageOf(heading: string, message: string): string {
	const paragraphs = message.split(/(?<=\.) (?=[A-Z])/).map((sentence) => `<p>${escaped(sentence)}</p>`);
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${heading}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${heading}</h1>
${paragraphs.join('\n')}
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** A filter's reason holds what the user typed. */
function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
