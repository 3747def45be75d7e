/** The same of each at once, by its name. */
export async function ofEach<Each, Result>(
	all: Record<string, Each>,
	ask: (each: Each) => Promise<Result>,
): Promise<Record<string, Result>> {
	const results = Object.entries(all).map(async ([name, each]): Promise<[string, Result]> => [name, await ask(each)]);
	return Object.fromEntries(await Promise.all(results));
}
