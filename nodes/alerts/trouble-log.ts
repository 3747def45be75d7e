import type { ITriggerFunctions } from 'n8n-workflow';

import { shown } from '../provider/comparing';

const LONGEST_LINE = 2_000;

/** What is wrong with a part of the asking. */
interface Trouble {
	/** What is wrong, and what to do. */
	readonly message: string;
	/** A sentence for the log alone. */
	readonly forLog?: string;
	/** Tells it from other troubles of this part, where the message holds what differs each time. */
	readonly kind?: string;
	/** How long it may last before somebody is told, in milliseconds; nobody is where that is absent. */
	readonly alertAfterMs?: number;
	/** Whether what is undelivered meanwhile is not caught up later either. */
	readonly isForGood?: boolean;
}

/**
 * What would otherwise be said at every asking: n8n's log has the same once, and again when it has changed. What lasts is an
 * alert, once until it is over.
 */
export class TroubleLog {
	private readonly said = new Map<string, { kind: string; since: number; isAlerted: boolean }>();

	/** `alert` tells somebody. */
	constructor(
		private readonly context: ITriggerFunctions,
		private readonly alert: (what: { why: string; since: number; isForGood: boolean }) => void,
	) {}

	/** Says what is wrong with a part of the asking, unless it was said before; without a trouble, that it is right again. */
	tell(part: string, trouble: Trouble | undefined | false, recovered?: string): void {
		const before = this.said.get(part);
		if (!trouble) {
			this.said.delete(part);
			if (before && recovered) this.info(recovered);
			return;
		}
		const { message, forLog, kind = message, alertAfterMs = Infinity, isForGood = false } = trouble;
		const { since, isAlerted } = before ?? { since: Date.now(), isAlerted: false };
		if (before?.kind !== kind) this.context.logger.warn(this.line([message, forLog].filter(Boolean).join('. ')));
		const isAlert = !isAlerted && Date.now() - since >= alertAfterMs;
		this.said.set(part, { kind, since, isAlerted: isAlerted || isAlert });
		if (isAlert) this.alert({ why: shown(message, LONGEST_LINE), since, isForGood });
	}

	/** Nobody knows whether a part is right again: what lasts is counted anew, and what somebody was told of is not told again. */
	beginAnew(part: string): void {
		const before = this.said.get(part);
		if (before) this.said.set(part, { ...before, since: Date.now() });
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
