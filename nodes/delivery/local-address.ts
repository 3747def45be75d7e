import type { Hint } from '../n8n/show-hint';

/** This machine, its network, and the names that only these know (RFC 1918, 3927, 4193, 6761, 6762 and 8375). */
const LOCAL = [
	/^(?:0|10|127)\./,
	/^169\.254\./,
	/^172\.(?:1[6-9]|2\d|3[01])\./,
	/^192\.168\./,
	/^\[(?:::1?|f[cd].*|fe[89ab].*)\]$/,
	/(?:^|\.)(?:localhost|local|internal|lan|home\.arpa)$/,
	// A name without a dot, such as a container's.
	/^[^.[]+$/,
];

/** Whether a URL is one that nobody on the internet can open; of what is no URL that is not known. */
function isLocalAddress(url: string): boolean {
	return URL.canParse(url) && LOCAL.some((form) => form.test(new URL(url).hostname));
}

/** What to know where n8n takes its own address for such a one: no call of a provider arrives. `url` is a webhook's. */
export function adviceOnAddress(url: string | undefined, title: string): Hint | undefined {
	if (url === undefined || !isLocalAddress(url)) return undefined;
	const message = `${title} cannot reach ${new URL(url).origin}, which only your own computer or network knows. For real calls n8n needs an address on the internet, best with https, which whoever runs it sets as N8N_WEBHOOK_URL (older versions call it WEBHOOK_URL).`;
	return { message, type: 'warning' };
}
