import type { Found, FoundCall } from './found';

/** The rows of a trigger that may be delivered calls under another id (ARCHITECTURE.md, "By which ids"). */
export interface SameCalls {
	/** The due calls that are passed over whatever the API tells of them alone; absent where only all calls tell that. */
	readonly sure?: (found: Found) => ReadonlySet<FoundCall>;
	/**
	 * Passes over what of the undelivered calls cannot be told from delivered ones. Gives whether nothing can be told, so that the
	 * catching up has to end.
	 */
	readonly passOver: (found: Found, undelivered: readonly FoundCall[]) => boolean;
}
