import type { IWebhookFunctions } from 'n8n-workflow';

import { inProduction } from '../n8n/begun-here';
import { escaped } from '../provider/comparing';
import type { Answer } from './answer';
import type { Delivery } from './delivery';
import { REMEMBERED_OF_A_KIND, type LastDelivery, lastDeliveriesOf, rememberedSince } from './last-deliveries';

type Response = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Whether a browser asks, rather than a program. */
export function wantsPage({ headers }: Delivery): boolean {
	return String(headers.accept).includes('text/html');
}

/** Answers somebody who opened the sample's URL in a browser. `below` is HTML. */
export function writePage(response: Response, { status, message }: Answer, below = ''): void {
	// Nothing but what is written here: no script, no picture, no frame around it.
	response.setHeader(
		'Content-Security-Policy',
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
	);
	response.setHeader('Cache-Control', 'no-store');
	const heading = status < 400 ? 'The example call is in n8n' : 'No example call';
	response
		.status(status)
		.type('html')
		.send(pageOf(heading, `${paragraphsOf(message)}\n${below}`));
}

/**
 * What came to the Production URL, for somebody who misses a call, as HTML. While nobody listens in the editor there is
 * nothing: anybody may open the page at the Production URL.
 */
export function whatCame({ isTest, trigger, receivedAt }: Delivery): string {
	if (!isTest) return '';
	const now = receivedAt.getTime();
	const since = timeOf(rememberedSince(now));
	const last = lastDeliveriesOf(trigger.id).newestFirst(now);
	const none = `Nothing, since ${since} UTC. If a call is missing, see whether the workflow is published, and whether the provider has its Production URL: what went to another address is not here.`;
	const some = `What n8n answered since ${since} UTC, the newest first, and of each kind the last ${REMEMBERED_OF_A_KIND}. A newer call that is not here did not reach this trigger (it went to another address, n8n was down or starting, or could not read it, which its log says), or its workflow still runs and answers it at the end.`;
	// Where executions begin in this process, n8n is one process.
	const others = 'If n8n runs in queue mode, its other processes take deliveries too, of which this one knows nothing.';
	const about = [last.length === 0 ? none : some, ...(inProduction.beginHere ? [] : [others])];
	const heading = '<h2>What came to the Production URL</h2>';
	return [heading, paragraphsOf(about.join(' ')), last.length === 0 ? '' : tableOf(last, now)].join('\n');
}

function tableOf(deliveries: readonly LastDelivery[], now: number): string {
	const rows = deliveries.map(({ at, status, verdict, reason, id }, row) => {
		const isSame = reason === deliveries[row - 1]?.reason;
		const answered = `<b>${verdict}</b> (${status}) <small>${id}</small><br>${isSame ? 'As above.' : escaped(reason)}`;
		return `<tr><td>${timeOf(at)}</td><td>${answered}</td></tr>`;
	});
	return `<table>
<tr><th>When (UTC; now ${timeOf(now).slice(11)})</th><th>What n8n answered</th></tr>
${rows.join('\n')}
</table>`;
}

/** `2026-04-24 14:30:59`, in UTC as the times in answers. */
function timeOf(at: number): string {
	return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 3rem auto; max-width: 60rem; padding: 0 1.5rem; font: 1.05rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.15rem; margin-top: 2.5rem; }
p { margin: 0.4rem 0; }
table { border-collapse: collapse; margin-top: 1rem; font-size: 0.9rem; }
th, td { border-top: 1px solid #8886; padding: 0.5rem 1.5rem 0.5rem 0; text-align: left; vertical-align: top; }
th:first-child, td:first-child { white-space: nowrap; }
small { margin-left: 0.5rem; opacity: 0.7; }`;

/** A small page in the browser's own light or dark. `body` is HTML. */
function pageOf(heading: string, body: string): string {
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
${body}
</body>
</html>
`;
}

/** Each sentence is a line of its own. */
function paragraphsOf(message: string): string {
	return message
		.split(/(?<=\.) (?=[A-Z])/)
		.map((sentence) => `<p>${escaped(sentence)}</p>`)
		.join('\n');
}
