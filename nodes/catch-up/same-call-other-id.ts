import type { Found } from './found';
import type { Row } from './rows';

/** The delivered calls, by what they look like: their ids, and when they came. */
type Delivered = ReadonlyMap<string, ReadonlyArray<{ readonly id: string; readonly at: number }>>;

/**
 * Rows that look like a delivered call, but have another id, while the API does not tell of that call's own. Either they are
 * another leg of it, or the API has other ids than the webhook, and every call would run twice. Where a call was found under
 * its id since that delivery, at `foundAt` by n8n's clock, the ids are the same.
 */
export function twinsAmong(
	rows: readonly Row[],
	{ told }: Found,
	delivered: Delivered,
	foundAt: number,
): { legs: Row[]; strangers: Row[] } {
	const twins = rows.flatMap((row) => {
		const alike = delivered.get(row.looks ?? '') ?? [];
		const isTwin = alike.length > 0 && alike.every(({ id }) => !told.has(id));
		return isTwin ? [{ row, at: Math.max(...alike.map(({ at }) => at)) }] : [];
	});
	const isLeg = ({ at }: { at: number }) => foundAt > at;
	return {
		legs: twins.filter(isLeg).map(({ row }) => row),
		strangers: twins.filter((twin) => !isLeg(twin)).map(({ row }) => row),
	};
}
