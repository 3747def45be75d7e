import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';

/** What a trigger does beside its webhook, as long as it is published. */
export interface BesideWebhook {
	/** Called by n8n's scheduler each minute, whether the call before has ended or not. */
	readonly onMinute: () => unknown;
	readonly stop: () => void;
}

const EVERY_MINUTE = '0 * * * * *';

/**
 * Has n8n wake all of them by one schedule: of two with the same expression for one node, n8n takes the second for the first
 * and drops it (docs/n8n.md, 37).
 */
export function runBeside(
	context: ITriggerFunctions,
	...things: ReadonlyArray<BesideWebhook | undefined>
): ITriggerResponse {
	const all = things.filter((each) => each !== undefined);
	if (all.length === 0) return {};
	const everyMinute = async () => void (await Promise.all(all.map(async ({ onMinute }) => await onMinute())));
	try {
		context.helpers.registerCron({ expression: EVERY_MINUTE }, everyMinute);
	} catch (error) {
		// Where n8n does not know the time zone of the workflow, which is nothing that calls should be lost for.
		const why = error instanceof Error ? error.message : String(error);
		context.logger.warn(
			`${context.getNode().name}: n8n cannot wake this trigger each minute: ${why}. No undelivered call is caught up, and nobody is told where none arrives. See whether the time zone in the workflow's settings is one that n8n offers`,
		);
	}
	return {
		closeFunction: async () => {
			for (const { stop } of all) stop();
		},
	};
}
