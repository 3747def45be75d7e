import type { IDataObject } from 'n8n-workflow';

import { perTrigger } from '../n8n/per-trigger';
import { foldText } from '../provider/comparing';
import type { Access } from './access';
import type { ApiClock } from './clock';
import { namesIn } from './pages';
import { ApiTrouble } from './trouble';

const written = (of: ReadonlySet<string>) => JSON.stringify([...of].sort());

/** What is called how, folded, as far as the API told since the process began. */
export class Names {
	/** Whether this asking has asked for them. */
	private isAsked = false;

	/** Why that failed. */
	failed?: ApiTrouble;

	/** All names that each has had. */
	private readonly had = new Map<string, Set<string>>();

	/** What has each name, and what had it before; `since` is the last moment at which it was told to be the one before. */
	private readonly owners = new Map<string, Array<{ readonly of: ReadonlySet<string>; readonly since: number }>>();

	private toldAt = 0;

	beginAsking(): void {
		this.isAsked = false;
		this.failed = undefined;
	}

	/** Asks what is called how now; false where this asking has done so. Where that fails, no name passes over a row for good. */
	async ask<Call extends IDataObject>(access: Access<Call>, clock: ApiClock): Promise<boolean> {
		if (this.isAsked) return false;
		this.isAsked = true;
		// What changes while the list is read may not be in it.
		const at = clock.isKnown ? clock.now() : undefined;
		const names = await namesIn(access, access.api.names).catch((error: unknown) => {
			// What is wrong with this list need not be wrong with the calls.
			if (!(error instanceof ApiTrouble) || error.concernsAll) throw error;
			this.failed = error;
		});
		if (names) this.tell(names, at ?? clock.now());
		return true;
	}

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
			if (last === undefined || written(last.of) !== written(of))
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

/** Of a trigger, as long as the process lasts: what was told outlives that it is published anew. */
export const namesOf = perTrigger(() => new Names());
