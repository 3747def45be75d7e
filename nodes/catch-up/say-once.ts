import type { ITriggerFunctions } from 'n8n-workflow';

import { inOneLine } from './in-one-line';

/** n8n's log, for what would otherwise be said at every asking: the same is said once, and again when it has changed. */
export class TroubleLog {
	private readonly said = new Map<string, string>();

	constructor(private readonly context: ITriggerFunctions) {}

	/** Says what is wrong with a part of the asking, unless it was said before; without `trouble`, that it is right again. */
	tell(part: string, trouble: { kind: string; message: string } | undefined, recovered?: string): void {
		const before = this.said.get(part);
		if (trouble === undefined) {
			this.said.delete(part);
			if (before !== undefined && recovered !== undefined) this.info(recovered);
		} else if (before !== trouble.kind) {
			this.said.set(part, trouble.kind);
			this.context.logger.warn(this.line(trouble.message));
		}
	}

	/** Of which rows nothing can be made, by what they are; nothing where there are none. */
	tellOfRows(part: string, counts: ReadonlyMap<string, number>, why: string): void {
		const kinds = [...counts].flatMap(([what, count]) =>
			count === 0 ? [] : [`${count} ${count === 1 ? 'row' : 'rows'} ${what}`],
		);
		const message = `passed over ${kinds.join(' and ')}, ${why}`;
		this.tell(part, kinds.length === 0 ? undefined : { kind: kinds.join(), message });
	}

	info(message: string): void {
		this.context.logger.info(this.line(message));
	}

	private line(message: string): string {
		const workflow = this.context.getWorkflow().name ?? '';
		return `${this.context.getNode().name} in "${workflow}": catching up: ${inOneLine(message)}.`;
	}
}
