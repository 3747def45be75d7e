import type { Row } from '../api/rows';

/** The delivered calls, by what they look like: their ids, and when they came, by n8n's clock. */
type Delivered = ReadonlyMap<string, ReadonlyArray<{ readonly id: string; readonly at: number }>>;

/**
 * Of these calls those that look like a delivered one, but have another id, while the API tells of no call with its own. Either
 * they are another leg of it, or the API has other ids than the webhook, and every call would run twice. Where a call was found
 * under its id since that delivery, at `foundAt` by n8n's clock, the ids are the same.
 */
export function twinsAmong<Call extends Pick<Row, 'looks'>>(
	calls: readonly Call[],
	told: ReadonlySet<string>,
	delivered: Delivered,
	foundAt: number,
): { legs: Call[]; strangers: Call[] } {
	const legs: Call[] = [];
	const strangers: Call[] = [];
	for (const call of calls) {
		const alike = delivered.get(call.looks ?? '') ?? [];
		if (alike.length === 0 || alike.some(({ id }) => told.has(id))) continue;
		const isLeg = alike.every(({ at }) => at < foundAt);
		(isLeg ? legs : strangers).push(call);
	}
	return { legs, strangers };
}
