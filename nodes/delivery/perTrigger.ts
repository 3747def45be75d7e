import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What names a trigger: its workflow's id and its own, which outlive renaming, editing and publishing. */
export function triggerOf(context: IWebhookFunctions | IExecuteFunctions): string {
	return `${context.getWorkflow().id}/${context.getNode().id}`;
}

/** Something that each trigger node has one of, for as long as the process lives. */
export function perTrigger<Kept>(make: () => Kept): (trigger: string) => Kept {
	const kept = new Map<string, Kept>();
	return (trigger) => {
		const known = kept.get(trigger);
		if (known !== undefined) return known;
		const made = make();
		kept.set(trigger, made);
		return made;
	};
}
