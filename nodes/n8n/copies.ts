import type { BegunHere } from './begun-here';

/** What the copies of this package share that n8n has loaded in this process. */
interface Shared {
	/** Of the copy that was loaded last. */
	latest?: object;
	begunHere?: BegunHere;
}

declare global {
	/** By the file of the package. */
	// eslint-disable-next-line no-var -- What is global is declared so.
	var postCallCopies: Map<string, Shared> | undefined;
}

/**
 * n8n that updates a package while it runs loads it once more (docs/n8n.md, 45): webhooks and executions are the new copy's at
 * once, a trigger goes on in the copy that has started it. What a copy remembers the other does not know. What is in this file
 * both know, so a later version changes it with care.
 */
const copies = (globalThis.postCallCopies ??= new Map());
const own = {};

export const shared: Shared = copies.get(__filename) ?? {};
copies.set(__filename, shared);
shared.latest = own;

/** Whether n8n has loaded another copy since, by an update: to this one no webhook comes any more. */
export function isOutdated(): boolean {
	return shared.latest !== own;
}
