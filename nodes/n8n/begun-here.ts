import type { WorkflowExecuteMode } from 'n8n-workflow';

/** What the first step of an execution tells in its process. */
export interface Begun {
	readonly executionId: string;
	/** Ends when it has recorded its call, where it has one to record. */
	readonly recorded?: Promise<unknown>;
	/** Which of the calls that it looks up were handled; undefined where n8n cannot tell. */
	readonly handled?: Promise<ReadonlySet<string> | undefined>;
}

/** More executions than one process has between their start and their first step. */
const MOST_WAITED_FOR = 1_000;

/**
 * Which executions of this package have begun in this process. In queue mode they begin in workers, and nobody learns of one
 * here. n8n does not say which it is, so what happens tells: a trigger is started in n8n's main process alone; where an
 * execution has begun, all do; and where one has ended well that did not begin here, they begin elsewhere. That may change: n8n
 * that updates this package while it runs loads it once more, and executions begin in the new copy, triggers go on in the old one
 * (docs/n8n.md, 46).
 */
export class BegunHere {
	private readonly waiting = new Map<string, (begun: Begun) => void>();

	/** Whether executions begin here: one has, and none has failed to since. */
	beginHere = false;

	/** Whether n8n is one process: it has started a trigger in this one, and no execution has ended in another. */
	isOneProcess = false;

	/** False as long as executions may begin here: then each is waited for. */
	get isElsewhere(): boolean {
		return !this.beginHere && !(this.isOneProcess && this.started > 0);
	}

	private isQueueMode = false;

	/** How many triggers run here: of several main processes one leads, and a former leader runs none. */
	private started = 0;

	/** n8n starts a trigger in this process; gives what is called when n8n has stopped it. */
	startsHere(): () => void {
		this.isOneProcess = !this.isQueueMode;
		this.started++;
		return () => void this.started--;
	}

	/** An execution that was started here has ended well, and had not begun here. */
	endedElsewhere(): void {
		this.isQueueMode = true;
		this.isOneProcess = false;
		this.beginHere = false;
	}

	/** The first step of the execution that is started under this name; `leave` when nobody waits for it any more. */
	async first(name: string): Promise<Begun> {
		const before = this.waiting.get(name);
		const begun = new Promise<Begun>((resolve) => {
			this.waiting.set(name, (told) => {
				before?.(told);
				resolve(told);
			});
		});
		const [oldest] = this.waiting.keys();
		if (this.waiting.size > MOST_WAITED_FOR && oldest !== undefined) this.waiting.delete(oldest);
		return await begun;
	}

	leave(name: string): void {
		this.waiting.delete(name);
	}

	/** The first step of an execution says so, under the name that it was started with; true where somebody waited for it. */
	tell(name: string, begun: Begun): boolean {
		this.beginHere = true;
		const resolve = this.waiting.get(name);
		this.waiting.delete(name);
		resolve?.(begun);
		return resolve !== undefined;
	}
}

export const inProduction = new BegunHere();
const inTests = new BegunHere();
// In queue mode n8n runs what the editor tests in its main process, where the editor's webhooks arrive, unless it is told otherwise.
inTests.startsHere();

export function begunHere(mode: WorkflowExecuteMode): BegunHere {
	return mode === 'manual' ? inTests : inProduction;
}
