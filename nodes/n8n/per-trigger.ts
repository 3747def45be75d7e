import type { IExecuteFunctions, IHookFunctions, INode, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What names a trigger (docs/n8n.md, 17): its workflow's id and its own outlive renaming, editing and publishing. */
export function triggerIdOf(
	context: IWebhookFunctions | IExecuteFunctions | ITriggerFunctions | IHookFunctions,
	node: INode = context.getNode(),
): string {
	return `${context.getWorkflow().id}/${node.id}`;
}

const DROP_EVERY_MS = 60_000;

const dropsOfAllKinds: Array<(now: number) => void> = [];
let droppedAt = 0;

/**
 * Something that each trigger node has one of. What has run out, of whichever trigger, is dropped when any trigger is used,
 * once a minute at most: n8n tells nobody that a workflow was deleted (docs/n8n.md, 17). `drop` lets go of what has run out of
 * a thing, and gives whether that itself can go; `now` is in milliseconds since the epoch. Small things stay.
 */
export function perTrigger<Thing>(
	make: () => Thing,
	drop: (thing: Thing, now: number) => boolean = () => false,
): (trigger: string) => Thing {
	const things = new Map<string, Thing>();
	dropsOfAllKinds.push((now) => {
		for (const [trigger, thing] of things) if (drop(thing, now)) things.delete(trigger);
	});
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
	for (const drop of dropsOfAllKinds) drop(now);
}
