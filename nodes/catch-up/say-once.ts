import type { ITriggerFunctions } from 'n8n-workflow';

import { shown } from '../provider/comparing';

const LONGEST_LINE = 2_000;

/** n8n's log, for what would otherwise be said at every asking: the same is said once, and again when it has changed. */
export class TroubleLog {
	private readonly said = new Map<string, string>();

	constructor(private readonly context: ITriggerFunctions) {}

	/**
	 * Says what is wrong with a part of the asking, unless it was said before; without a message, that it is right again. `kind`
	 * is what tells it from other troubles of this part, where the message holds what differs each time.
	 */
	tell(
		part: string,
		message: string | undefined,
		{ kind = message, recovered }: { kind?: string; recovered?: string } = {},
	) {
		const before = this.said.get(part);
		if (message === undefined || kind === undefined) {
			this.said.delete(part);
			if (before !== undefined && recovered !== undefined) this.info(recovered);
		} else if (before !== kind) {
			this.said.set(part, kind);
			this.context.logger.warn(this.line(message));
		}
	}

	info(message: string): void {
		this.context.logger.info(this.line(message));
	}

	/** One line, whatever an API has put into the message: a line break would forge another one. */
	private line(message: string): string {
		const workflow = this.context.getWorkflow().name ?? '';
		return `${this.context.getNode().name} in "${workflow}": catching up: ${shown(message, LONGEST_LINE)}.`;
	}
}
