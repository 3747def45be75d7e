import type { IExecuteFunctions, IHookFunctions, INode, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What names a trigger (docs/n8n.md, 17): its workflow's id and its own outlive renaming, editing and publishing. */
export function triggerIdOf(
	context: IWebhookFunctions | IExecuteFunctions | ITriggerFunctions | IHookFunctions,
	node: INode = context.getNode(),
): string {
	return `${context.getWorkflow().id}/${node.id}`;
}

/** What is kept for a trigger in the memory of the process. */
export interface Kept {
	/** Lets go of what has run out; true where nothing is left that must be kept. `now` is in milliseconds since the epoch. */
	dropExpired(now: number): boolean;
}

const DROP_EVERY_MS = 60_000;

const everything: Array<Map<string, Kept>> = [];
let droppedAt = 0;

/**
 * Something that each trigger node has one of. What has run out, of whichever trigger, is dropped when any trigger is used,
 * once a minute at most: n8n tells nobody that a workflow was deleted (docs/n8n.md, 17).
 */
export function perTrigger<Thing extends Kept>(make: () => Thing): (trigger: string) => Thing {
	const things = new Map<string, Thing>();
	everything.push(things);
	return (trigger) => {
		dropWhatHasRunOut(Date.now());
		const known = things.get(trigger);
		if (known !== undefined) return known;
		const made = make();
		things.set(trigger, made);
		return made;
	};
}

function dropWhatHasRunOut(now: number): void {
	if (now - droppedAt < DROP_EVERY_MS && now >= droppedAt) return;
	droppedAt = now;
	for (const things of everything) {
		for (const [trigger, thing] of things) if (thing.dropExpired(now)) things.delete(trigger);
	}
}
