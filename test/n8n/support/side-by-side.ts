/** Does something for each entry, at most so many at a time. */
export async function sideBySide<Entry, Result>(
	entries: readonly Entry[],
	width: number,
	work: (entry: Entry) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const waiting = entries.entries();
	const lane = async () => {
		for (const [position, entry] of waiting) results[position] = await work(entry);
	};
	await Promise.all(Array.from({ length: width }, lane));
	return results;
}
