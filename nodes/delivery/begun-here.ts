/**
 * What executions of this process tell the trigger that started them. Where executions begin in workers it learns nothing
 * this way.
 */
class BegunHere {
	private readonly waiting = new Map<string, (told: unknown) => void>();

	/** Whether any execution of this package has begun in this process since it started, but for tests in the editor. */
	isHere = false;

	/** What the execution that is started under this name tells; call `leave` when nobody waits any more. */
	async told(name: string): Promise<unknown> {
		return await new Promise((resolve) => this.waiting.set(name, resolve));
	}

	leave(name: string): void {
		this.waiting.delete(name);
	}

	/** True where somebody in this process was waiting for it. */
	tell(name: string, what: unknown): boolean {
		this.isHere = true;
		const resolve = this.waiting.get(name);
		this.waiting.delete(name);
		resolve?.(what);
		return resolve !== undefined;
	}
}

export const begunHere = new BegunHere();
