import { foldText } from '../provider/comparing';

/** What is called how, folded, as far as the API told since the start. */
export class Names {
	/** All names that each has had. */
	private readonly had = new Map<string, Set<string>>();

	/** What has each name, and what had it before; `since` is the last moment at which it was told to be the one before. */
	private readonly owners = new Map<string, Array<{ readonly of: ReadonlySet<string>; readonly since: number }>>();

	private toldAt = -Infinity;

	/** The names of each, as they are at this moment, by the API's clock. */
	tell(names: ReadonlyMap<string, ReadonlySet<string>>, now: number): void {
		const told = new Map<string, Set<string>>();
		for (const [of, own] of names) {
			for (const name of [...own].map(foldText)) {
				told.set(name, (told.get(name) ?? new Set()).add(of));
				this.had.set(of, (this.had.get(of) ?? new Set()).add(name));
			}
		}
		for (const [name, of] of told) {
			const owners = this.owners.get(name) ?? [];
			const last = owners.at(-1);
			if (last === undefined || [...last.of].sort().join('/') !== [...of].sort().join('/'))
				this.owners.set(name, [...owners, { of, since: last === undefined ? -Infinity : this.toldAt }]);
		}
		this.toldAt = now;
	}

	/** What had this name at a moment, as far as that is known; with a name that nothing has any more, what had it last. */
	ofThen(name = '', at: number): readonly string[] {
		const owners = this.owners.get(foldText(name)) ?? [];
		return [...(owners.filter(({ since }) => since <= at).at(-1)?.of ?? [])];
	}

	/** What ever had this name. */
	everOf(name = ''): readonly string[] {
		return [...this.had].filter(([, own]) => own.has(foldText(name))).map(([of]) => of);
	}

	has(of: string): boolean {
		return this.had.has(of);
	}
}
